// Package stage runs a simulated Twilio account at a person's pace, with Switchboard's functions
// or another application behind it, and tells what happens from the simulator's own trace.
package stage

import (
	"context"
	"net/http"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/fakecrm"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/trigger"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/scenario"
	inproc "switchboard/shared/simulator/wire"
	"switchboard/shared/taskrouter"
)

// Patience is how long people at these phones stay on a call.
const patience = 24 * time.Hour

// Stage is an account, an application and phones.
type Stage struct {
	*simulator.Twilio

	title     string
	loop      *clock.Loop
	base      string // the start of the application's URLs; sentences leave it out
	faults    *faults
	functions *functions // nil: another application
	journal   *journal
	board     *board
	people    []person
	more      int      // people without a phone on the stage
	numbers   []Number // that a phone can dial
	on, off   string   // activity SIDs for the buttons of a worker; "" = no buttons
	cast      *scenario.Play
	web       http.RoundTripper // that fetches another application's recordings; nil = none
	started   time.Time
	pace      float64
	stop      context.CancelFunc
	done      chan struct{}
}

// person has a phone on the stage.
type person struct {
	name, address, role string // role: "caller" or "worker"
	sid                 string // of a worker
	scripted            bool
}

// newStage returns a stage whose clock runs. Its account is the caller's to set up.
func newStage(title, base string) *Stage {
	s := &Stage{
		title: title, base: base, loop: clock.NewPaced(time.Now()), journal: newJournal(), board: newBoard(),
		pace: 1, done: make(chan struct{}),
	}
	s.started = s.loop.Now()
	s.faults = &faults{tell: s.tell}
	return s
}

// config completes the configuration of the account. web carries the webhooks.
func (s *Stage) config(base simulator.Config, web http.RoundTripper) simulator.Config {
	base.Loop, base.Trace, base.Web = s.loop, s.journal.add, wire{s.faults, web}
	base.Pace = simulator.Pace{Patience: patience, CharactersPerSecond: 14}
	return base
}

// start runs the clock and the narrator until ctx ends or Close is called.
func (s *Stage) start(ctx context.Context) {
	ctx, s.stop = context.WithCancel(ctx)
	go func() {
		defer close(s.done)
		go func() { _ = s.loop.Run(ctx) }()
		s.narrate(ctx)
	}()
}

// Close ends the stage: its clock stands still, and nothing more is told.
func (s *Stage) Close() {
	s.stop()
	<-s.done
}

// tell adds an entry of the stage's own.
func (s *Stage) tell(format string, args ...any) {
	s.journal.add(fault(s.loop.Now(), format, args...))
}

// runFunctions creates the functions of template.yaml for the account of s and puts them behind
// web. crmFails adds the workers for whom the CRM fails, and may be nil.
func (s *Stage) runFunctions(settings bundle.Environment, parameters bundle.Parameters, web *inprocess.Late, crmFails func(taskrouter.Contact) bool) {
	crm := &fakecrm.CRM{
		Secret: parameters[account.CRMSecret],
		Now:    s.loop.Now,
		Trace:  s.journal.add,
		Fails: func(worker taskrouter.Contact) bool {
			return s.faults.failsCRM(worker) || crmFails != nil && crmFails(worker)
		},
	}
	s.functions = newFunctions(s.loop, settings, bundle.Clients{
		Parameters: outage{parameters, s.faults},
		Table:      &ledger.Memory{},
		Roster:     &roster.Memory{},
		REST:       inproc.InProcess(s.Twilio),
		CRM:        inproc.InProcess(crm),
	}, s.faults)
	trigger.Schedule(s.loop, trigger.Period, func() (again bool) {
		s.functions.sweep()
		return true
	})
	web.Set(s.functions.routes())
}

// bins answers for Twilio's own TwiML Bins, which a number's fallback URL can name, and leaves
// other requests to the application.
type bins struct{ application http.Handler }

const bin = `<Response><Say>We cannot take your call right now. Please call again in a few minutes.</Say></Response>`

// ServeHTTP implements http.Handler.
func (b bins) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.Host, "handler.twilio.com") {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = w.Write([]byte(bin))
		return
	}
	b.application.ServeHTTP(w, r)
}
