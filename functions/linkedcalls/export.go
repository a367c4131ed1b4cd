package linkedcalls

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

const (
	// textLimit is the maximum size of an answer, in bytes of a JSON string; Lambda allows 6 MB.
	textLimit = 5 << 20
	// workTime is how long an answer begins new parts. The function's timeout (template.yaml)
	// leaves time to retry the requests of a part.
	workTime = 15 * time.Second
	// part is how much of a day one request reads: a busy part must fit into memory, and its events
	// must be listed in time.
	part = 30 * time.Minute
	// taskQueries is the maximum number of calls of one answer about which Twilio is asked one by
	// one.
	taskQueries = 50
	// skew is how far the clock of another function, which writes the ledger, may be ahead of ours.
	skew = time.Minute
)

// row is a line of an export. at is its place in the day: when the ledger first recorded the call
// or, if only events know the call, when a worker took it.
type row struct {
	at   time.Time
	link Link
}

// export answers with the lines of a day, or of the rest of it.
type export struct {
	h           Handler
	write       func(Link) (string, error)
	day         day
	from, until time.Time
	began       time.Time
	events      bool // whether Twilio can be asked
	asked       int  // calls about which Twilio was asked one by one
	warning     string
}

// run reads one part of the day after another until the answer is full or its time is up.
func (e *export) run(ctx context.Context, header string) (Report, error) {
	text := []byte(header)
	e.began = e.h.Now()
	if e.events = e.began.Sub(e.from) <= eventsReach; !e.events {
		e.warning = "only the ledger was read: Twilio keeps no events from then"
	}
	size := 0
	for at := e.from; at.Before(e.until); {
		if e.late() {
			return e.report(text, at), nil
		}
		end := earlier(at.Truncate(part).Add(part), e.until)
		rows, err := e.rows(ctx, at, end)
		if err != nil {
			return Report{}, err
		}
		for i, row := range rows {
			line, err := e.write(row.link)
			if err != nil {
				return Report{}, err
			}
			// Rows of the same instant stay together: the next answer begins with an instant.
			size += escaped(line)
			if size > textLimit && row.at.After(at) && (i == 0 || row.at.After(rows[i-1].at)) {
				return e.report(text, row.at), nil
			}
			text = append(text, line...)
		}
		at = end
	}
	return e.report(text, time.Time{}), nil
}

func (e *export) report(text []byte, next time.Time) Report {
	report := Report{Text: string(text), Warning: e.warning}
	if !next.IsZero() {
		report.Next = e.day.next(next)
	}
	return report
}

// escaped returns how many bytes the line takes in the answer.
func escaped(line string) int {
	encoded, err := json.Marshal(line)
	if err != nil {
		return len(line)
	}
	return len(encoded) - len(`""`)
}

// rows returns the calls that the ledger first recorded in a part of the day, and the calls that
// only events contain.
func (e *export) rows(ctx context.Context, from, until time.Time) ([]row, error) {
	calls, err := e.h.Ledger.Between(ctx, from, until)
	if err != nil {
		return nil, err
	}
	rows := make([]row, 0, len(calls))
	for _, call := range calls {
		link, err := e.h.link(ctx, call)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{call.FirstSeen(), link})
	}
	if rows, err = e.fill(ctx, rows, from, until); err != nil {
		return nil, err
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.link.CallSID, b.link.CallSID))
	})
	return rows, nil
}

// fill adds facts from events. After a failed request it asks Twilio no more.
func (e *export) fill(ctx context.Context, rows []row, from, until time.Time) ([]row, error) {
	if !e.events {
		return rows, nil
	}
	events, err := e.h.events(ctx, twilio.EventQuery{Type: taskrouter.ReservationAccepted, Since: from, Until: until})
	if err != nil {
		e.stopAsking(err)
		return rows, nil
	}
	indices := make(map[string]int, len(rows))
	for i, row := range rows {
		indices[row.link.CallSID] = i
	}
	for _, event := range events {
		if event.Time.Before(from) || !event.Time.Before(until) {
			continue
		}
		i, found := indices[event.Task.CallSID]
		if !found {
			_, known, err := e.h.Ledger.ByCall(ctx, event.Task.CallSID)
			if err != nil {
				return nil, err
			}
			if known {
				continue // it has its row where the ledger first heard of it
			}
			i, rows = len(rows), append(rows, row{at: event.Time})
			indices[event.Task.CallSID] = i
		}
		rows[i].link.merge(event)
	}
	e.askAboutGaps(ctx, rows)
	return rows, nil
}

// askAboutGaps asks Twilio about calls that a worker took in another part of the day.
func (e *export) askAboutGaps(ctx context.Context, rows []row) {
	for i := range rows {
		link := &rows[i].link
		if !link.gap() || !taskrouter.ValidSID("WT", link.TaskSID) || !e.events {
			continue
		}
		if e.asked++; e.asked > taskQueries || e.late() {
			e.warning = "of some calls the ledger does not know all, and there were too many to ask Twilio about each: ask for them by task_sid"
			return
		}
		events, err := e.h.events(ctx, twilio.EventQuery{TaskSID: link.TaskSID, Since: e.h.Now().Add(-eventsReach)})
		if err != nil {
			e.stopAsking(err)
			return
		}
		for _, event := range events {
			if event.TaskSID == link.TaskSID {
				link.merge(event)
			}
		}
	}
}

func (e *export) late() bool { return e.h.Now().Sub(e.began) > workTime }

func (e *export) stopAsking(err error) {
	e.events, e.warning = false, "only the ledger was read: "+err.Error()
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
