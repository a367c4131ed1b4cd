package rejection

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/reconciler"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

const (
	rejectActivity = "WA00000000000000000000000000000001"
	faultActivity  = "WA00000000000000000000000000000002"

	offlineActivity  = "WA00000000000000000000000000000003"
	lunchActivity    = "WA00000000000000000000000000000004"
	reservedActivity = "WA00000000000000000000000000000005"
)

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func ref(n string) ledger.Ref {
	return ledger.Ref{CallSID: "CA00000000000000000000000000000001", TaskSID: "WT00000000000000000000000000000001", ReservationSID: "WR0000000000000000000000000000000" + n}
}

// account is Twilio, and what it was asked.
type account struct {
	status                               string // the task's; "" = reserved
	waiting, redirected, pending         bool
	waitingErr, redirectErr, rejectedErr error
	did                                  []string
}

func (a *account) TaskStatus(context.Context, string) (string, error) {
	if a.status == "" {
		return "reserved", a.waitingErr
	}
	return a.status, a.waitingErr
}

func (a *account) RoutineActivities(context.Context) ([]string, error) {
	return []string{reservedActivity}, nil
}

func (a *account) Waiting(context.Context, string) (bool, error) {
	return a.waiting, a.waitingErr
}

func (a *account) RedirectCall(_ context.Context, _, url string) (bool, error) {
	a.did = append(a.did, url)
	return a.redirected, a.redirectErr
}

func (a *account) RejectReservation(_ context.Context, _, _, activity string) (bool, error) {
	a.did = append(a.did, activity)
	return a.pending, a.rejectedErr
}

func TestFailureIsCharged(t *testing.T) {
	t.Parallel()
	down := errors.New("down")
	tests := []struct {
		name      string
		why       failure.Failure
		faulted   bool // a fault of ours with the worker before
		change    func(*account)
		want      []string
		wantState reservation.State
		wantErr   bool
	}{
		{
			name:      "the worker's",
			why:       failure.RingBusy,
			want:      []string{rejectActivity},
			wantState: reservation.Rejected,
		},
		{
			name:      "the worker's after a fault of ours",
			why:       failure.RingBusy,
			faulted:   true,
			want:      []string{rejectActivity},
			wantState: reservation.Rejected,
		},
		{
			name:      "our first",
			why:       failure.CRMServerError,
			want:      []string{faultActivity},
			wantState: reservation.Rejected,
		},
		{
			name:      "our second",
			why:       failure.CRMServerError,
			faulted:   true,
			want:      []string{"https://s.example/survey/overflow/crm/server-error"},
			wantState: reservation.CallerLeft,
		},
		{
			name:      "the call's",
			why:       failure.CRMRefused,
			want:      []string{"https://s.example/survey/overflow/crm/refused"},
			wantState: reservation.CallerLeft,
		},
		{
			name:   "the call's, and the caller is being connected",
			why:    failure.CRMRefused,
			change: func(a *account) { a.waiting = false },
		},
		{
			name:   "the call's, and the caller waits with the next task",
			why:    failure.CRMRefused,
			change: func(a *account) { a.status = "canceled" },
		},
		{
			name:   "the call's, and the caller hangs up meanwhile",
			why:    failure.CRMRefused,
			change: func(a *account) { a.redirected = false },
			want:   []string{"https://s.example/survey/overflow/crm/refused"},
		},
		{
			name:      "the call's, and Twilio does not say who waits",
			why:       failure.CRMRefused,
			change:    func(a *account) { a.waitingErr = down },
			want:      []string{faultActivity},
			wantState: reservation.Rejected,
		},
		{
			name:      "the call's, and Twilio does not redirect",
			why:       failure.CRMRefused,
			change:    func(a *account) { a.redirectErr = down },
			want:      []string{"https://s.example/survey/overflow/crm/refused", faultActivity},
			wantState: reservation.Rejected,
		},
		{
			name:    "Twilio does nothing",
			why:     failure.RingBusy,
			change:  func(a *account) { a.rejectedErr = down },
			want:    []string{rejectActivity},
			wantErr: true,
		},
		{
			name:   "resolved before",
			why:    failure.RingBusy,
			change: func(a *account) { a.pending = false },
			want:   []string{rejectActivity},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			twilio := &account{waiting: true, redirected: true, pending: true}
			if test.change != nil {
				test.change(twilio)
			}
			kept := ledger.Ledger{Store: &ledger.Memory{}, Now: noon}
			if test.faulted {
				if _, err := kept.Failed(t.Context(), ref("2"), failure.CRMTimeout); err != nil {
					t.Fatal(err)
				}
			}
			rejecter := Rejecter{Absences: &roll{}, Ledger: kept, Twilio: twilio, Activities: failure.Activities{Reject: rejectActivity, Fault: faultActivity}, Now: noon}
			err := rejecter.Reject(t.Context(), Rejection{Ref: ref("1"), Why: test.why, BaseURL: "https://s.example", Log: slog.New(slog.DiscardHandler)})
			if (err != nil) != test.wantErr || !slices.Equal(twilio.did, test.want) {
				t.Errorf("did %q, %v, want %q, error %t", twilio.did, err, test.want, test.wantErr)
			}
			known, _, err := kept.ByCall(t.Context(), ref("1").CallSID)
			if err != nil || known.State(ref("1")) != test.wantState {
				t.Errorf("state %q, %v, want %q", known.State(ref("1")), err, test.wantState)
			}
		})
	}
}

