// Package bundle runs the functions of template.yaml in one process, over clients that stand in for
// AWS and Twilio. It reads the environment variables with the constructors that Lambda uses.
package bundle

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"switchboard/functions/assignment"
	"switchboard/functions/bridge"
	"switchboard/functions/duty"
	"switchboard/functions/enqueue"
	"switchboard/functions/fallback"
	"switchboard/functions/hold"
	"switchboard/functions/linkedcalls"
	"switchboard/functions/messages"
	"switchboard/functions/queuelimit"
	"switchboard/functions/recordings"
	"switchboard/functions/survey"
	"switchboard/functions/sweeper"
	"switchboard/functions/taskevents"
	"switchboard/functions/worker"
	"switchboard/shared/deferred"
	"switchboard/shared/environment"
	"switchboard/shared/function"
	"switchboard/shared/ledger"
	"switchboard/shared/outlook"
	"switchboard/shared/reconciler"
	"switchboard/shared/recording"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/twilio"
)

// Environment has the environment variables that the functions read. template.yaml sets
// PUBLIC_BASE_URL, the address of the HTTP API, only for the bridge and the sweeper.
type Environment map[string]string

// Variable returns the environment variable that template.yaml sets from a parameter:
// WORKER_RING_SECONDS for WorkerRingSeconds.
func Variable(parameter string) string {
	var name strings.Builder
	for i, letter := range parameter {
		if i > 0 && unicode.IsUpper(letter) {
			name.WriteByte('_')
		}
		name.WriteRune(unicode.ToUpper(letter))
	}
	return name.String()
}

// OfParameters returns the environment for parameters of template.yaml.
func OfParameters(parameters map[string]string) Environment {
	e := make(Environment, len(parameters))
	for name, value := range parameters {
		e[Variable(name)] = value
	}
	return e
}

// Clients are the services that the functions use. Parameters, Queue and the stores belong to one
// execution environment: a function keeps its secrets while the environment lives.
type Clients struct {
	Parameters outlook.Parameters
	Table      ledger.Store
	Roster     roster.Store
	Queue      deferred.Sender
	Recordings recording.Sender
	AWS        http.RoundTripper // to S3 and SNS
	REST, CRM  http.RoundTripper
	Pause      func(context.Context, time.Duration) error // between requests to Twilio
	Now        func() time.Time
	Metrics    io.Writer // gets metrics if the environment has METRICS_NAMESPACE
	Logger     *slog.Logger
}

func (c Clients) base() function.Clients {
	return function.Clients{Parameters: c.Parameters, REST: c.REST, Pause: c.Pause, Now: c.Now, Logger: c.Logger}
}

// routes are the routes of the functions that answer webhooks.
var routes = []string{"/enqueue", "/hold", "/assignment", "/assignment/fallback", "/worker/", "/survey", "/events", "/duty", "/messages"}

// reader returns a function's environment. A function that answers webhooks reads the stack's
// address from them.
func (e Environment) reader(webhooks bool, metrics io.Writer) *environment.Reader {
	return &environment.Reader{Metrics: metrics, Lookup: func(name string) string {
		switch {
		case name == "BRIDGE_QUEUE_URL":
			return "https://sqs.example/BridgeQueue"
		case name == "RECORDINGS_QUEUE_URL":
			return "https://sqs.example/RecordingsQueue"
		case name == "PUBLIC_BASE_URL" && webhooks:
			return ""
		}
		if value, found := e[name]; found {
			return value
		}
		return lambda[name]
	}}
}

// lambda has the variables that Lambda sets, and the name of a bucket that CloudFormation chooses.
var lambda = map[string]string{
	"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example", "RECORDINGS_BUCKET": "recordings",
}

// Check returns an error that names every variable that a function cannot use.
func (e Environment) Check() error {
	env := e.reader(false, nil)
	readAll(env)
	return env.Err()
}

// ParameterNames returns the names of template.yaml's parameters that a function reads, sorted.
func ParameterNames() []string {
	var names []string
	readAll(&environment.Reader{Lookup: func(variable string) string {
		var name strings.Builder
		for word := range strings.SplitSeq(variable, "_") {
			name.WriteString(word[:1] + strings.ToLower(word[1:]))
		}
		names = append(names, name.String())
		return ""
	}})
	slices.Sort(names)
	return slices.Compact(names)
}

// readAll reads the environment of every function; env collects the errors.
func readAll(env *environment.Reader) {
	c := Clients{
		Parameters: Parameters{}, Table: &ledger.Memory{}, Roster: &roster.Memory{}, Queue: struct{ deferred.Sender }{},
		Recordings: struct{ recording.Sender }{},
		Logger:     slog.New(slog.DiscardHandler),
	}
	for _, route := range routes {
		_, _ = newStop(route, env, c)
	}
	_, _ = bridge.New(env, c.bridge())
	_, _ = sweeper.New(env, c.sweeper())
	_, _ = linkedcalls.New(env, c.linkedCalls())
	_, _ = queuelimit.New(env, c.base())
	_, _ = recordings.New(env, c.recordings())
}

