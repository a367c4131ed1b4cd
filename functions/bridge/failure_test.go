package bridge

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"switchboard/shared/crm"
	"switchboard/shared/deferred"
	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/twilio"
)

// attempted is an earlier attempt of a minute ago that ended after its claim.
func (w *wire) attempted(t *testing.T, offer ledger.Offer) {
	t.Helper()
	offer.WorkerSID, offer.Deadline = worker, w.now.Add(115*time.Second)
	if _, claimed, err := w.ledger.Claim(t.Context(), ref(), offer); !claimed || err != nil {
		t.Fatalf("claim: %t, %v", claimed, err)
	}
	w.now = w.now.Add(time.Minute)
}

// failures arranges each failure of the bridge's steps.
func failures() map[failure.Failure]func(*testing.T, *wire, *deferred.Bridge) {
	type arrange = func(*testing.T, *wire, *deferred.Bridge)
	calling := func(call func(*http.Request) (*http.Response, error)) arrange {
		return func(_ *testing.T, w *wire, _ *deferred.Bridge) { w.call = call }
	}
	telling := func(tell func(*http.Request) (*http.Response, error)) arrange {
		return func(_ *testing.T, w *wire, _ *deferred.Bridge) { w.crm = tell }
	}
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	reset := &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	return map[failure.Failure]arrange{
		failure.ClaimFailed: func(_ *testing.T, w *wire, _ *deferred.Bridge) { w.throttled = moves(reservation.CRM) },
		failure.MessageLate: func(_ *testing.T, w *wire, work *deferred.Bridge) { work.Deadline = w.now.Add(6 * time.Second) },
		failure.AttemptDied: func(t *testing.T, w *wire, _ *deferred.Bridge) { w.attempted(t, ledger.Offer{CRM: true}) },
		failure.OutcomeUnknown: func(t *testing.T, w *wire, _ *deferred.Bridge) {
			w.attempted(t, ledger.Offer{DialBy: w.now.Add(100 * time.Second)})
		},

		failure.CRMUnsigned:    func(_ *testing.T, w *wire, _ *deferred.Bridge) { w.noCRMKey = true },
		failure.CRMRefused:     telling(answer(http.StatusNotFound, "")),
		failure.CRMForbidden:   telling(answer(http.StatusUnauthorized, "")),
		failure.CRMServerError: telling(answer(http.StatusServiceUnavailable, "")),
		failure.CRMTimeout:     telling(breaks(context.DeadlineExceeded)),
		failure.CRMUnreachable: telling(breaks(reset)),
		failure.CRMBreakerOpen: func(t *testing.T, w *wire, _ *deferred.Bridge) {
			w.crm = answer(http.StatusServiceUnavailable, "")
			for range 3 {
				_ = w.handler.CRM.Notify(t.Context(), crm.Document{Task: crm.Task{Attributes: []byte(`{}`)}, Worker: crm.Worker{Attributes: []byte(`{}`)}})
			}
			w.crm = answer(http.StatusNoContent, "")
		},

		failure.DialNotNoted: func(_ *testing.T, w *wire, _ *deferred.Bridge) { w.throttled = moves(reservation.Dialing) },
		failure.DialLate: func(_ *testing.T, w *wire, _ *deferred.Bridge) {
			w.crm = func(request *http.Request) (*http.Response, error) {
				w.now = w.now.Add(109 * time.Second)
				return answer(http.StatusOK, "")(request)
			}
		},
		failure.DialNoCredentials: func(_ *testing.T, w *wire, _ *deferred.Bridge) { w.noKeys = true },
		failure.DialUnreachable:   calling(breaks(refused)),
		failure.DialInvalidNumber: calling(twilioSays(400, 21211)),
		failure.DialGeoPermission: calling(twilioSays(400, 21215)),
		failure.DialCallerID:      calling(twilioSays(400, 21210)),
		failure.DialUnauthorized:  calling(twilioSays(401, 20003)),
		failure.DialForbidden:     calling(twilioSays(403, 20003)),
		failure.DialNotFound:      calling(twilioSays(404, 20404)),
		failure.DialConflict:      calling(twilioSays(409, 20409)),
		failure.DialThrottled:     calling(twilioSays(429, 20429)),
		failure.DialRefused:       calling(twilioSays(400, 21205)),
		failure.DialServerError:   calling(answer(http.StatusBadGateway, "<html>502</html>")),
		failure.DialTimeout:       calling(breaks(context.DeadlineExceeded)),
		failure.DialReset:         calling(breaks(reset)),
		failure.DialUndecodable:   calling(answer(http.StatusCreated, `{"sid":`)),

		failure.RejectFailed: func(_ *testing.T, w *wire, _ *deferred.Bridge) {
			w.call, w.reject = twilioSays(400, 21211), twilioSays(503, 20503)
		},
	}
}

