package board

import (
	"context"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/figures"
	"switchboard/functions/cmd/twilioctl/internal/staff"
	"switchboard/functions/cmd/twilioctl/internal/unheard"
	"switchboard/shared/ledger"
	"switchboard/shared/taskrouter"
)

// RequestsPerMinute is how often the board asks Twilio, for any number of pages: each list has one
// page of up to 1,000 items, and a test counts them.
const RequestsPerMinute = 24

// Within is how soon a call is to be answered for the service level, unless the lead says so.
const Within = 20 * time.Second

// How often the sources are read. What changes with each call is read at the same time, so that the
// parts of the board agree. Twilio does not publish TaskRouter's limits by resource: they are in
// the console. It limits expressions to three requests a second, and the board uses none. For
// statistics it asks to cache what several people look at, as the board does
// (https://www.twilio.com/docs/taskrouter/limits).
const (
	everyCall   = 10 * time.Second
	everyRecord = 20 * time.Second
	everyMinute = time.Minute
)

// maxCalls is the maximum number of calls that are not closed, which the board reads one by one.
const maxCalls = 500

// Inputs are what a board is made from.
type Inputs struct {
	Title     string
	Desk      staff.Desk           // Reconciler.Roster.Store nil = no record of the workers
	Workflows taskrouter.Workflows // zero = tasks of every workflow wait at this desk
	Within    time.Duration        // of the service level
	Zone      *time.Location
	Now       func() time.Time

	Ledger *ledger.Ledger            // nil = none
	Alarms deployment.AlarmDescriber // nil = none
	Stack  string                    // whose alarms they are
	// Missing says why there is no ledger, record or alarms.
	Missing error
}

// Open returns the board of a desk.
func Open(in Inputs) *Board {
	return New(in.Title, in.Desk, in.Now, append(in.twilio(), in.aws()...)...)
}

// twilio lists the sources at Twilio.
func (in Inputs) twilio() []Source {
	client, workspace := in.Desk.Account, in.Desk.Workspace.SID
	return []Source{
		{Name: "callers", Every: everyCall, Read: func(ctx context.Context) (Part, error) {
			var all []account.WaitingTask
			for _, workflow := range in.Workflows.All() {
				found, err := client.WaitingTasks(ctx, workspace, workflow)
				if err != nil {
					return nil, err
				}
				all = append(all, found...)
			}
			return func(f *Facts) { f.Waiting = known(all) }, nil
		}},
		{Name: "callers' numbers", Every: everyCall, Read: func(ctx context.Context) (Part, error) {
			found, err := client.LiveCalls(ctx)
			return func(f *Facts) { f.Calls = known(found) }, err
		}},
		{Name: "TaskRouter's counts", Every: everyCall, Read: func(ctx context.Context) (Part, error) {
			found, err := client.RealTimeStatistics(ctx, workspace)
			return func(f *Facts) { f.Statistics = &found }, err
		}},
		{Name: "workers", Every: everyCall, Read: func(ctx context.Context) (Part, error) {
			found, err := in.Desk.Rows(ctx)
			return func(f *Facts) { f.Workers = known(found) }, err
		}},
	}
}

// aws lists the sources in the stack.
func (in Inputs) aws() []Source {
	return []Source{
		in.source("workers' record", everyRecord, "dynamodb:Scan on WorkersTable", in.Desk.Reconciler.Roster.Store != nil, func(ctx context.Context) (Part, error) {
			found, err := in.Desk.Reconciler.Roster.All(ctx)
			return func(f *Facts) { f.Records = known(found) }, err
		}),
		in.source("calls", everyCall, "dynamodb:Query and dynamodb:GetItem on LedgerTable", in.Ledger != nil, func(ctx context.Context) (Part, error) {
			found, err := in.Ledger.Open(ctx, time.Unix(0, 0), in.Now().Add(time.Minute), maxCalls)
			return func(f *Facts) { f.Open = known(found) }, err
		}),
		in.source("messages", everyRecord, "dynamodb:Query and dynamodb:GetItem on LedgerTable", in.Ledger != nil, func(ctx context.Context) (Part, error) {
			found, err := in.Ledger.UnheardRequests(ctx, unheard.Limit)
			return func(f *Facts) { f.Requests = known(found) }, err
		}),
		in.source("today", everyMinute, "dynamodb:Query on LedgerTable", in.Ledger != nil, func(ctx context.Context) (Part, error) {
			now := in.Now()
			options := figures.Options{Period: figures.Today(now, in.Zone), Within: in.Within, Now: now}
			found, err := figures.Read(ctx, in.Ledger, options.Period)
			if err != nil {
				return nil, err
			}
			today := todayOf(found, options)
			return func(f *Facts) { f.Today = today }, nil
		}),
		in.source("alarms", everyMinute, "cloudwatch:DescribeAlarms", in.Alarms != nil, func(ctx context.Context) (Part, error) {
			found, err := deployment.ReadAlarms(ctx, in.Alarms, in.Stack)
			return func(f *Facts) { f.Alarms = known(found) }, err
		}),
	}
}

// source returns a source of the stack, which cannot be read if the stack has no such thing.
func (in Inputs) source(name string, every time.Duration, right string, exists bool, read func(context.Context) (Part, error)) Source {
	if !exists {
		read = func(context.Context) (Part, error) { return nil, in.Missing }
	}
	return Source{Name: name, Every: every, Right: right, Read: read}
}

// known marks a list as read, although it may be empty.
func known[T any](found []T) []T {
	if found == nil {
		return []T{}
	}
	return found
}

// Account returns a copy of the client that tries each read once: the next one comes soon, and a
// repetition would count against Twilio's limits.
func Account(client account.Client) *account.Client {
	client.Policy.Tries, client.Policy.Timeout = 1, readTime
	client.Progress = nil
	return &client
}
