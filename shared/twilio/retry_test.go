package twilio

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"switchboard/shared/secrets"
)

// roundTrip answers requests without a network.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

func TestPlaceCallRetriesOnlyThrottled(t *testing.T) {
	t.Parallel()
	throttled, placed := refusal(http.StatusTooManyRequests, 20429), reply{status: http.StatusCreated, body: `{"sid":"` + workerCallSID + `"}`}
	html := reply{status: http.StatusBadGateway, body: "<html><body>502 Bad Gateway</body></html>"}
	tests := []struct {
		name       string
		replies    []reply
		wantAsked  int
		wantStatus int // of the error, -1 = no error
		wantCode   int
	}{
		{"placed", []reply{placed}, 1, -1, 0},
		{"throttled once", []reply{throttled, placed}, 2, -1, 0},
		{"throttled twice", []reply{throttled, throttled, placed}, 3, -1, 0},
		{"throttled each time", []reply{throttled, throttled, throttled, placed}, 3, 429, 20429},
		{"throttled, then broken", []reply{throttled, refusal(500, 20500), placed}, 2, 500, 20500},
		{"server error", []reply{refusal(500, 20500), placed}, 1, 500, 20500},
		{"service unavailable", []reply{refusal(503, 20503), placed}, 1, 503, 20503},
		{"bad gateway, in HTML", []reply{html, placed}, 1, 502, 0},
		{"cut after sending", []reply{{cut: true}, placed}, 1, 0, 0},
		{"number that cannot be called", []reply{refusal(400, 21211), placed}, 1, 400, 21211},
		{"wrong token", []reply{refusal(401, 20003), placed}, 1, 401, 20003},
		{"redirect", []reply{{status: http.StatusFound}, placed}, 1, 302, 0},
		{"placed, SID lost", []reply{{status: http.StatusCreated, body: `{}`}, placed}, 1, 201, 0},
		{"placed, answer cut off", []reply{{status: http.StatusCreated, body: `{"sid":"CA`}, placed}, 1, 201, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, server, waited := newTwilio(t, test.replies...)
			err := placeCall(t.Context(), client)
			var failure *Error
			switch {
			case test.wantStatus < 0 && err != nil:
				t.Errorf("err = %v, want none", err)
			case test.wantStatus >= 0 && (!errors.As(err, &failure) || failure.Status != test.wantStatus || failure.Code != test.wantCode):
				t.Errorf("err = %+v, want status %d and code %d", err, test.wantStatus, test.wantCode)
			}
			if len(server.requests()) != test.wantAsked {
				t.Fatalf("asked %d times, want %d", len(server.requests()), test.wantAsked)
			}
			for _, asked := range server.requests() {
				if !equal(asked, server.requests()[0]) {
					t.Errorf("asked again for something else: %+v", asked)
				}
			}
			if want := []time.Duration{200 * time.Millisecond, 400 * time.Millisecond}[:test.wantAsked-1]; !slices.Equal(waited.asked, want) {
				t.Errorf("waited %v, want %v", waited.asked, want)
			}
		})
	}
}

// TestATimeoutIsTheLastWord also shows how long a request may take: no time passes in the bubble
// but that of the timeout.
func TestATimeoutIsTheLastWord(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked, begun := 0, time.Now()
		client := newClient("")
		client.Transport = roundTrip(func(request *http.Request) (*http.Response, error) {
			asked++
			<-request.Context().Done()
			return nil, request.Context().Err()
		})
		err := placeCall(t.Context(), client)
		var failure *Error
		if !errors.As(err, &failure) || failure.Status != 0 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err = %v, want a timeout without a status", err)
		}
		if asked != 1 || time.Since(begun) != 8*time.Second {
			t.Errorf("asked %d times in %s, want once in 8s", asked, time.Since(begun))
		}
	})
}

// repeatable are the operations that may be made twice: all but those that make a call, a text or a
// task, or accept a reservation.
func repeatable() []operation {
	return slices.DeleteFunc(operations(), func(o operation) bool {
		return slices.Contains([]string{"PlaceCall", "CreateTask", "AcceptReservation"}, o.name) || strings.HasPrefix(o.name, "SendMessage")
	})
}

func TestOthersRepeatWhatMayPass(t *testing.T) {
	t.Parallel()
	troubles := []struct {
		name    string
		trouble []reply
	}{
		{"throttled and broken", []reply{refusal(429, 20429), refusal(500, 20500)}},
		{"HTML and cut", []reply{{status: http.StatusBadGateway, body: "<html>"}, {cut: true}}},
	}
	for _, operation := range repeatable() {
		for _, each := range troubles {
			t.Run(operation.name+" "+each.name, func(t *testing.T) {
				t.Parallel()
				client, server, waited := newTwilio(t, slices.Concat(each.trouble, operation.replies)...)
				if err := operation.do(t.Context(), client); err != nil {
					t.Fatal(err)
				}
				want := slices.Concat([]seen{operation.want[0], operation.want[0]}, operation.want)
				if !slices.EqualFunc(server.requests(), want, equal) {
					t.Errorf("requests = %+v\nwant %+v", server.requests(), want)
				}
				if want := []time.Duration{200 * time.Millisecond, 400 * time.Millisecond}; !slices.Equal(waited.asked, want) {
					t.Errorf("waited %v, want %v", waited.asked, want)
				}
			})
		}
	}
}

