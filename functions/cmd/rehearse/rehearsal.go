package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
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

// rehearsal calls deployed stacks from a simulated Twilio on this machine. Each call has its own
// account behind the same address, which answers until the program ends.
type rehearsal struct {
	authToken, crmSecret string
	gateway              http.RoundTripper

	mu    sync.Mutex // for the handlers of calls
	calls []*rehearsedCall
}

// rehearsedCall is a planned call and what happened in it.
type rehearsedCall struct {
	plannedCall
	loop    *clock.Loop
	result  *calls.Result
	handler http.Handler // nil until the account answers
	last    lastAction
	over    chan struct{} // closes when the call has ended
	ended   bool          // later entries do not belong to the call
	judged  bool

	mu       sync.Mutex
	releases []string // that answered its webhooks
}

// musicPath is the path of the hold music, so that a rehearsal needs no other host.
const musicPath = "/hold.mp3"

// routes returns the handler of everything that the program serves. The first call's account
// answers immediately, for twilioctl to set it up. The driver posts a stack to a call, which then
// begins, follows the calls, and posts the ledgers' calls for a verdict.
func (r *rehearsal) routes(ctx context.Context) http.Handler {
	for n, call := range plan() {
		c := &rehearsedCall{plannedCall: call, loop: clock.NewReal(), over: make(chan struct{})}
		c.result = &calls.Result{Call: c.Call}
		r.calls = append(r.calls, c)
		if n == 0 {
			twilio := account.NewEmpty(r.config(c, n))
			for _, worker := range c.Staff {
				twilio.SetPhone(worker.Contact, worker.Phones...)
			}
			r.open(ctx, c, &calls.Account{Twilio: twilio, Call: c.Call})
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", r.exchange(false))
	mux.HandleFunc(musicPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "audio/mpeg")
		_, _ = io.WriteString(w, "ID3") // the start of an MP3 file, for scripts to hear
	})
	mux.HandleFunc("GET /rehearsal/calls", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(r.states())
	})
	act(r, mux, "POST /rehearsal/calls/{n}", func(c *rehearsedCall, n int, stack account.Stack) error { return r.begin(ctx, c, n, stack) })
	act(r, mux, "POST /rehearsal/calls/{n}/release", func(c *rehearsedCall, _ int, _ struct{}) error { return r.release(c) })
	mux.HandleFunc("POST /rehearsal/verdict", r.verdict)
	return mux
}

// state is a call as the driver sees it.
type state struct {
	Title      string     `json:"title"`
	Mode       string     `json:"mode"`
	Fault      fault      `json:"fault"`
	Victim     any        `json:"victim"` // host:port from which the function to be killed has connected; null = not yet
	Deployment deployment `json:"deployment"`
	Hold       hold       `json:"hold"`
	Held       bool       `json:"held"` // it stays there until the driver releases it
	Releases   []string   `json:"releases"`
	CallSID    string     `json:"call_sid"`
	Over       bool       `json:"over"`
}

func (r *rehearsal) states() (states []state) {
	for _, c := range r.calls {
		s := state{
			Title: c.Title, Mode: c.Mode, Fault: c.fault, Victim: c.last.victim.Load(),
			Deployment: c.deployment, Hold: c.hold, Releases: c.answeringReleases(),
		}
		select {
		case <-c.over:
			s.Over, s.CallSID = true, c.result.Account.Line.CallSID()
		default:
			s.Held = c.hold != "" && r.hasBegun(c) && onLoop(c, (*rehearsedCall).isHeld)
		}
		states = append(states, s)
	}
	return states
}

func (r *rehearsal) hasBegun(c *rehearsedCall) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return c.handler != nil
}

// onLoop returns the result of fn, which runs where the call's account does. The call must have
// begun.
func onLoop[T any](c *rehearsedCall, fn func(*rehearsedCall) T) T {
	result := make(chan T, 1)
	c.loop.Post(func() { result <- fn(c) })
	return <-result
}

