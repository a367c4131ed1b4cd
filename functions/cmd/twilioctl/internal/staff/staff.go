// Package staff lists the workers of a workspace, with what Switchboard's record says of each, and
// signs one on or off.
package staff

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// Desk is a workspace whose workers are listed and signed on and off.
type Desk struct {
	Account    *account.Client
	Workspace  account.Workspace
	Reconciler reconciler.Reconciler // its Twilio is not used; Roster.Store is nil without a record of the workers
	Twilio     *twilio.Client
}

// Row describes a worker. The fields from Standing on come from the workers' record and are empty
// without one.
type Row struct {
	Name        string    `json:"name"`
	SID         string    `json:"sid"` // WK…
	Activity    string    `json:"activity"`
	ActivitySID string    `json:"activity_sid"` // WA…
	Available   bool      `json:"available"`
	Since       time.Time `json:"since,omitzero"` // in that activity
	Shift       string    `json:"shift,omitempty"`

	Standing    reconciler.Standing `json:"standing,omitempty"`
	Why         string              `json:"why,omitempty"` // for people
	Cause       roster.Cause        `json:"cause,omitempty"`
	By          roster.Source       `json:"by,omitempty"`     // of the last wish
	Until       time.Time           `json:"until,omitzero"`   // end of the pause
	MissedCalls *int                `json:"missed,omitempty"` // calls in a row; nil = unknown
}

// Rows lists the workers by name, with what Twilio knows.
func (d Desk) Rows(ctx context.Context) ([]Row, error) {
	workers, err := d.Account.Workers(ctx, d.Workspace.SID)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for _, w := range workers {
		rows = append(rows, Row{
			Name: w.Name, SID: w.SID, Activity: w.ActivityName, ActivitySID: w.ActivitySID, Available: w.Available, Since: w.StatusChanged,
			Shift: taskrouter.WorkerShift(w.Attributes),
		})
	}
	slices.SortFunc(rows, func(a, b Row) int {
		return strings.Compare(strings.ToLower(a.Name),
			strings.ToLower(b.Name))
	})
	return rows, nil
}

// Explain adds the workers' record to the rows. Without a record it does nothing.
func (d Desk) Explain(ctx context.Context, rows []Row) error {
	if d.Reconciler.Roster.Store == nil {
		return nil
	}
	records, err := d.Reconciler.Roster.All(ctx)
	if err != nil {
		return err
	}
	d.Describe(records, rows)
	return nil
}

// Describe adds records that were read before to the rows.
func (d Desk) Describe(records []roster.Record, rows []Row) {
	for i := range rows {
		row := &rows[i]
		row.add(d.Reconciler.Describe(recordOf(records, row.SID), twilio.Worker{
			SID: row.SID, Name: row.Name, ActivitySID: row.ActivitySID, ActivityName: row.Activity, Available: row.Available, Since: row.Since,
		}), d.Reconciler.Activities)
	}
}

// recordOf returns a worker's record, which is empty if there is none.
func recordOf(records []roster.Record, sid string) roster.Record {
	for _, each := range records {
		if each.WorkerSID == sid {
			return each
		}
	}
	return roster.Record{WorkerSID: sid}
}

// UnknownError says that a name belongs to no worker, or to several.
type UnknownError struct {
	Name  string
	Found []Row // workers whose names differ only in case
	All   []Row
}

// Error lists the names or SIDs to use.
func (e *UnknownError) Error() string {
	if len(e.Found) > 0 {
		return fmt.Sprintf("several workers are called %q: give the SID of one, %s", e.Name, listed(e.Found, true))
	}
	if len(e.All) == 0 {
		return fmt.Sprintf("there is no worker %q, and no other one: twilioctl apply creates those of a workspace file", e.Name)
	}
	return fmt.Sprintf("there is no worker %q; the workers are %s", e.Name, listed(e.All, false))
}

// maxNames limits the workers that an error lists.
const maxNames = 20

func listed(rows []Row, sids bool) string {
	var names []string
	for _, each := range rows[:min(len(rows), maxNames)] {
		name := fmt.Sprintf("%q", each.Name)
		if sids {
			name = fmt.Sprintf("%s (%q)", each.SID, each.Name)
		}
		names = append(names, name)
	}
	text := strings.Join(names, ", ")
	if more := len(rows) - maxNames; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// Find returns the worker with that name or SID. It ignores case, unless two names differ only in
// case. err is an *UnknownError.
func Find(rows []Row, name string) (Row, error) {
	var alike []Row
	for _, each := range rows {
		switch {
		case each.Name == name || each.SID == name && taskrouter.ValidSID("WK", name):
			return each, nil
		case strings.EqualFold(each.Name, name):
			alike = append(alike, each)
		}
	}
	if len(alike) == 1 {
		return alike[0], nil
	}
	return Row{}, &UnknownError{Name: name, Found: alike, All: rows}
}
