package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/calls"
	"switchboard/functions/internal/fakecrm"
	"switchboard/functions/internal/rules"
	"switchboard/functions/internal/timeline"
	"switchboard/functions/linkedcalls"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
)

// rehearsal calls deployed stacks from a simulated Twilio on this machine, in real time.
type rehearsal struct {
	authToken, crmSecret string
	seed                 uint64
	gateway              gateway
	listen               string // address of Twilio's REST, the CRM below /crm, and the proxy
	certificate          string // file for the proxy's certificate
	operator             *operator
	report               calls.Report

	exchange httpExchange
	stacks   map[string]account.Stack // by bridge mode
}

const (
	// callTimeout ends a call if a stack does not answer. The slowest call waits a minute until SQS
	// retries the message of a killed function.
	callTimeout = 3 * time.Minute
	patience    = 2 * time.Minute
)

// run runs the opening call through an account that the operator sets up, and then the planned
// calls in turn. It does not wait for a call whose function was killed, because SQS retries that
// message only after a minute. Each call has its own simulated Twilio behind the same address. All
// of them answer until the operator has read the ledger.
func (r *rehearsal) run(ctx context.Context, opening calls.Call, planned []plannedCall) error {
	stop, err := r.open()
	if err != nil {
		return err
	}
	defer stop()
	if err := r.setUp(ctx, opening, r.seed+uint64(len(planned))); err != nil {
		return fmt.Errorf("run call 1 (%s): %w", opening.Title, err)
	}
	taken, err := r.takeAll(ctx, planned)
	if err != nil {
		return err
	}
	links, err := r.operator.links()
	if err != nil {
		return err
	}
	for _, t := range taken {
		t.judge(links)
	}
	return nil
}