// act adds a route by which the driver does something to a call, with a document. The status is 400
// if it cannot be done.
func act[T any](r *rehearsal, mux *http.ServeMux, route string, do func(c *rehearsedCall, n int, document T) error) {
	mux.HandleFunc(route, func(w http.ResponseWriter, request *http.Request) {
		n, err := strconv.Atoi(request.PathValue("n"))
		var document T
		if err == nil {
			err = json.NewDecoder(request.Body).Decode(&document)
		}
		if err == nil && (n < 0 || n >= len(r.calls)) {
			err = fmt.Errorf("there is no call %d", n)
		}
		if err == nil {
			err = do(r.calls[n], n, document)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	})
}

// begin has the nth caller dial.
func (r *rehearsal) begin(ctx context.Context, c *rehearsedCall, n int, stack account.Stack) error {
	if n > 0 {
		twilio, err := calls.NewAccount(r.config(c, n), c.Call, stack)
		if err != nil {
			return fmt.Errorf("set up call (%s): %w", c.Title, err)
		}
		r.open(ctx, c, twilio)
		web := &httputil.ReverseProxy{Transport: r.gateway, Rewrite: func(*httputil.ProxyRequest) {}}
		if err := rules.Forged(web, stack.Base(), c.result.Broken.Add); err != nil {
			return err
		}
	}
	c.loop.Post(func() {
		c.result.Timeline = timeline.Timeline{Base: stack.Base(), Start: c.loop.Now()}
		c.result.Account.Dial()
	})
	return nil
}

// open has the call's account answer.
func (r *rehearsal) open(ctx context.Context, c *rehearsedCall, twilio *calls.Account) {
	crm := &fakecrm.CRM{
		Secret:    r.crmSecret,
		CheckTime: true,
		Now:       c.loop.Now,
		Fails:     c.FailsCRM,
		Trace:     c.add,
	}
	r.mu.Lock()
	c.result.Account, c.handler = twilio, c.fault.front(twilio, c.deployment.slow(crm), &c.last)
	r.mu.Unlock()
	go func() {
		if c.loop.RunUntil(ctx, func() bool { return twilio.Line != nil && twilio.Over() }) == nil {
			c.ended = true
			close(c.over)
			_ = c.loop.Run(ctx) // until the program ends
		}
	}()
}

func (c *rehearsedCall) add(entry simulator.Entry) {
	c.loop.Post(func() {
		if !c.ended {
			c.result.Add(entry)
		}
	})
}

// config returns the configuration of the nth call's account.
func (r *rehearsal) config(c *rehearsedCall, n int) simulator.Config {
	return simulator.Config{
		AuthToken:  r.authToken,
		Seed:       uint64(n),
		Loop:       c.loop,
		Web:        noting{r.gateway, c},
		Trace:      c.add,
		CallEvents: true, // for twilioctl trace
		Pace: simulator.Pace{
			CharactersPerSecond: 300,
			Play:                5 * time.Second,
			Reaction:            100 * time.Millisecond,
			Setup:               200 * time.Millisecond,
			SpeechEnd:           200 * time.Millisecond,
			CallInterval:        10 * time.Millisecond,
			Patience:            c.deployment.patience(),
		},
	}
}

// verdict judges each call that has begun since the last verdict, by the ledgers' calls. It answers
// with what happened in these calls; the status is 409 if a rule was broken.
func (r *rehearsal) verdict(w http.ResponseWriter, request *http.Request) {
	var links []linkedcalls.Link
	if err := json.NewDecoder(request.Body).Decode(&links); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var told bytes.Buffer
	report := calls.Report{Out: &told, Wire: true}
	for _, c := range r.calls {
		if c.result.Base == "" || c.judged {
			continue
		}
		c.judged = true
		done := make(chan struct{})
		c.loop.Post(func() {
			c.judge(links)
			report.Add(c.result)
			close(done)
		})
		<-done
	}
	if err := report.Close(); err != nil {
		w.WriteHeader(http.StatusConflict)
	}
	_, _ = told.WriteTo(w)
}

// judge adds the rules that the call broke. links are the ledgers' calls.
func (c *rehearsedCall) judge(links []linkedcalls.Link) {
	if strings.HasPrefix(string(c.fault), "killed") && c.last.victim.Load() == nil {
		c.result.Broken.Add("each fault happens", "did not happen: the bridge function is %s", c.fault)
	}
	c.judgeDeployment()
	c.result.Judge(links, nil)
}

// gateway sends requests for an HTTP API to the gateway's address, under the API's own name. It
// sends those for the hold music directly, and those for a recording, whose address is signed.
type gateway struct{ address string }

// RoundTrip implements http.RoundTripper.
func (g gateway) RoundTrip(r *http.Request) (*http.Response, error) {
	address, err := url.Parse(g.address)
	if err != nil {
		return nil, err
	}
	if r.URL.Path == musicPath || r.URL.Host == address.Host {
		return http.DefaultTransport.RoundTrip(r)
	}
	sent := r.Clone(r.Context())
	sent.Host = r.URL.Host + ":" + address.Port()
	sent.URL.Scheme, sent.URL.Host = address.Scheme, address.Host
	return http.DefaultTransport.RoundTrip(sent)
}
