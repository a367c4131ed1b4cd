package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"switchboard/functions/linkedcalls"
	"switchboard/functions/local/stack"
	"switchboard/shared/crm"
	"switchboard/shared/simulator"
)

// stage is a deployed stack, or two, that a simulated Twilio on this machine calls in real time.
type stage struct {
	gateway string            // where the HTTP APIs are reached
	bases   map[string]string // by bridge mode: the address that Twilio is told, and signs for
	listen  string            // where the stack reaches Twilio's REST, and the CRM below /crm
	keys    stack.Parameters

	exchange exchange
}

const (
	// callTimeout bounds one call: a stack that does not answer must not hold the program up. The slowest waits a minute for the
	// message of a function that died.
	callTimeout = 3 * time.Minute
	patience    = 2 * time.Minute
)

// rehearse takes the calls one after another, except that the next ones are taken while a message waits to come again. Each gets a
// simulated Twilio of its own behind the same address; all of them answer until the operator has told what the ledger knows.
func (s *stage) rehearse(ctx context.Context, calls []call, seed uint64, told func(*take), operator *operator) ([]*take, error) {
	if s.bases["deferred"] == "" || s.bases["dequeue"] == "" || s.keys["/switchboard/auth-token"] == "" {
		return nil, errors.New("a rehearsal needs two stacks: give -base-url, -dequeue-base-url and the token in TWILIO_AUTH_TOKEN, as make rehearse does")
	}
	listener, err := net.Listen("tcp", s.listen)
	if err != nil {
		return nil, fmt.Errorf("listen for REST requests of the stack: %w", err)
	}
	server := &http.Server{Handler: &s.exchange, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()

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
	return takes, nil
}

// takeAll tells each call when it is over.
func (s *stage) takeAll(ctx context.Context, calls []call, seed uint64, told func(*take), operator *operator) ([]*take, error) {
	takings := make([]*taking, len(calls))
	takes := make([]*take, len(calls))
	finish := func(i int) error {
		<-takings[i].over
		if err := takings[i].err; err != nil {
			return fmt.Errorf("take call %d (%s): %w", i+1, calls[i].Title, err)
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
	base, found := s.bases[c.Mode]
	if !found {
		return nil, fmt.Errorf("no stack is in bridge mode %s", c.Mode)
	}
	loop := simulator.NewReal()
	taken := &take{Call: c, Base: base, Start: loop.Now()}
	web := gateway{address: s.gateway}
	world, err := newWorld(simulator.Config{
		AuthToken: s.keys["/switchboard/auth-token"], Seed: seed, Loop: loop, Web: web,
		Trace: func(entry simulator.Entry) { loop.Post(func() { taken.Entries = append(taken.Entries, entry) }) },
		Pace: simulator.Pace{
			CharactersPerSecond: 300, Play: 5 * time.Second, Reaction: 100 * time.Millisecond, Setup: 200 * time.Millisecond,
			SpeechEnd: 200 * time.Millisecond, CallInterval: 10 * time.Millisecond, Patience: patience,
		},
	}, c, base)
	if err != nil {
		return nil, err
	}
	taken.World = world
	desk := &desk{secret: s.keys["/switchboard/crm-secret"], checkTime: true}
	desk.failFor(c.CRM)
	desk.trace = func(document crm.Document, status int) {
		loop.Post(func() { taken.note(loop.Now(), document, status) })
	}
	s.exchange.add(world, c.Fault.front(world, desk, func(peer string) {
		err := operator.kill(peer)
		loop.Post(func() { taken.Suffered = err == nil })
		died()
	}))
	if taken.Broken, err = forge(proxy{web}, base); err != nil {
		return nil, err
	}
	if c.Fault == deliveredTwice {
		if err := operator.double(); err != nil {
			return nil, err
		}
		taken.Suffered = true
	}
	world.dial()
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := loop.RunUntil(ctx, world.over); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, err
	}
	return taken, nil
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

// gateway reaches an HTTP API by the gateway's address, under the API's own name.
type gateway struct{ address string }

// RoundTrip implements http.RoundTripper.
func (g gateway) RoundTrip(r *http.Request) (*http.Response, error) {
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