// TestLateDeliveryMovesNoCaller has SQS deliver a message again after its reservation was settled,
// and the claim fail: the caller, who waits for the next worker, stays.
func TestLateDeliveryMovesNoCaller(t *testing.T) {
	t.Parallel()
	twilio := &account{waiting: true, redirected: true}
	kept := ledger.Ledger{Store: &ledger.Memory{}, Now: noon}
	if _, err := kept.Failed(t.Context(), ref("2"), failure.CRMTimeout); err != nil {
		t.Fatal(err)
	}
	if err := kept.RecordRejectionFor(t.Context(), ref("1"), failure.RingBusy, reservation.Rejected, true); err != nil {
		t.Fatal(err)
	}
	rejecter := Rejecter{Absences: &roll{}, Ledger: kept, Twilio: twilio, Activities: failure.Activities{Reject: rejectActivity, Fault: faultActivity}, Now: noon}
	err := rejecter.Reject(t.Context(), Rejection{Ref: ref("1"), Why: failure.ClaimFailed, BaseURL: "https://s.example", Log: slog.New(slog.DiscardHandler)})
	if want := []string{faultActivity}; err != nil || !slices.Equal(twilio.did, want) {
		t.Errorf("did %q, %v, want %q, which Twilio refuses", twilio.did, err, want)
	}
}

// TestLateFaultIsNotTheCalls has a message come after its reservation's deadline: the caller may
// wait with another task.
func TestLateFaultIsNotTheCalls(t *testing.T) {
	t.Parallel()
	twilio := &account{waiting: true, redirected: true}
	kept := ledger.Ledger{Store: &ledger.Memory{}, Now: noon}
	if _, err := kept.Failed(t.Context(), ref("2"), failure.CRMTimeout); err != nil {
		t.Fatal(err)
	}
	rejecter := Rejecter{Absences: &roll{}, Ledger: kept, Twilio: twilio, Activities: failure.Activities{Reject: rejectActivity, Fault: faultActivity}, Now: noon}
	late := Rejection{Ref: ref("1"), Why: failure.MessageLate, Deadline: noon().Add(-time.Second), BaseURL: "https://s.example", Log: slog.New(slog.DiscardHandler)}
	if err := rejecter.Reject(t.Context(), late); err != nil || !slices.Equal(twilio.did, []string{faultActivity}) {
		t.Errorf("did %q, %v, want only the rejection", twilio.did, err)
	}
}

// TestOverflowSpeaksCallersLanguage has a caller who chose Spanish in a menu, and a worker's stop
// that does not know it.
func TestOverflowSpeaksCallersLanguage(t *testing.T) {
	t.Parallel()
	twilio := &account{waiting: true, redirected: true}
	kept := ledger.Ledger{Store: &ledger.Memory{}, Now: noon}
	created := taskrouter.Event{SID: "EV1", Type: taskrouter.TaskCreated, TaskSID: ref("1").TaskSID}
	created.Task.CallSID, created.Task.Own = ref("1").CallSID, map[string]json.RawMessage{"language": json.RawMessage(`"es"`)}
	if _, _, err := kept.Event(t.Context(), created); err != nil {
		t.Fatal(err)
	}
	rejecter := Rejecter{Absences: &roll{}, Ledger: kept, Twilio: twilio, Now: noon}
	err := rejecter.Reject(t.Context(), Rejection{Ref: ref("1"), Why: failure.CRMRefused, BaseURL: "https://s.example", Log: slog.New(slog.DiscardHandler)})
	if want := []string{"https://s.example/survey/es/overflow/crm/refused"}; err != nil || !slices.Equal(twilio.did, want) {
		t.Errorf("did %q, %v, want %q", twilio.did, err, want)
	}
}

// deaf is a ledger that cannot be reached: the failure is charged as its row says.
type deaf struct{}

func (deaf) Failed(context.Context, ledger.Ref, failure.Failure) (ledger.Call, error) {
	return ledger.Call{}, errors.New("down")
}

func (deaf) SentToOverflow(context.Context, ledger.Ref, failure.Failure) error {
	return errors.New("down")
}

func (deaf) RecordRejectionFor(context.Context, ledger.Ref, failure.Failure, reservation.State, bool) error {
	return errors.New("down")
}

