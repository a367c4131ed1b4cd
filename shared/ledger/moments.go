package ledger

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"switchboard/shared/taskrouter"
)

// Moment is one time that the ledger holds of a call.
type Moment struct {
	At   time.Time
	SID  string // of the task or the reservation that it is about; "" = the call itself
	Name string // of the field; README.md lists them
}

// limits are fields whose value is a time until which something is to happen.
var limits = []string{deadline, dialBy, notBefore, until}

// Moments lists everything that happened in the call, oldest first. It leaves out times that are
// limits.
func (c Call) Moments() []Moment {
	var moments []Moment
	for field, value := range c.fields {
		at, err := time.Parse(timeFormat, value)
		if err != nil {
			continue
		}
		sid, name, found := strings.Cut(field, ".")
		if !found {
			sid, name = "", field
		} else if !taskrouter.ValidSID("WT", sid) && !taskrouter.ValidSID("WR", sid) {
			continue
		}
		if !slices.Contains(limits, name) {
			moments = append(moments, Moment{at, sid, name})
		}
	}
	slices.SortFunc(moments, func(a, b Moment) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.SID, b.SID), cmp.Compare(a.Name, b.Name))
	})
	return moments
}
