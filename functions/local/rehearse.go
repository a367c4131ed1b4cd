package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

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
}

// callTimeout bounds one call, which takes seconds: a stack that does not answer must not hold the program up.
const callTimeout = 2 * time.Minute

// rehearse takes the calls one after another. Each gets a simulated Twilio of its own behind the same address; the last
// one answers until afterwards returns.
func (s stage) rehearse(ctx context.Context, calls []call, seed uint64, told func(*take), afterwards func() error) ([]*take, error) {
	if s.bases["deferred"] == "" || s.bases["dequeue"] == "" || s.keys["/switchboard/auth-token"] == "" {
		return nil, errors.New("a rehearsal needs two stacks: give -base-url, -dequeue-base-url and the token in TWILIO_AUTH_TOKEN, as make rehearse does")
	}
	listener, err := net.Listen("tcp", s.listen)
	if err != nil {
		return nil, fmt.Errorf("listen for REST requests of the stack: %w", err)
	}
	var rest swap
	desk := &desk{secret: s.keys["/switchboard/crm-secret"], checkTime: true}
	mux := http.NewServeMux()
	mux.Handle("/crm", desk)
	mux.Handle("/", &rest)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()

	var takes []*take
	for i, c := range calls {
		taken, err := s.take(ctx, c, seed+uint64(i), &rest, desk)
		if err != nil {
			return takes, fmt.Errorf("take call %d (%s): %w", i+1, c.Title, err)
		}
		told(taken)
		takes = append(takes, taken)
	}
	return takes, afterwards()
}

func (s stage) take(ctx context.Context, c call, seed uint64, rest *swap, desk *desk) (*take, error) {
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
			SpeechEnd: 200 * time.Millisecond, CallInterval: 10 * time.Millisecond, Patience: time.Minute,
		},
	}, c, base)
	if err != nil {
		return nil, err
	}
	desk.failFor(c.CRM)
	desk.trace = func(document crm.Document, status int) {
		loop.Post(func() { taken.note(loop.Now(), document, status) })
	}
	rest.set(world)
	taken.World = world
	refused, err := forge(proxy{web}, base)
	if err != nil {
		return nil, err
	}
	world.dial()
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := loop.RunUntil(ctx, world.over); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, err
	}
	taken.Broken = append(refused, taken.broken(nil)...)
	return taken, nil
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