func (deaf) ByCall(context.Context, string) (ledger.Call, bool, error) {
	return ledger.Call{}, false, errors.New("down")
}

// roll records who was put away.
type roll struct {
	put    []reconciler.Rejected
	chosen string
	err    error
}

func (r *roll) Chosen(context.Context, string) (string, error) { return r.chosen, r.err }

func (r *roll) Rejected(_ context.Context, rejected reconciler.Rejected) error {
	r.put = append(r.put, rejected)
	return r.err
}

// TestAbsenceIsRecorded has a worker not answer, who may have chosen another activity meanwhile.
func TestAbsenceIsRecorded(t *testing.T) {
	t.Parallel()
	const worker = "WK00000000000000000000000000000001"
	away := reconciler.Rejected{WorkerSID: worker, ReservationSID: ref("1").ReservationSID, Why: failure.RingNoAnswer, Activity: rejectActivity}
	stays := away
	stays.Activity = ""
	signedOff := away
	signedOff.Why, signedOff.Activity = failure.GateSignedOff, offlineActivity
	tests := []struct {
		name    string
		pending bool
		roll    roll
		why     failure.Failure // zero = no answer
		byName  string          // the worker whom the bridge names; "" = the ledger knows
		wantDid string
		wantPut []reconciler.Rejected
	}{
		{
			name:    "put away",
			pending: true,
			byName:  worker,
			wantDid: rejectActivity,
			wantPut: []reconciler.Rejected{away},
		},
		{
			name:    "worker found in the ledger",
			pending: true,
			wantDid: rejectActivity,
			wantPut: []reconciler.Rejected{away},
		},
		{
			name:    "at lunch",
			pending: true,
			roll:    roll{chosen: lunchActivity},
			byName:  worker,
			wantDid: "",
			wantPut: []reconciler.Rejected{stays},
		},
		{
			name:    "reserved in a single-tasking workspace",
			pending: true,
			roll:    roll{chosen: reservedActivity},
			byName:  worker,
			wantDid: rejectActivity,
			wantPut: []reconciler.Rejected{away},
		},
		{
			name:    "signed off at the gate",
			pending: true,
			why:     failure.GateSignedOff,
			byName:  worker,
			wantDid: offlineActivity,
			wantPut: []reconciler.Rejected{signedOff},
		},
		{
			name:    "signed off at the gate, caller had left",
			why:     failure.GateSignedOff,
			byName:  worker,
			wantDid: offlineActivity,
			wantPut: []reconciler.Rejected{signedOff},
		},
		{
			name:    "roster out of reach",
			pending: true,
			roll:    roll{err: errors.New("down")},
			byName:  worker,
			wantDid: rejectActivity,
			wantPut: []reconciler.Rejected{away},
		},
		{
			name:    "caller had left",
			byName:  worker,
			wantDid: rejectActivity,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			twilio := &account{waiting: true, pending: test.pending}
			kept := ledger.Ledger{Store: &ledger.Memory{}, Now: noon}
			if _, _, err := kept.Claim(t.Context(), ref("1"), ledger.Offer{WorkerSID: worker}); err != nil {
				t.Fatal(err)
			}
			rejecter := Rejecter{Absences: &test.roll, Ledger: kept, Twilio: twilio, Activities: failure.Activities{Reject: rejectActivity, Offline: offlineActivity}, Now: noon}
			err := rejecter.Reject(t.Context(), Rejection{
				Ref: ref("1"), Worker: test.byName, Why: cmp.Or(test.why, failure.RingNoAnswer), Log: slog.New(slog.DiscardHandler),
			})
			if err != nil || !slices.Equal(twilio.did, []string{test.wantDid}) || !slices.Equal(test.roll.put, test.wantPut) {
				t.Errorf("did %q, put away %v, %v; want %q, %v", twilio.did, test.roll.put, err, test.wantDid, test.wantPut)
			}
		})
	}
}

func TestWithoutLedger(t *testing.T) {
	t.Parallel()
	for why, want := range map[failure.Failure]string{
		failure.RingBusy: rejectActivity, failure.ClaimFailed: faultActivity, failure.CRMRefused: "https://s.example/survey/overflow/crm/refused",
	} {
		twilio := &account{waiting: true, redirected: true, pending: true}
		rejecter := Rejecter{Absences: &roll{}, Ledger: deaf{}, Twilio: twilio, Activities: failure.Activities{Reject: rejectActivity, Fault: faultActivity}, Now: noon}
		err := rejecter.Reject(t.Context(), Rejection{Ref: ref("1"), Why: why, BaseURL: "https://s.example", Log: slog.New(slog.DiscardHandler)})
		if err != nil || !slices.Equal(twilio.did, []string{want}) {
			t.Errorf("%s: did %q, %v, want %s", why.Path(), twilio.did, err, want)
		}
	}
}
