// Package requests has tasks without a waiting call made for what callers leave instead of waiting,
// one task for each try, and decides what follows a try that failed.
package requests

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// Ledger has the requests. Each of its steps is one conditional write.
type Ledger interface {
	Ask(ctx context.Context, r ledger.Request, in ledger.RequestState) (call ledger.Call, made bool, err error)
	HoldNumber(ctx context.Context, number, key string) (holder ledger.Call, err error)
	CallbackOf(ctx context.Context, number string) (call ledger.Call, open bool, err error)
	PromisedCallback(ctx context.Context, call string) error
	WantCallback(ctx context.Context, sid string, known ledger.Call) (call ledger.Call, wanted bool, err error)
	CallerLeftFor(ctx context.Context, key string) (call ledger.Call, made bool, err error)
	Withdraw(ctx context.Context, key, why string) (call ledger.Call, made bool, err error)
	StartTalking(ctx context.Context, ref ledger.Ref) (call ledger.Call, allowed bool, err error)
	Finish(ctx context.Context, ref ledger.Ref, how, customer string) (call ledger.Call, made bool, err error)
	Creating(ctx context.Context, seen ledger.Request) (call ledger.Call, made bool, err error)
	NotCreated(ctx context.Context, key string, try int) error
	Adopt(ctx context.Context, key string, try int, task string) (call ledger.Call, adopted bool, err error)
	Again(ctx context.Context, seen ledger.Request, at time.Time, why string) (call ledger.Call, made bool, err error)
	GiveUp(ctx context.Context, seen ledger.Request, why string) (call ledger.Call, made bool, err error)
}

// Twilio creates tasks, finds those of a request, accepts their reservations, and ends them. It
// also reads which call a worker's <Dial> placed.
type Twilio interface {
	TaskAttributes(ctx context.Context, task string) (attributes string, priority int, err error)
	AcceptReservation(ctx context.Context, task, reservation string) (accepted bool, err error)
	Reservation(ctx context.Context, task, reservation string) (twilio.Reservation, error)
	Dialed(ctx context.Context, parent string) (sid string, record twilio.CallRecord, err error)
	WrapUpTask(ctx context.Context, task string) error
	CreateTask(ctx context.Context, task twilio.NewTask) (sid string, err error)
	TasksOfRequest(ctx context.Context, key string, try int) ([]twilio.Task, error)
	CancelTask(ctx context.Context, task, reason string) (canceled bool, err error)
}

// Opened reports whether the number that a request's caller had dialed is open.
type Opened func(ctx context.Context, dialed string) bool

// Desk has requests served.
type Desk struct {
	Ledger      Ledger
	Twilio      Twilio
	WorkflowSID string
	Open        Opened // nil = not known: the sweeper creates the next task
	Now         func() time.Time
	Logger      *slog.Logger
}

// attemptTime is the maximum duration of an attempt to create a task: that of a function.
const attemptTime = time.Minute

// Create creates the task of a request that is to have one. created is false if the request needs
// none, or another attempt is under way. If err is not nil, the task may exist: a later Create
// looks for it. Only one attempt creates a task, and a task that is not adopted is canceled when it
// is offered.
func (d Desk) Create(ctx context.Context, known ledger.Call) (created bool, err error) {
	seen := known.Request()
	unknown := seen.State == ledger.Creating
	if seen.State != ledger.Left && !unknown || unknown && d.Now().Sub(seen.Since) < attemptTime {
		return false, nil
	}
	known, made, err := d.Ledger.Creating(ctx, seen)
	if err != nil || !made {
		return false, err
	}
	r := known.Request()
	if unknown {
		found, err := d.Twilio.TasksOfRequest(ctx, r.Key, r.Try)
		if err != nil {
			return false, err
		}
		if len(found) > 0 {
			return d.adopt(ctx, r, found[0].SID)
		}
	}
	return d.post(ctx, r)
}

func (d Desk) post(ctx context.Context, r ledger.Request) (created bool, err error) {
	task, err := d.task(r)
	if err != nil {
		return false, errors.Join(err, d.Ledger.NotCreated(ctx, r.Key, r.Try))
	}
	sid, err := d.Twilio.CreateTask(ctx, task)
	var failure *twilio.Error
	switch known := errors.As(err, &failure); {
	case err == nil:
		return d.adopt(ctx, r, sid)
	case known && failure.Unknown() && failure.Sent:
		return false, err
	case known && failure.Status == http.StatusBadRequest:
		// Such as attributes, which a script had replaced, that match no filter of the workflow.
		return false, d.GiveUp(ctx, r, TaskRefused)
	}
	return false, errors.Join(err, d.Ledger.NotCreated(ctx, r.Key, r.Try))
}

