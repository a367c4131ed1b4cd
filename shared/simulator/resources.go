package simulator

import (
	"fmt"
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

func (t *Twilio) worker(sid string) *worker {
	for _, w := range t.workers {
		if w.sid == sid {
			return w
		}
	}
	return nil
}

func (t *Twilio) activity(sid string) *Activity {
	for _, a := range t.activities {
		if a.SID == sid {
			return a
		}
	}
	return nil
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
