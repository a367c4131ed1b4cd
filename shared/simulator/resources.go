package simulator

import (
	"fmt"
	"slices"
	"time"
)

// dates are the times at which a resource was created and last changed.
type dates struct{ created, updated time.Time }

// stamp sets the dates of a resource that is new or has changed.
func (t *Twilio) stamp(sid string) {
	d := t.dates[sid]
	d.updated = t.loop.Now()
	if d.created.IsZero() {
		d.created = d.updated
	}
	t.dates[sid] = d
}

// find returns the first of all that is wanted, nil if none is.
func find[T any](all []*T, wanted func(*T) bool) *T {
	if i := slices.IndexFunc(all, wanted); i >= 0 {
		return all[i]
	}
	return nil
}

func (t *Twilio) worker(sid string) *worker {
	return find(t.workers, func(w *worker) bool { return w.sid == sid })
}

func (t *Twilio) activity(sid string) *Activity {
	return find(t.activities, func(a *Activity) bool { return a.SID == sid })
}

func (t *Twilio) taskQueue(sid string) *taskQueue {
	return find(t.queues, func(q *taskQueue) bool { return q.sid == sid })
}

func (t *Twilio) voiceQueueNamed(name string) *voiceQueue {
	return find(t.voiceQueues, func(q *voiceQueue) bool { return q.name == name })
}

// identify returns the SID of a new resource of the workspace, generated if sid is empty.
func (t *Twilio) identify(prefix, sid string) (string, error) {
	if t.workspaceSID == "" {
		return "", fmt.Errorf("the account has no workspace")
	}
	if sid == "" {
		return t.sids.next(prefix), nil
	}
	if !isSID(prefix, sid) {
		return "", fmt.Errorf("%q is not an identifier of the form %s and 32 hexadecimal digits", sid, prefix)
	}
	return sid, nil
}