func TestOthersGiveUpAfterThreeTries(t *testing.T) {
	t.Parallel()
	for _, operation := range repeatable() {
		t.Run(operation.name, func(t *testing.T) {
			t.Parallel()
			client, server, _ := newTwilio(t, slices.Repeat([]reply{refusal(503, 20503)}, 20)...)
			err := operation.do(t.Context(), client)
			if failure := errorOf(err); failure.Status != 503 || failure.Code != 20503 {
				t.Errorf("err = %v, want status 503", err)
			}
			want := 3
			if operation.name == "EndCall" {
				want = 6 // canceled, then completed: each of them may be what gets through
			}
			if len(server.requests()) != want {
				t.Errorf("asked %d times, want %d", len(server.requests()), want)
			}
		})
	}
}

func TestWrongTokenFailsEachRequest(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		for _, operation := range operations() {
			client, _, waited := newTwilio(t, slices.Repeat([]reply{refusal(status, 20003)}, 20)...)
			err := operation.do(t.Context(), client)
			if errorOf(err).Status != status {
				t.Errorf("%s: err = %v, want status %d", operation.name, err, status)
			}
			if len(waited.asked) != 0 {
				t.Errorf("%s: retried a permanent error", operation.name)
			}
		}
	}
}

func TestErrorsHideTheToken(t *testing.T) {
	t.Parallel()
	wantIn := map[string]string{
		"PlaceCall": "place call to worker", "EndCall": workerCallSID, "RedirectCall": "redirect call " + callSID, "Ended": "fetch call " + workerCallSID,
		"RejectReservation": "reject reservation " + reservationSID, "TaskStatus": "fetch task " + taskSID, "CompleteTask": "complete task " + taskSID,
		"Queue": "list queues", "SetMaxSize": "set MaxSize of queue " + queueSID, "Waiting": "list queues", "Events": "list events",
	}
	failures := map[string]reply{
		"refused": refusal(401, 20003), "HTML": {status: http.StatusInternalServerError, body: "<html>"}, "cut": {cut: true}, "no JSON": {status: http.StatusOK, body: "<html>"},
	}
	for _, operation := range operations() {
		for name, failure := range failures {
			if strings.HasPrefix(operation.name, "Delete") && name == "no JSON" {
				continue // the answer to a deletion has no body
			}
			t.Run(operation.name+" "+name, func(t *testing.T) {
				t.Parallel()
				client, _, _ := newTwilio(t, slices.Repeat([]reply{failure}, 20)...)
				err := operation.do(t.Context(), client)
				if err == nil || !strings.Contains(err.Error(), wantIn[operation.name]) {
					t.Fatalf("err = %v, want one with %q", err, wantIn[operation.name])
				}
				// The second is how a token looks in the Authorization header, from its middle on.
				for _, secret := range []string{token, "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWU", "Basic "} {
					if strings.Contains(err.Error(), secret) {
						t.Errorf("the error shows %q: %v", secret, err)
					}
				}
			})
		}
	}
}

func TestErrorsHidePhoneNumbers(t *testing.T) {
	t.Parallel()
	client, _, _ := newTwilio(t, reply{status: 400, body: `{"code":21211,"message":"The 'To' number +14155550199 is not a valid phone number.","status":400}`})
	if err := placeCall(t.Context(), client); err == nil || strings.Contains(err.Error(), "4155550199") {
		t.Errorf("err = %v, want one without the number", err)
	}
}

func TestCancellationReachesTheWire(t *testing.T) {
	t.Parallel()
	for _, operation := range operations() {
		t.Run(operation.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			asked := 0
			client, _, _ := newTwilio(t)
			client.Transport = roundTrip(func(request *http.Request) (*http.Response, error) {
				asked++
				cancel()
				<-request.Context().Done()
				return nil, request.Context().Err()
			})
			if err := operation.do(ctx, client); !errors.Is(err, context.Canceled) {
				t.Errorf("err = %v, want one that wraps %v", err, context.Canceled)
			}
			// The pause ends with the context, so nothing is tried again; EndCall's other status is
			// another request.
			if want := len(slices.Compact(statuses(operation))); asked != want {
				t.Errorf("asked %d times, want %d", asked, want)
			}
		})
	}
}

// statuses gives the call statuses that an operation asks for, or one empty one.
func statuses(o operation) []string {
	var found []string
	for _, request := range o.want {
		found = append(found, request.form.Get("Status"))
	}
	return found
}

func TestWaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		if err := Wait(t.Context(), time.Minute); err != nil || time.Since(begun) != time.Minute {
			t.Errorf("waited %s, %v; want a minute", time.Since(begun), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := Wait(ctx, time.Minute); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != time.Minute+time.Second {
			t.Errorf("returned after %s with %v, want the context's error after its second", time.Since(begun), err)
		}
	})
}

func TestReplacedTokenIsReadAgain(t *testing.T) {
	t.Parallel()
	const newToken = "fedcba9876543210fedcba9876543210"
	client, server, _ := newTwilio(t, refusal(http.StatusUnauthorized, 20003), reply{status: http.StatusCreated, body: `{"sid":"` + workerCallSID + `"}`})
	client.Secrets = keys{set: secrets.Set{AuthToken: secrets.New(token)}, replaced: secrets.Set{AuthToken: secrets.New(newToken)}}
	if err := placeCall(t.Context(), client); err != nil {
		t.Fatalf("place call: %v", err)
	}
	asked := server.requests()
	if len(asked) != 2 || asked[0].password != token || asked[1].password != newToken {
		t.Errorf("asked %+v, want twice, with the old and the new token", asked)
	}
}
