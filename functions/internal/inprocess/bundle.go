// Package inprocess runs every function of template.yaml in one process, on the clock of a
// simulated Twilio.
package inprocess

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/trigger"
	"switchboard/functions/linkedcalls"
	"switchboard/shared/bucket/buckettest"
	"switchboard/shared/ledger"
	"switchboard/shared/outlook"
	"switchboard/shared/roster"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/wire"
)

// Bundle has every function of template.yaml. It differs from a deployed stack only in its clients.
type Bundle struct {
	bundle.Front
	Links      linkedcalls.Handler
	Queue      *trigger.Queue
	Recordings *trigger.Queue
	Files      *buckettest.Store // what S3 keeps
	Sweeps     *Sweeps
	Twilio     Late           // the functions' Twilio REST API
	Clients    bundle.Clients // of the functions: another execution environment gets the same
}

// New creates the functions as their binaries do. It replaces nil clients: with tables in memory, a
// log that drops its lines, and Bundle.Twilio.
func New(loop *clock.Loop, settings bundle.Environment, clients bundle.Clients) *Bundle {
	b := &Bundle{
		Queue:      &trigger.Queue{Loop: loop, Redrive: trigger.OfBridge},
		Recordings: &trigger.Queue{Loop: loop, Redrive: trigger.OfRecordings},
		Files:      &buckettest.Store{Now: loop.Now},
	}
	clients = b.complete(clients)
	b.Clients = clients
	bridge := settings.Bridge(clients)
	b.Queue.Receive = func(m *trigger.Message) bool { return m.Invoke(context.Background(), bridge) }
	copies := settings.Recordings(clients)
	b.Recordings.Receive = func(m *trigger.Message) bool { return m.Invoke(context.Background(), copies) }
	b.Front, b.Links = settings.Front(clients), settings.LinkedCalls(clients)
	b.Sweeps = &Sweeps{Loop: loop, Sweeper: settings.Sweeper(clients)}
	return b
}

func (b *Bundle) complete(clients bundle.Clients) bundle.Clients {
	clients.Queue, clients.Recordings, clients.Now = b.Queue, b.Recordings, b.Queue.Loop.Now
	if clients.AWS == nil {
		clients.AWS = b.Files
	}
	if !b.Queue.Loop.Virtual() {
		clients.Parameters = &locked{next: clients.Parameters}
	}
	if clients.Table == nil {
		clients.Table = &ledger.Memory{}
	}
	if clients.Roster == nil {
		clients.Roster = &roster.Memory{}
	}
	if clients.REST == nil {
		clients.REST = wire.InProcess(&b.Twilio)
	}
	clients.Logger = cmp.Or(clients.Logger, slog.New(slog.DiscardHandler))
	if clients.Pause == nil {
		// Retries do not pause: the loop's time stands still while a function runs.
		clients.Pause = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	}
	return clients
}

// locked lets functions that run at the same time use one map of parameters.
type locked struct {
	mu   sync.Mutex
	next outlook.Parameters
}

// GetParameters implements outlook.Parameters.
func (l *locked) GetParameters(ctx context.Context, input *ssm.GetParametersInput, options ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next.GetParameters(ctx, input, options...)
}

// PutParameter implements outlook.Parameters.
func (l *locked) PutParameter(ctx context.Context, input *ssm.PutParameterInput, options ...func(*ssm.Options)) (*ssm.PutParameterOutput, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next.PutParameter(ctx, input, options...)
}

// ServeHTTP implements http.Handler: the HTTP API, and S3 for the links to files.
func (b *Bundle) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if buckettest.Serves(r.Host) {
		b.Files.ServeHTTP(w, r)
		return
	}
	b.Front.ServeHTTP(w, r)
}

// Config returns the configuration of a simulated Twilio whose webhooks reach the bundle, with the
// example's account. trace gets what happens, except what the sweeper does; nil = no trace.
func (b *Bundle) Config(seed uint64, trace func(simulator.Entry)) simulator.Config {
	config := simulator.Config{
		AccountSID:   account.SID,
		WorkspaceSID: account.WorkspaceSID,
		AuthToken:    account.Secrets(seed)[account.AuthToken],
		Seed:         seed,
		Loop:         b.Queue.Loop,
		Web:          wire.InProcess(b),
	}
	if trace != nil {
		config.Trace = func(entry simulator.Entry) {
			if !b.Sweeps.Running {
				trace(entry)
			}
		}
	}
	return config
}

// Late is a handler that is set after others have got it.
type Late struct{ handler atomic.Pointer[http.Handler] }

// Set sets or replaces the handler.
func (l *Late) Set(handler http.Handler) { l.handler.Store(&handler) }

// ServeHTTP implements http.Handler.
func (l *Late) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if handler := l.handler.Load(); handler != nil {
		(*handler).ServeHTTP(w, r)
		return
	}
	http.Error(w, "not set up yet", http.StatusServiceUnavailable)
}
