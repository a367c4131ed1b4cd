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
	listen               string // where the stacks reach Twilio's REST, and the CRM below /crm; also the proxy
	certificate          string // file for the proxy's certificate
	operator             *operator
	report               calls.Report

	exchange httpExchange
	stacks   map[string]account.Stack // by bridge mode
}

const (
	// callTimeout bounds one call, if a stack does not answer. The slowest waits a minute for the
	// message of a function that was killed.
	callTimeout = 3 * time.Minute
	patience    = 2 * time.Minute
)

// run takes the opening call through an account that the operator sets up, and then the planned
// ones in turn. A call does not wait for one whose function was killed: SQS retries that message
// after a minute. Each call has a simulated Twilio of its own behind the same address; all of them
// answer until the operator has asked the ledger.
func (r *rehearsal) run(ctx context.Context, opening calls.Call, planned []plannedCall) error {
	stop, err := r.open()
	if err != nil {
		return err
	}
	defer stop()
	if err := r.setUp(ctx, opening, r.seed+uint64(len(planned))); err != nil {
		return fmt.Errorf("take call 1 (%s): %w", opening.Title, err)
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

// open listens until stop is called.
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
		return nil, fmt.Errorf("listen for REST requests of the stack: %w", err)
	}
	server := &http.Server{Handler: tunnel, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return func() { _ = server.Close() }, nil
}

// setUp has the operator set up an empty account and deploy the stacks for it, takes a call there,
// and has the operator examine the account and the stacks, with faults planted in them.
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
	opening := *result // further entries do not belong to the call
	(&takenCall{result: &opening}).judge(links)
	r.report.Add(&opening)
	return meanwhile(ctx, loop, r.operator.examine)
}

// meanwhile runs the loop until do has returned, so that do can use the account over REST.
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

// takenCall is a planned call that is being taken.
type takenCall struct {
	plannedCall
	result       *calls.Result
	suffered     bool // the planned fault happened
	err          error
	onward, over chan struct{} // closed when the next call may begin, and when result and err are set
}

// takeAll reports each call when it is over.
func (r *rehearsal) takeAll(ctx context.Context, planned []plannedCall) ([]*takenCall, error) {
	var taken, waiting []*takenCall
	finish := func(t *takenCall) error {
		<-t.over
		if t.err != nil {
			return fmt.Errorf("take call (%s): %w", t.Title, t.err)
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

// start takes a call in the background.
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

// take takes one call. It calls killed when the operator has killed the function that worked for
// it.
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

// config is that of the simulated Twilio, with a trace that goes to the result.
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

// dial lets the caller dial, and returns when the call is over or has taken too long.
func dial(ctx context.Context, result *calls.Result, loop *clock.Loop) error {
	result.Account.Dial()
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := loop.RunUntil(ctx, result.Account.Over); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// judge adds the rules that were broken by all that is known in the end. links are what the ledgers
// have of calls.
func (t *takenCall) judge(links []linkedcalls.Link) {
	if t.fault != "" && !t.suffered {
		t.result.Broken.Add("each fault happens", "not so: %s", t.fault)
	}
	t.result.Judge(links, nil)
}

// gateway reaches an HTTP API by the gateway's address, under the API's own name. It reaches other
// hosts, such as the hold music's, directly.
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

// proxy makes a handler of a transport.
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