// open serves until stop is called.
func (r *rehearsal) open() (stop func(), err error) {
	if r.authToken == "" || r.certificate == "" {
		return nil, errors.New("a rehearsal needs -certificate, the token in TWILIO_AUTH_TOKEN and an operator at standard input: see make rehearse")
	}
	tunnel, err := newTunnel(&r.exchange, r.gateway)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(r.certificate, tunnel.pem(), 0o600); err != nil {
		return nil, fmt.Errorf("write the proxy's certificate: %w", err)
	}
	listener, err := net.Listen("tcp", r.listen)
	if err != nil {
		return nil, fmt.Errorf("listen for the stack's REST requests: %w", err)
	}
	server := &http.Server{Handler: tunnel, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return func() { _ = server.Close() }, nil
}

// setUp asks the operator to set up an empty account and to deploy the stacks for it, runs a call
// there, and asks the operator to examine the account and the stacks.
func (r *rehearsal) setUp(ctx context.Context, call calls.Call, seed uint64) error {
	loop := clock.NewReal()
	result := &calls.Result{Call: call}
	twilio := account.NewEmpty(r.config(result, loop, seed))
	for _, worker := range call.Staff {
		twilio.SetPhone(worker.Contact, worker.Phones...)
	}
	result.Account = &calls.Account{Twilio: twilio, Call: call}
	r.exchange.add(twilio, fault("").front(twilio, r.crm(result, loop), nil))
	if err := meanwhile(ctx, loop, func() (err error) {
		r.stacks, err = r.operator.setUp()
		return err
	}); err != nil {
		return err
	}
	result.Timeline = timeline.Timeline{Base: r.stacks[call.Mode].Base(), Start: loop.Now()}
	if err := dial(ctx, result, loop); err != nil {
		return err
	}
	links, err := r.operator.lookUp(result.Account.Line.CallSID())
	if err != nil {
		return err
	}
	opening := *result // later entries do not belong to the call
	(&takenCall{result: &opening}).judge(links)
	r.report.Add(&opening)
	return meanwhile(ctx, loop, r.operator.examine)
}

// meanwhile runs the loop until do returns, so that do can use the account over REST.
func meanwhile(ctx context.Context, loop *clock.Loop, do func() error) error {
	var err error
	over := false
	go func() {
		result := do()
		loop.Post(func() { over, err = true, result })
	}()
	if stopped := loop.RunUntil(ctx, func() bool { return over }); stopped != nil {
		return stopped
	}
	return err
}

// takenCall is a planned call that has started.
type takenCall struct {
	plannedCall
	result       *calls.Result
	suffered     bool // the planned fault happened
	err          error
	onward, over chan struct{} // onward closes when the next call may begin, over when result and err are set
}

// takeAll runs the calls and reports each when it has ended.
func (r *rehearsal) takeAll(ctx context.Context, planned []plannedCall) ([]*takenCall, error) {
	var taken, waiting []*takenCall
	finish := func(t *takenCall) error {
		<-t.over
		if t.err != nil {
			return fmt.Errorf("run call (%s): %w", t.Title, t.err)
		}
		r.report.Add(t.result)
		return nil
	}
	for i, call := range planned {
		t := r.start(ctx, call, r.seed+uint64(i))
		taken = append(taken, t)
		<-t.onward
		select {
		case <-t.over:
			if err := finish(t); err != nil {
				return nil, err
			}
		default:
			waiting = append(waiting, t)
		}
	}
	for _, t := range waiting {
		if err := finish(t); err != nil {
			return nil, err
		}
	}
	return taken, nil
}

// start runs a call in the background.
func (r *rehearsal) start(ctx context.Context, call plannedCall, seed uint64) *takenCall {
	t := &takenCall{plannedCall: call, onward: make(chan struct{}), over: make(chan struct{})}
	letOn := sync.OnceFunc(func() { close(t.onward) })
	go func() {
		defer letOn()
		defer close(t.over)
		t.err = r.take(ctx, t, seed, letOn)
	}()
	return t
}

// take runs one call. It calls killed when the operator has killed the function that served the
// call.
func (r *rehearsal) take(ctx context.Context, t *takenCall, seed uint64, killed func()) error {
	stack, found := r.stacks[t.Mode]
	if !found {
		return fmt.Errorf("no stack is in bridge mode %s", t.Mode)
	}
	loop := clock.NewReal()
	t.result = &calls.Result{Call: t.Call, Timeline: timeline.Timeline{Base: stack.Base(), Start: loop.Now()}}
	twilio, err := calls.NewAccount(r.config(t.result, loop, seed), t.Call, stack)
	if err != nil {
		return err
	}
	t.result.Account = twilio
	r.exchange.add(twilio.Twilio, t.fault.front(twilio, r.crm(t.result, loop), func(peer string) {
		err := r.operator.kill(peer)
		loop.Post(func() { t.suffered = err == nil })
		killed()
	}))
	if err := rules.Forged(proxy{r.gateway}, t.result.Base, t.result.Broken.Add); err != nil {
		return err
	}
	if t.fault == deliveredTwice {
		if err := r.operator.double(); err != nil {
			return err
		}
		t.suffered = true
	}
	return dial(ctx, t.result, loop)
}

// config returns the configuration of the simulated Twilio, with a trace that goes to the result.
func (r *rehearsal) config(result *calls.Result, loop *clock.Loop, seed uint64) simulator.Config {
	return simulator.Config{
		AuthToken: r.authToken,
		Seed:      seed,
		Loop:      loop,
		Web:       r.gateway,
		Trace:     func(entry simulator.Entry) { loop.Post(func() { result.Add(entry) }) },
		Pace: simulator.Pace{
			CharactersPerSecond: 300,
			Play:                5 * time.Second,
			Reaction:            100 * time.Millisecond,
			Setup:               200 * time.Millisecond,
			SpeechEnd:           200 * time.Millisecond,
			CallInterval:        10 * time.Millisecond,
			Patience:            patience,
		},
	}
}

func (r *rehearsal) crm(result *calls.Result, loop *clock.Loop) *fakecrm.CRM {
	return &fakecrm.CRM{
		Secret:    r.crmSecret,
		CheckTime: true,
		Now:       loop.Now,
		Fails:     result.Call.FailsCRM,
		Trace:     func(entry simulator.Entry) { loop.Post(func() { result.Add(entry) }) },
	}
}

// dial makes the caller dial, and returns when the call has ended or has taken too long.
func dial(ctx context.Context, result *calls.Result, loop *clock.Loop) error {
	result.Account.Dial()
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := loop.RunUntil(ctx, result.Account.Over); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// judge adds the rules that the call broke. links are the ledgers' calls.
func (t *takenCall) judge(links []linkedcalls.Link) {
	if t.fault != "" && !t.suffered {
		t.result.Broken.Add("each fault happens", "did not happen: %s", t.fault)
	}
	t.result.Judge(links, nil)
}

// gateway sends requests for an HTTP API to the gateway's address, under the API's own name. It
// sends requests for the hold music directly.
type gateway struct{ address string }

// RoundTrip implements http.RoundTripper.
func (g gateway) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == musicPath {
		return http.DefaultTransport.RoundTrip(r)
	}
	address, err := url.Parse(g.address)
	if err != nil {
		return nil, err
	}
	sent := r.Clone(r.Context())
	sent.Host = r.URL.Host + ":" + address.Port()
	sent.URL.Scheme, sent.URL.Host = address.Scheme, address.Host
	return http.DefaultTransport.RoundTrip(sent)
}

// proxy is a handler that sends each request to a transport.
type proxy struct{ transport http.RoundTripper }

// ServeHTTP implements http.Handler.
func (p proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := p.transport.RoundTrip(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	w.WriteHeader(answer.StatusCode)
}
