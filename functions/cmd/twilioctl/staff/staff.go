// Package staff lists the workers of a workspace, with what Switchboard's record says of each, and
// signs one on or off.
package staff

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/functions/cmd/twilioctl/account"
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

// Row is what there is to say of a worker. The fields from Standing on are empty without a record
// of the workers.
type Row struct {
	Name        string    `json:"name"`
	SID         string    `json:"sid"` // WK…
	Activity    string    `json:"activity"`
	ActivitySID string    `json:"activity_sid"` // WA…
	Available   bool      `json:"available"`
	Since       time.Time `json:"since,omitzero"` // in that activity

	Standing    reconciler.Standing `json:"standing,omitempty"`
	Why         string              `json:"why,omitempty"` // in words
	Cause       roster.Cause        `json:"cause,omitempty"`
	By          roster.Source       `json:"by,omitempty"`     // of the last wish
	Until       time.Time           `json:"until,omitzero"`   // when the worker is brought back
	MissedCalls *int                `json:"missed,omitempty"` // calls in a row; nil = not known
}

// Rows lists the workers by name, as Twilio has them.
func (d Desk) Rows(ctx context.Context) ([]Row, error) {
	workers, err := d.Account.Workers(ctx, d.Workspace.SID)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for _, w := range workers {
		rows = append(rows, Row{
			Name: w.Name, SID: w.SID, Activity: w.ActivityName, ActivitySID: w.ActivitySID, Available: w.Available, Since: w.StatusChanged,
		})
	}
	slices.SortFunc(rows, func(a, b Row) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return rows, nil
}

// Explain fills in what the record of the workers says of each; nothing if there is no record, or
// if it cannot be read, which is err.
func (d Desk) Explain(ctx context.Context, rows []Row) error {
	if d.Reconciler.Roster.Store == nil {
		return nil
	}
	records, err := d.Reconciler.Roster.All(ctx)
	if err != nil {
		return err
	}
	for i := range rows {
		row := &rows[i]
		row.add(d.Reconciler.Describe(recordOf(records, row.SID), twilio.Worker{
			SID: row.SID, Name: row.Name, ActivitySID: row.ActivitySID, ActivityName: row.Activity, Available: row.Available, Since: row.Since,
		}), d.Reconciler.Activities)
	}
	return nil
}

// recordOf finds a worker's record; one without facts if there is none.
func recordOf(records []roster.Record, sid string) roster.Record {
	for _, each := range records {
		if each.WorkerSID == sid {
			return each
		}
	}
	return roster.Record{WorkerSID: sid}
}

// UnknownError says that no worker, or more than one, is meant by a name.
type UnknownError struct {
	Name  string
	Found []Row // those whose names differ in their case only
	All   []Row
}

// Error says what to write in its place.
func (e *UnknownError) Error() string {
	if len(e.Found) > 0 {
		return fmt.Sprintf("several workers are called %q: give the SID of one, %s", e.Name, listed(e.Found, true))
	}
	if len(e.All) == 0 {
		return fmt.Sprintf("there is no worker %q, and no other: twilioctl apply makes those of a workspace file", e.Name)
	}
	return fmt.Sprintf("there is no worker %q; the workers are %s", e.Name, listed(e.All, false))
}

// mostNames is how many workers an error lists.
const mostNames = 20

func listed(rows []Row, sids bool) string {
	var names []string
	for _, each := range rows[:min(len(rows), mostNames)] {
		name := fmt.Sprintf("%q", each.Name)
		if sids {
			name = fmt.Sprintf("%s (%q)", each.SID, each.Name)
		}
		names = append(names, name)
	}
	text := strings.Join(names, ", ")
	if more := len(rows) - mostNames; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// Find finds a worker by name, or by SID. Upper and lower case are the same unless two workers'
// names differ in nothing else. err is an *UnknownError.
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
