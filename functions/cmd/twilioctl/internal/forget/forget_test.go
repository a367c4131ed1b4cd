package forget_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/forget"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

const (
	callSID      = "CA00000000000000000000000000000001"
	recordingSID = "RE00000000000000000000000000000001"
	taskSID      = "WT00000000000000000000000000000001"
)

// far is Twilio and the bucket: it keeps what was deleted.
type far struct {
	call    string // status of the call
	task    string // status of every task
	none    bool   // no call came from the number
	deleted []string
}

func (f *far) CallsFrom(context.Context, string) ([]string, error) {
	if f.none {
		return nil, nil
	}
	return []string{callSID}, nil
}

func (f *far) CallRecord(context.Context, string) (twilio.CallRecord, error) {
	return twilio.CallRecord{Status: f.call}, nil
}

func (f *far) RecordingsOf(context.Context, string) ([]string, error) { return nil, nil }

func (f *far) DeleteRecording(ctx context.Context, sid string) error { return f.Delete(ctx, sid) }

func (f *far) TaskStatus(context.Context, string) (string, error) { return f.task, nil }

func (f *far) CancelTask(context.Context, string, string) (bool, error) {
	f.task = "canceled"
	return true, nil
}

func (f *far) DeleteTask(ctx context.Context, task string) error { return f.Delete(ctx, task) }

func (f *far) Delete(_ context.Context, key string) error {
	f.deleted = append(f.deleted, key)
	return nil
}

// desk has a message of a caller, in a state.
func desk(t *testing.T, f *far, talking bool) (forget.Desk, *ledger.Memory) {
	t.Helper()
	table := &ledger.Memory{}
	l := ledger.Ledger{Store: table, Now: time.Now}
	ref := ledger.Ref{CallSID: recordingSID, TaskSID: taskSID, ReservationSID: "WR00000000000000000000000000000001"}
	known, _, err := l.Ask(t.Context(), ledger.Request{Key: recordingSID, Number: "+14155550123"}, ledger.Left)
	if err == nil {
		_, _, err = l.Creating(t.Context(), known.Request())
	}
	if err == nil {
		_, _, err = l.Adopt(t.Context(), recordingSID, 1, taskSID)
	}
	if err == nil && talking {
		_, _, err = l.StartTalking(t.Context(), ref)
	}
	if err = errors.Join(err, l.LeftVoicemail(t.Context(), callSID, recordingSID)); err != nil {
		t.Fatal(err)
	}
	return forget.Desk{Ledger: l, Items: table, Files: f, Twilio: f}, table
}

func TestMessageIsForgotten(t *testing.T) {
	t.Parallel()
	f := &far{call: "completed", task: "pending"}
	d, table := desk(t, f, false)
	var report forget.Report
	if err := d.Number(t.Context(), "+14155550123", &report); err != nil {
		t.Fatal(err)
	}
	if want := []string{recordingSID + ".mp3", recordingSID}; !slices.Equal(f.deleted[len(f.deleted)-2:], want) || f.task != "canceled" {
		t.Errorf("deleted %q, the task is %s", f.deleted, f.task)
	}
	for _, key := range []string{callSID, recordingSID} {
		if fields, err := table.Get(t.Context(), key); err != nil || fields != nil {
			t.Errorf("%s: %v, %v", key, fields, err)
		}
	}
	if len(report.Calls) != 1 || len(report.Requests) != 1 || len(report.Recordings) != 1 || len(forget.Beyond()) != 3 {
		t.Errorf("report %+v", report)
	}
}

func TestWhatIsUnderWayStays(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]*far{"the caller's call": {call: "in-progress"}, "a worker hears the message": {call: "completed", task: "assigned"}} {
		d, table := desk(t, f, true)
		if err := d.Call(t.Context(), callSID, &forget.Report{}); !errors.Is(err, forget.ErrUnderWay) || len(f.deleted) > 0 {
			t.Errorf("%s: %v, deleted %q", name, err, f.deleted)
		}
		if fields, err := table.Get(t.Context(), recordingSID); err != nil || fields == nil {
			t.Errorf("%s: the message is gone: %v", name, err)
		}
	}
}

// TestCallBackAtAnotherNumberIsForgotten has callers who asked to be called at a number that is not
// theirs. Forgotten is the number, or the call in which they asked.
func TestCallBackAtAnotherNumberIsForgotten(t *testing.T) {
	t.Parallel()
	const another = "+14155550199"
	for name, forgets := range map[string]func(forget.Desk, context.Context, *forget.Report) error{
		"the number": func(d forget.Desk, ctx context.Context, r *forget.Report) error { return d.Number(ctx, another, r) },
		"the call":   func(d forget.Desk, ctx context.Context, r *forget.Report) error { return d.Call(ctx, callSID, r) },
	} {
		for _, state := range []ledger.RequestState{ledger.Left, ledger.Withdrawn, ledger.GivenUp} {
			t.Run(name+", "+string(state), func(t *testing.T) {
				t.Parallel()
				table, key := &ledger.Memory{}, taskrouter.CallbackKey(callSID)
				l := ledger.Ledger{Store: table, Now: time.Now}
				known, _, err := l.Ask(t.Context(), ledger.Request{Key: key, Number: another}, ledger.Left)
				if err == nil {
					_, err = l.HoldNumber(t.Context(), another, key)
				}
				switch {
				case err != nil:
				case state == ledger.Withdrawn:
					known, _, err = l.Withdraw(t.Context(), key, "talked to a worker")
				case state == ledger.GivenUp:
					known, _, err = l.GiveUp(t.Context(), known.Request(), "busy")
				}
				if err == nil && state != ledger.Left {
					_, err = l.CloseRequest(t.Context(), known.Request(), "complete")
				}
				if err != nil {
					t.Fatal(err)
				}
				f := &far{call: "completed", none: name == "the number"}
				var report forget.Report
				if err := forgets(forget.Desk{Ledger: l, Items: table, Files: f, Twilio: f}, t.Context(), &report); err != nil {
					t.Fatal(err)
				}
				for _, item := range []string{key, ledger.NumberKey(another)} {
					if fields, err := table.Get(t.Context(), item); err != nil || fields != nil {
						t.Errorf("%s: %v, %v", item, fields, err)
					}
				}
				if !slices.Equal(report.Requests, []string{key}) {
					t.Errorf("report %+v", report)
				}
			})
		}
	}
}
