package stage

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"switchboard/functions/bridge"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/trigger"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/webhook"
)

// bridgeFunction is the function that reads BridgeQueue; the others are called as their routes.
const bridgeFunction = "bridge"

// functions runs every function of template.yaml in this process, each in one execution environment
// that serves one invocation at a time.
type functions struct {
	loop     *clock.Loop
	settings bundle.Environment
	clients  bundle.Clients
	faults   *faults
	running  atomic.Int32 // invocations

	mu      sync.Mutex
	busy    map[string]*sync.Mutex // by function
	process *inprocess.Bundle
	bridge  bridge.Handler
}

// newFunctions creates the functions, with the tables and services of clients.
func newFunctions(loop *clock.Loop, settings bundle.Environment, clients bundle.Clients, f *faults) *functions {
	clients.REST, clients.CRM = mortal{clients.REST}, mortal{clients.CRM}
	made := &functions{loop: loop, settings: settings, clients: clients, faults: f, busy: map[string]*sync.Mutex{}}
	made.coldStart()
	return made
}

// coldStart replaces every execution environment: each function then reads its secrets again.
func (f *functions) coldStart() {
	process := inprocess.New(f.loop, f.settings, f.clients)
	process.Queue.Receive = f.receive
	clients := f.clients
	clients.Queue, clients.Now, clients.Pause, clients.Logger = process.Queue, f.loop.Now, noPause, slog.New(slog.DiscardHandler)
	reader := f.settings.Bridge(clients)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.process, f.bridge = process, reader
}

// sweep runs the function that repairs what lost webhooks leave behind.
func (f *functions) sweep() {
	f.mu.Lock()
	sweeper := f.process.Sweeps.Sweeper
	f.mu.Unlock()
	_, _ = sweeper.Handle(context.Background()) // what it did is in the trace
}

// routes returns the routes with functions that can die.
func (f *functions) routes() bundle.Front {
	front := bundle.Front{}
	for route := range f.process.Front {
		front[route] = func(ctx context.Context, event webhook.Event) (answer webhook.Answer, err error) {
			if !f.invoke(ctx, Target(route), func(ctx context.Context) { answer, err = f.stop(route)(ctx, event) }) {
				return webhook.Answer{}, errKilled
			}
			return answer, err
		}
	}
	return front
}

func (f *functions) stop(route string) bundle.Stop {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.process.Front[route]
}

// receive runs the bridge function. It reports whether SQS deletes the message.
func (f *functions) receive(m *trigger.Message) (done bool) {
	survived := f.invoke(context.Background(), bridgeFunction, func(ctx context.Context) {
		f.mu.Lock()
		reader := f.bridge
		f.mu.Unlock()
		done = m.Invoke(ctx, reader)
	})
	return survived && done
}

var errKilled = errors.New("the function was killed")

// killed is the value of the panic with which a function ends that a person kills.
type killed struct{}

type doomed struct{}

// invoke runs a function and reports whether it survived. One that a person kills dies at its next
// request to Twilio or the CRM; if it makes none, its answer is lost.
func (f *functions) invoke(ctx context.Context, function string, run func(context.Context)) (survived bool) {
	f.running.Add(1)
	defer f.running.Add(-1)
	defer f.occupy(function)()
	if !f.faults.kills(function) {
		run(ctx)
		return true
	}
	f.faults.tell("You killed the function %s %s", function, dying(context.WithValue(ctx, doomed{}, true), run))
	f.coldStart()
	return false
}

// occupy waits for a function's environment; free gives it back.
func (f *functions) occupy(function string) (free func()) {
	f.mu.Lock()
	busy := f.busy[function]
	if busy == nil {
		busy = &sync.Mutex{}
		f.busy[function] = busy
	}
	f.mu.Unlock()
	busy.Lock()
	return busy.Unlock
}

// dying runs a function that is to die and says when it did.
func dying(ctx context.Context, run func(context.Context)) (when string) {
	defer func() {
		switch died := recover().(type) {
		case nil:
		case killed:
			when = "in the middle, before its next request"
		default:
			panic(died)
		}
	}()
	run(ctx)
	return "when it had finished, and its answer is lost"
}

func die(ctx context.Context) {
	if ctx.Value(doomed{}) != nil {
		panic(killed{})
	}
}

// mortal carries the requests of functions that can die.
type mortal struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (m mortal) RoundTrip(r *http.Request) (*http.Response, error) {
	die(r.Context())
	return m.next.RoundTrip(r)
}

// outage is an SSM that is down when a person says so.
type outage struct {
	bundle.Parameters
	faults *faults
}

// GetParameters implements secrets.Parameters.
func (o outage) GetParameters(ctx context.Context, input *ssm.GetParametersInput, options ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	if o.faults.now().SSM {
		o.faults.tell("SSM is down: a function that starts cannot read %s", strings.Join(input.Names, ", "))
		return nil, errors.New("SSM: service unavailable")
	}
	return o.Parameters.GetParameters(ctx, input, options...)
}

// noPause is the pause between tries of a request to Twilio: none, because the simulated Twilio
// does not throttle.
func noPause(ctx context.Context, _ time.Duration) error { return ctx.Err() }