// must returns the handler. It panics on an invalid variable, which Check reports first.
func must[H any](handler H, err error) H {
	if err != nil {
		panic(err)
	}
	return handler
}

// Front creates an execution environment of each function that answers webhooks, by its routes.
func (e Environment) Front(c Clients) Front {
	return NewFront(func(route string) Stop { return e.Stop(route, c) })
}

// NewFront returns the routes of the functions that answer webhooks. It asks stop for each function
// once, by the route that Environment.Stop takes.
func NewFront(stop func(route string) Stop) Front {
	front := Front{}
	for _, route := range routes {
		front[route] = stop(route)
	}
	front["/survey/"], front["/duty/"], front["/messages/"] = front["/survey"], front["/duty"], front["/messages"]
	front["/enqueue/"], front["/hold/"] = front["/enqueue"], front["/hold"]
	return front
}

// Stop creates an execution environment of the function with one of the routes /enqueue, /hold,
// /assignment, /assignment/fallback, /worker/, /survey, /events, /duty and /messages; nil for
// another route.
func (e Environment) Stop(route string, c Clients) Stop {
	return must(newStop(route, e.reader(true, c.Metrics), c))
}

func newStop(route string, env *environment.Reader, c Clients) (Stop, error) {
	switch route {
	case "/enqueue":
		h, err := enqueue.New(env, c.base())
		return h.Handle, err
	case "/hold":
		h, err := hold.New(env, hold.Clients{Clients: c.base(), Queue: c.Queue})
		return h.Handle, err
	case "/assignment":
		h, err := assignment.New(env, assignment.Clients{Clients: c.base(), Queue: c.Queue})
		return h.Handle, err
	case "/assignment/fallback":
		h, err := fallback.New(env, fallback.Clients{Clients: c.base(), Queue: c.Queue})
		return h.Handle, err
	case "/worker/":
		h, err := worker.New(env, worker.Clients{Clients: c.base(), Queue: c.Queue, Table: c.Table, Roster: c.Roster, AWS: c.AWS})
		return h.Handle, err
	case "/survey":
		h, err := survey.New(env, survey.Clients{Clients: c.base(), Table: c.Table, Recordings: c.Recordings})
		return h.Handle, err
	case "/events":
		h, err := taskevents.New(env, taskevents.Clients{Clients: c.base(), Queue: c.Queue, Table: c.Table, Roster: c.Roster, Outlook: c.Parameters})
		return h.Handle, err
	case "/duty":
		h, err := duty.New(env, duty.Clients{Clients: c.base(), Queue: c.Queue, Write: c.Parameters, Roster: c.Roster})
		return h.Handle, err
	case "/messages":
		h, err := messages.New(env, messages.Clients{Clients: c.base(), Queue: c.Queue, Roster: c.Roster})
		return h.Handle, err
	}
	return nil, nil
}

func (c Clients) bridge() bridge.Clients {
	return bridge.Clients{Clients: c.base(), CRM: c.CRM, Queue: c.Queue, Table: c.Table, Roster: c.Roster}
}

func (c Clients) sweeper() sweeper.Clients {
	return sweeper.Clients{Clients: c.base(), Queue: c.Queue, Table: c.Table, Roster: c.Roster, Outlook: c.Parameters}
}

func (c Clients) recordings() recordings.Clients {
	return recordings.Clients{Clients: c.base(), Table: c.Table, Queue: c.Recordings, AWS: c.AWS}
}

func (c Clients) linkedCalls() linkedcalls.Clients {
	return linkedcalls.Clients{Clients: c.base(), Table: c.Table}
}

// Bridge creates an execution environment of the function that reads BridgeQueue.
func (e Environment) Bridge(c Clients) bridge.Handler {
	return must(bridge.New(e.reader(false, c.Metrics), c.bridge()))
}

// Recordings creates an execution environment of the function that reads RecordingsQueue.
func (e Environment) Recordings(c Clients) recordings.Handler {
	return must(recordings.New(e.reader(false, c.Metrics), c.recordings()))
}

// Sweeper creates an execution environment of the function that runs on a schedule.
func (e Environment) Sweeper(c Clients) sweeper.Handler {
	return must(sweeper.New(e.reader(false, c.Metrics), c.sweeper()))
}

// LinkedCalls creates an execution environment of LinkedCallsFunction.
func (e Environment) LinkedCalls(c Clients) linkedcalls.Handler {
	return must(linkedcalls.New(e.reader(true, c.Metrics), c.linkedCalls()))
}

// QueueLimit creates an execution environment of QueueLimitFunction.
func (e Environment) QueueLimit(c Clients) queuelimit.Handler {
	return must(queuelimit.New(e.reader(true, c.Metrics), c.base()))
}

// Reconciler returns what twilioctl workers uses to sign workers on and off.
func (e Environment) Reconciler(c Clients) reconciler.Reconciler {
	env := e.reader(true, c.Metrics)
	rest := twilio.Read(env, secrets.Read(env, c.Parameters, c.Now, secrets.REST), c.REST, c.Pause)
	r := reconciler.Read(env, roster.Read(env, c.Roster), rest, deferred.ReadQueue(env, c.Queue), c.Now, c.Logger)
	return must(r, env.Err())
}
