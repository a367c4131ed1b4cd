package simulator

import (
	"fmt"
	"time"
)

// dates are when a resource was made and changed last.
type dates struct{ created, updated time.Time }

// stamp dates a resource that is new or has changed.
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

// identify gives a new resource of the workspace its identifier.
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