// TaskRefused is why a request is given up whose task Twilio answers with 400: the next would get
// the same answer. `twilioctl messages` lists it.
const TaskRefused = "Twilio refused the task"

func (d Desk) task(r ledger.Request) (twilio.NewTask, error) {
	text, err := attributes(r)
	if err != nil {
		return twilio.NewTask{}, err
	}
	now := d.Now()
	start := now
	if !r.Entered.IsZero() && r.Entered.Before(now) {
		start = r.Entered
	}
	life := min(max(r.Until.Sub(now), time.Minute), taskrouter.MaxTaskTimeout*time.Second)
	return twilio.NewTask{
		WorkflowSID: d.WorkflowSID, Attributes: text, Priority: r.Priority, Start: start, Timeout: life.Truncate(time.Second),
	}, nil
}

// adopt is Adopt after the task was created. If the ledger fails, the bridge function adopts it
// when the task is offered.
func (d Desk) adopt(ctx context.Context, r ledger.Request, task string) (adopted bool, err error) {
	log := d.Logger.With(taskrouter.LogFields(r.Key)...).With("task_sid", task)
	adopted, err = d.Adopt(ctx, taskrouter.Mark{Key: r.Key, Try: r.Try}, task)
	if adopted {
		log.InfoContext(ctx, "task of request created", "try", r.Try)
	}
	return adopted, err
}

// Adopt makes a task the one of its try, unless it is already, and cancels a task that cannot be:
// the request has ended, or the try has another task. It leaves alone the task of a request that
// the ledger does not know: another program's.
func (d Desk) Adopt(ctx context.Context, mark taskrouter.Mark, task string) (adopted bool, err error) {
	known, adopted, err := d.Ledger.Adopt(ctx, mark.Key, mark.Try, task)
	if err != nil || adopted || known.Request().State == "" {
		return adopted, err
	}
	d.Logger.InfoContext(ctx, "task canceled: it is not that of its request", append(taskrouter.LogFields(mark.Key), "task_sid", task)...)
	_, err = d.Twilio.CancelTask(ctx, task, "the request has ended or has another task")
	return false, err
}

// Missed ends a try in which the customer was not reached: they are called again after a while, or
// soon, while the desk is open, until the tries are over or the promise ends. again says when; zero
// = the request was given up. A report that arrives twice changes nothing, and neither does one
// about an earlier try.
func (d Desk) Missed(ctx context.Context, seen ledger.Request, why string, soon bool) (again time.Time, err error) {
	again = d.Now()
	if !soon {
		again = again.Add(seen.Every)
	}
	if seen.Try >= seen.Tries || !again.Before(seen.Until) {
		return time.Time{}, d.GiveUp(ctx, seen, why)
	}
	known, made, err := d.Ledger.Again(ctx, seen, again, why)
	if err != nil {
		return time.Time{}, fmt.Errorf("have request tried again: %w", err)
	}
	if made {
		d.Logger.InfoContext(ctx, "request tried again", append(taskrouter.LogFields(seen.Key), "try", seen.Try+1, "not_before", again, "why", why)...)
	}
	if err := d.cancelTried(ctx, seen, known, "the request is tried again"); err != nil {
		return again, err
	}
	if made && !again.After(d.Now()) && d.Open != nil && d.Open(ctx, seen.Dialed) {
		_, err = d.Create(ctx, known)
	}
	return again, err
}

// GiveUp ends a request that cannot be kept, and cancels its task. It changes nothing if the
// request has ended or is in another try.
func (d Desk) GiveUp(ctx context.Context, seen ledger.Request, why string) error {
	known, made, err := d.Ledger.GiveUp(ctx, seen, why)
	if err != nil {
		return fmt.Errorf("give request up: %w", err)
	}
	if made {
		d.Logger.WarnContext(ctx, "request given up", append(taskrouter.LogFields(seen.Key), "try", seen.Try, "why", cmp.Or(why, "unknown"))...)
	}
	return d.cancelTried(ctx, seen, known, "the request was given up")
}

// cancelTried cancels the task of a try that is over. The write that ended it may have been made
// and reported as refused, since DynamoDB's client repeats writes whose answer was lost.
func (d Desk) cancelTried(ctx context.Context, seen ledger.Request, known ledger.Call, why string) error {
	now := known.Request()
	if seen.State != ledger.Waiting || now.TaskSID == seen.TaskSID && !now.State.Ended() {
		return nil
	}
	_, err := d.Twilio.CancelTask(ctx, seen.TaskSID, why)
	return err
}
