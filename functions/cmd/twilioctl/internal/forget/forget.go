// Package forget deletes what Switchboard keeps of a caller: recordings, items of the ledger, and
// tasks that have ended.
package forget

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"switchboard/shared/ledger"
	"switchboard/shared/recording"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// Ledger has the items of calls, requests, recordings and numbers.
type Ledger interface {
	ByCall(ctx context.Context, key string) (call ledger.Call, found bool, err error)
	Withdraw(ctx context.Context, key, why string) (call ledger.Call, made bool, err error)
	RequestsAt(ctx context.Context, number string) (keys []string, err error)
	UnheardRequests(ctx context.Context, limit int) ([]ledger.Call, error)
}

// Items deletes items of the ledger.
type Items interface {
	Delete(ctx context.Context, key string) error
}

// Files deletes files of the bucket.
type Files interface {
	Delete(ctx context.Context, key string) error
}

// Twilio has calls, tasks and recordings.
type Twilio interface {
	CallsFrom(ctx context.Context, number string) ([]string, error)
	CallRecord(ctx context.Context, call string) (twilio.CallRecord, error)
	RecordingsOf(ctx context.Context, call string) ([]string, error)
	DeleteRecording(ctx context.Context, recording string) error
	TaskStatus(ctx context.Context, task string) (string, error)
	CancelTask(ctx context.Context, task, reason string) (canceled bool, err error)
	DeleteTask(ctx context.Context, task string) error
}

// Desk is where callers are forgotten.
type Desk struct {
	Ledger Ledger
	Items  Items
	Files  Files
	Twilio Twilio
}

// Report says what was deleted, and what was not.
type Report struct {
	Calls      []string `json:"calls"`
	Recordings []string `json:"recordings"`
	Requests   []string `json:"requests"` // their items in the ledger
	Tasks      []string `json:"tasks"`    // at Twilio
	Left       []string `json:"left"`     // what was left, and why
}

// ErrUnderWay says that the caller's call, or the call to a worker for their request, has not
// ended.
var ErrUnderWay = errors.New("the call is under way: forget it after its end")

// Beyond lists what no command can delete, and for how long it stays.
func Beyond() []string {
	return []string{
		"point-in-time backups of the ledger's table, for 35 days",
		"Twilio's records of calls, its request logs and the events of TaskRouter, as long as Twilio keeps them; it keeps what describes a deleted recording for 40 days",
		"messages that the SNS topic has delivered, and what your CRM stored",
	}
}

// Call forgets one call of a caller. err is ErrUnderWay if it has not ended; other errors leave
// some of it: repeat the command.
func (d Desk) Call(ctx context.Context, call string, report *Report) error {
	record, err := d.Twilio.CallRecord(ctx, call)
	if err != nil {
		return err
	}
	if !record.HasEnded() {
		return fmt.Errorf("%s: %w", call, ErrUnderWay)
	}
	known, found, err := d.Ledger.ByCall(ctx, call)
	if err != nil {
		return err
	}
	recordings, err := d.Twilio.RecordingsOf(ctx, call)
	if err != nil {
		return err
	}
	recordings = append(recordings, known.Recordings()...)
	slices.Sort(recordings)
	for _, sid := range slices.Compact(recordings) {
		if err := d.request(ctx, sid, report); err != nil {
			return err
		}
		if err := errors.Join(d.Files.Delete(ctx, recording.Key(sid)), d.Twilio.DeleteRecording(ctx, sid)); err != nil {
			return err
		}
		report.Recordings = append(report.Recordings, sid)
	}
	if err := d.request(ctx, taskrouter.CallbackKey(call), report); err != nil {
		return err
	}
	for _, task := range known.Tasks() {
		if err := d.task(ctx, task, report); err != nil {
			return err
		}
	}
	if !found {
		return nil
	}
	if err := d.Items.Delete(ctx, call); err != nil {
		return err
	}
	report.Calls = append(report.Calls, call)
	return nil
}

// Number forgets all calls from a number, and what asks for it to be called.
func (d Desk) Number(ctx context.Context, number string, report *Report) error {
	calls, err := d.Twilio.CallsFrom(ctx, number)
	if err != nil {
		return err
	}
	for _, call := range calls {
		if err := d.Call(ctx, call, report); err != nil {
			return err
		}
	}
	keys, err := d.Ledger.RequestsAt(ctx, number)
	if err != nil {
		return err
	}
	for _, key := range keys { // of those who called from another number
		if err := d.request(ctx, key, report); err != nil {
			return err
		}
	}
	open, err := d.Ledger.UnheardRequests(ctx, 10_000)
	if err != nil {
		return err
	}
	for _, each := range open {
		if each.Request().Number != number {
			continue
		}
		if err := d.request(ctx, each.CallSID(), report); err != nil {
			return err
		}
		if err := d.Files.Delete(ctx, recording.Key(each.CallSID())); err != nil {
			return err
		}
	}
	return d.Items.Delete(ctx, ledger.NumberKey(number))
}

// request forgets a message or a call back, and the item of a recording that was no message. It
// withdraws one that a worker has not taken: its task has no call, so that it may be canceled.
func (d Desk) request(ctx context.Context, key string, report *Report) error {
	known, found, err := d.Ledger.ByCall(ctx, key)
	if err != nil || !found {
		return err
	}
	r := known.Request()
	if r.State == ledger.Talking {
		return fmt.Errorf("%s: %w", key, ErrUnderWay)
	}
	if r.State != "" && !r.State.Ended() {
		if _, _, err := d.Ledger.Withdraw(ctx, key, "forgotten"); err != nil {
			return err
		}
		if r.TaskSID != "" {
			if _, err := d.Twilio.CancelTask(ctx, r.TaskSID, "the caller is forgotten"); err != nil {
				return err
			}
		}
	}
	for _, task := range known.Tasks() {
		if err := d.task(ctx, task, report); err != nil {
			return err
		}
	}
	if err := d.number(ctx, r); err != nil {
		return err
	}
	if err := d.Items.Delete(ctx, key); err != nil {
		return err
	}
	if r.State != "" {
		report.Requests = append(report.Requests, key)
	}
	return nil
}

// number forgets the item of the number at which a caller wanted to be called back, unless other
// call backs had it, too.
func (d Desk) number(ctx context.Context, r ledger.Request) error {
	if taskrouter.KindOf(r.Key) != taskrouter.Callback {
		return nil
	}
	keys, err := d.Ledger.RequestsAt(ctx, r.Number)
	if err != nil || len(keys) != 1 || keys[0] != r.Key {
		return err
	}
	return d.Items.Delete(ctx, ledger.NumberKey(r.Number))
}

// task deletes a task that has ended. Another one is left alone: a call may be linked to it.
func (d Desk) task(ctx context.Context, task string, report *Report) error {
	status, err := d.Twilio.TaskStatus(ctx, task)
	switch {
	case err != nil:
		return err
	case status == "":
		return nil // Twilio has deleted it
	case status != "completed" && status != "canceled":
		report.Left = append(report.Left, "task "+task+" is "+status+": repeat the command when it has ended")
		return nil
	}
	if err := d.Twilio.DeleteTask(ctx, task); err != nil {
		return err
	}
	report.Tasks = append(report.Tasks, task)
	return nil
}
