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

	stack "switchboard/functions/internal/bundle"
	"switchboard/functions/linkedcalls"
	"switchboard/shared/crm"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
)

// stage is a deployed stack, or two, that a simulated Twilio on this machine calls in real time.
type stage struct {
	gateway     string // where the HTTP APIs are reached
	listen      string // where the stack reaches Twilio's REST, and the CRM below /crm; an HTTPS proxy to the gateway, too
	certificate string // file for the proxy's certificate
	keys        stack.Parameters

	exchange exchange
	stacks   map[string]deployed // by bridge mode
}

const (
	// callTimeout bounds one call: a stack that does not answer must not hold the program up. The slowest waits a minute for the
	// message of a function that died.
	callTimeout = 3 * time.Minute
	patience    = 2 * time.Minute
)

// rehearse takes the first call through an account that the operator sets up, and then the others one after another, except that the next
// ones are taken while a message waits to come again. Each of these gets a simulated Twilio of its own behind the same address; all of
// them answer until the operator has told what the ledger knows.
func (s *stage) rehearse(ctx context.Context, first call, calls []call, seed uint64, told func(*take), operator *operator) ([]*take, error) {
	stop, err := s.open()
	if err != nil {
		return nil, err
	}
	defer stop()
	opening, err := s.setUp(ctx, first, seed+uint64(len(calls)), told, operator)
	if err != nil {
		return nil, fmt.Errorf("take call 1 (%s): %w", first.Title, err)
	}
	takes, err := s.takeAll(ctx, calls, seed, told, operator)
	if err != nil {
		return nil, err
	}
	links, err := operator.links()
	if err != nil {
		return nil, err
	}
	for _, taken := range takes {
		taken.judge(links)
	}
	return append([]*take{opening}, takes...), nil
}

// open listens, until stop is called.
func (s *stage) open() (stop func(), err error) {
	if s.keys["/switchboard/auth-token"] == "" || s.certificate == "" {
		return nil, errors.New("a rehearsal needs -certificate, the token in TWILIO_AUTH_TOKEN and an operator at standard input: see make rehearse")
	}
	tunnel, err := newTunnel(&s.exchange, gateway{address: s.gateway})
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(s.certificate, tunnel.pem(), 0o600); err != nil {
		return nil, fmt.Errorf("write the proxy's certificate: %w", err)
	}
	listener, err := net.Listen("tcp", s.listen)
	if err != nil {
		return nil, fmt.Errorf("listen for REST requests of the stack: %w", err)
	}
	server := &http.Server{Handler: tunnel, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return func() { _ = server.Close() }, nil
}

// takeAll tells each call when it is over.
func (s *stage) takeAll(ctx context.Context, calls []call, seed uint64, told func(*take), operator *operator) ([]*take, error) {
	takings := make([]*taking, len(calls))
	takes := make([]*take, len(calls))
	finish := func(i int) error {
		<-takings[i].over
		if err := takings[i].err; err != nil {
			return fmt.Errorf("take call %d (%s): %w", i+2, calls[i].Title, err)
		}
		takes[i] = takings[i].take
		told(takes[i])
		return nil
	}
	var waiting []int
	for i, c := range calls {
		takings[i] = s.start(ctx, c, seed+uint64(i), operator)
		<-takings[i].onward
		select {
		case <-takings[i].over:
			if err := finish(i); err != nil {
				return nil, err
			}
		default:
			waiting = append(waiting, i)
		}
	}
	for _, i := range waiting {
		if err := finish(i); err != nil {
			return nil, err
		}
	}
	return takes, nil
}

// taking is a call that is being taken.
type taking struct {
	take         *take
	err          error
	onward, over chan struct{} // closed when the next call may begin, and when take and err are there
}

// start takes a call in the background.
func (s *stage) start(ctx context.Context, c call, seed uint64, operator *operator) *taking {
	taking := &taking{onward: make(chan struct{}), over: make(chan struct{})}
	letOn := sync.OnceFunc(func() { close(taking.onward) })
	go func() {
		defer letOn()
		defer close(taking.over)
		taking.take, taking.err = s.take(ctx, c, seed, operator, letOn)
	}()
	return taking
}

// take takes one call. died is told when the function that worked for it was killed.
func (s *stage) take(ctx context.Context, c call, seed uint64, operator *operator, died func()) (*take, error) {
	site, found := s.stacks[c.Mode]
	if !found {
		return nil, fmt.Errorf("no stack is in bridge mode %s", c.Mode)
	}
	loop := clock.NewReal()
	taken := &take{Call: c, Base: site.base(), Start: loop.Now()}
	world, err := newWorld(s.config(taken, loop, seed), c, site)
	if err != nil {
		return nil, err
	}
	taken.World = world
	s.exchange.add(world, c.Fault.front(world, s.desk(taken, loop), func(peer string) {
		err := operator.kill(peer)
		loop.Post(func() { taken.Suffered = err == nil })
		died()
	}))
	if taken.Broken, err = forge(proxy{gateway{s.gateway}}, taken.Base); err != nil {
		return nil, err
	}
	if c.Fault == deliveredTwice {
		if err := operator.double(); err != nil {
			return nil, err
		}
		taken.Suffered = true
	}
	return taken, taken.dial(ctx, loop)
}

// config is that of the simulated Twilio, with a trace that goes to the take.
func (s *stage) config(taken *take, loop *clock.Loop, seed uint64) simulator.Config {
	return simulator.Config{
		AuthToken: s.keys["/switchboard/auth-token"], Seed: seed, Loop: loop, Web: gateway{address: s.gateway},
		Trace: func(entry simulator.Entry) { loop.Post(func() { taken.Entries = append(taken.Entries, entry) }) },
		Pace: simulator.Pace{
			CharactersPerSecond: 300, Play: 5 * time.Second, Reaction: 100 * time.Millisecond, Setup: 200 * time.Millisecond,
			SpeechEnd: 200 * time.Millisecond, CallInterval: 10 * time.Millisecond, Patience: patience,
		},
	}
}

// desk is the CRM of a take.
func (s *stage) desk(taken *take, loop *clock.Loop) *desk {
	made := &desk{secret: s.keys["/switchboard/crm-secret"], checkTime: true}
	made.failFor(taken.Call.CRM)
	made.trace = func(document crm.Document, status int) {
		loop.Post(func() { taken.note(loop.Now(), document, status) })
	}
	return made
}

// dial lets the caller call, and returns when the call is over or has taken too long.
func (t *take) dial(ctx context.Context, loop *clock.Loop) error {
	t.World.dial()
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := loop.RunUntil(ctx, t.World.over); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// judge lists the rules that were broken by all that is known in the end, the ledger included.
func (t *take) judge(links []linkedcalls.Link) {
	for _, link := range links {
		if link.CallSID == t.World.line.CallSID() {
			t.Link = link
		}
	}
	if t.Link.CallSID == "" {
		t.Broken = append(t.Broken, "the ledger does not know the call")
	}
	if t.Call.Fault != "" && !t.Suffered {
		t.Broken = append(t.Broken, "it did not happen that "+string(t.Call.Fault))
	}
	t.Broken = append(t.Broken, t.broken(nil)...)
}

// gateway reaches an HTTP API by the gateway's address, under the API's own name. Other hosts, such
// as the hold music's, it reaches directly.
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