// TestTheFailureTable has each row of the bridge's steps: what is named in it happens, and the
// reservation, the worker, the log and the ledger are as the row says.
func TestTheFailureTable(t *testing.T) {
	t.Parallel()
	steps := []string{failure.Claim, failure.CRM, failure.Dial, failure.Reject}
	for f, row := range failure.Table {
		if !slices.Contains(steps, row.Step) {
			continue
		}
		t.Run(row.Step+" "+row.Name+": "+string(row.End)+", charged to "+string(row.Charge), func(t *testing.T) {
			t.Parallel()
			w := newWire()
			work := w.bridge()
			failures()[failure.Failure(f)](t, w, &work)
			again := w.deliver(t, deferred.Message{Bridge: &work})
			w.judge(t, failure.Failure(f), again)
		})
	}
}

func (w *wire) judge(t *testing.T, f failure.Failure, again bool) {
	t.Helper()
	row, wantPlaced, wantEnd := f.Row(), 0, f.Row().End
	if row.Step == failure.Dial || row.Step == failure.Reject {
		wantPlaced = 1
	}
	switch f {
	case failure.DialNotNoted, failure.DialLate, failure.DialNoCredentials:
		wantPlaced = 0
	case failure.DialUnreachable, failure.DialThrottled:
		wantPlaced = 3
	case failure.RejectFailed:
		wantEnd = reservation.Dialing
	}
	if again != (f == failure.RejectFailed) {
		t.Errorf("SQS retries the message: %t", again)
	}
	if w.placed != wantPlaced {
		t.Errorf("%d requests to place a call, want %d", w.placed, wantPlaced)
	}
	want := map[failure.Charge]string{failure.ToUs: faultless, failure.ToWorker: unavailable}[row.Charge]
	switch {
	case f == failure.RejectFailed:
	case row.Charge == failure.ToCall:
		wantEnd = reservation.CallerLeft
		if url := "https://switchboard.example/survey/overflow" + f.Path(); len(w.activities) > 0 || !slices.Equal(w.redirected, []string{url}) {
			t.Errorf("rejected with activities %q, caller sent to %q, want only %s", w.activities, w.redirected, url)
		}
	case !slices.Equal(w.activities, []string{want}) || len(w.redirected) > 0:
		t.Errorf("rejected with activities %q, caller sent to %q, want %q and nowhere", w.activities, w.redirected, want)
	}
	why, charged := w.known(t).Failure(ref())
	if f != failure.RejectFailed && (why != f.Path()[1:] || charged != string(row.Charge)) {
		t.Errorf("the ledger has the failure %q, charged to %q, want %s, %s", why, charged, f.Path()[1:], row.Charge)
	}
	if end := w.known(t).State(ref()); end != wantEnd {
		t.Errorf("the reservation is %s, want %s", end, wantEnd)
	}
	w.wantLine(t, row)
}

// wantLine looks for the log line that the metric counts; there is one.
func (w *wire) wantLine(t *testing.T, row failure.Row) {
	t.Helper()
	var found []string
	for text := range strings.Lines(w.log.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		if line["failure"] == nil {
			continue
		}
		found = append(found, text)
		for name, want := range map[string]any{"step": row.Step, "failure": row.Name, "charged_to": string(row.Charge), "call_sid": callerCall, "task_sid": task, "reservation_sid": reservationSID, "worker_sid": worker} {
			if line[name] != want {
				t.Errorf("log field %s is %v, want %v", name, line[name], want)
			}
		}
	}
	if len(found) != 1 {
		t.Errorf("%d log lines with a failure, want one: %s", len(found), w.log.String())
	}
}

// TestTwiliosCodesForANumber tells whose fault a refusal is.
func TestTwiliosCodesForANumber(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status, code int
		want         failure.Failure
	}{
		{400, 21201, failure.DialInvalidNumber}, {400, 21202, failure.DialInvalidNumber}, {400, 21214, failure.DialInvalidNumber}, {400, 21217, failure.DialInvalidNumber},
		{400, 21219, failure.DialInvalidNumber}, {400, 13224, failure.DialInvalidNumber},
		{400, 21203, failure.DialGeoPermission}, {403, 21215, failure.DialGeoPermission}, {400, 21216, failure.DialGeoPermission}, {403, 13227, failure.DialGeoPermission},
		{400, 21212, failure.DialCallerID}, {400, 21213, failure.DialCallerID}, {403, 21210, failure.DialCallerID},
		{400, 20001, failure.DialRefused}, {400, 0, failure.DialRefused}, {410, 0, failure.DialRefused}, {302, 0, failure.DialUndecodable}, {200, 0, failure.DialUndecodable},
		{500, 21211, failure.DialServerError},
	}
	for _, test := range tests {
		if got := dialFailure(&twilio.Error{Status: test.status, Code: test.code, Sent: true}); got != test.want {
			t.Errorf("%d with %d is %q, want %q", test.status, test.code, got.Row().Name, test.want.Row().Name)
		}
	}
}
