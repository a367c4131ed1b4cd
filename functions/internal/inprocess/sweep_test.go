package inprocess

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/rules"
	"switchboard/functions/internal/trigger"
	"switchboard/functions/sweeper"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

// lossyBundle is a bundle with the sweeper on its schedule and a Twilio that loses webhooks.
type lossyBundle struct {
	*Bundle
	*simulator.Twilio
	loop     *clock.Loop
	table    *ledger.Memory
	line     *simulator.Line
	requests int // that the sweeper made
}

// planned is a call to one worker.
type planned struct {
	steps []script.Step  // the caller's
	phone []script.Phone // Alice's; none = there is no worker
}

// damage says what fails in a call.
type damage struct {
	loses     func(path, event string) bool  // webhooks that are lost
	noMessage bool                           // the bridge gets no messages
	during    func(*lossyBundle) (lost bool) // before each request of the sweeper's
	settings  func(bundle.Environment)
	workflow  time.Duration // the workflow's reservation timeout; 0 = that of the settings
	again     time.Duration // when an operator puts the caller into the queue again; 0 = never
}

// lossy is a network that loses some requests.
type lossy struct {
	next  http.RoundTripper
	loses func(*http.Request) bool
}

func (l lossy) RoundTrip(r *http.Request) (*http.Response, error) {
	if l.loses(r) {
		return nil, errors.New("connection reset by peer")
	}
	return l.next.RoundTrip(r)
}

// eventOf returns the type of a webhook's event; "" = not an event.
func eventOf(r *http.Request) string {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	form, _ := url.ParseQuery(string(body))
	return form.Get("EventType")
}

// take runs a call with the damage until nothing happens.
func take(t *testing.T, call planned, with damage) *lossyBundle {
	t.Helper()
	loop := clock.NewVirtual(account.Morning)
	l := &lossyBundle{loop: loop, table: &ledger.Memory{}}
	settings := account.Settings("deferred")
	settings["CRM_URL"] = ""
	if with.settings != nil {
		with.settings(settings)
	}
	clients := bundle.Clients{Parameters: account.Secrets(1), Table: l.table, Roster: &roster.Memory{}}
	l.Bundle = New(loop, settings, clients)
	l.Sweeps.Sweeper = mortal{l.sweeper(settings, clients, with.during)}
	if with.noMessage {
		l.Queue.Receive = func(*trigger.Message) bool { return true }
	}
	config := l.Config(1, func(entry simulator.Entry) {
		if l.Sweeps.Running {
			t.Errorf("the sweeper is traced: %s", entry.Text)
		}
	})
	config.Web = lossy{config.Web, func(r *http.Request) bool {
		return with.loses != nil && with.loses(r.URL.Path, eventOf(r))
	}}
	l.Twilio = simulator.New(config)
	l.Bundle.Twilio.Set(l.Twilio)
	desk := account.Desk{Skill: "billing"}
	if call.phone != nil {
		desk.Workers = []account.Worker{newWorker("+14155550191", call.phone...)}
	}
	if _, err := account.SetUp(l.Twilio, account.Example, desk); err != nil {
		t.Fatal(err)
	}
	timeout := settings["RESERVATION_TIMEOUT_SECONDS"]
	if with.workflow > 0 {
		timeout = account.Seconds(with.workflow)
	}
	workflow := "https://taskrouter.twilio.com/v1/Workspaces/" + account.WorkspaceSID + "/Workflows/" + account.WorkflowSID
	post(t, l.Twilio, workflow, url.Values{"TaskReservationTimeout": {timeout}})
	l.line = l.CallAfter(time.Second, "+14155550101", account.OurNumber, call.steps...)
	if with.again > 0 {
		loop.After(with.again, func() { putBack(t, l.Twilio, l.line.CallSID()) })
	}
	l.Sweeps.Start(t.Context())
	if err := loop.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l
}

// sweeper returns a sweeper whose requests are counted and may be lost.
func (l *lossyBundle) sweeper(settings bundle.Environment, clients bundle.Clients, during func(*lossyBundle) bool) sweeper.Handler {
	clients.REST = lossy{wire.InProcess(&l.Bundle.Twilio), func(*http.Request) bool {
		l.requests++
		return during != nil && during(l)
	}}
	return settings.Sweeper(l.complete(clients))
}

// did lists what the sweeper did, run by run.
func (l *lossyBundle) did() []string {
	var did []string
	for i, report := range l.Sweeps.Reports {
		for _, finding := range report.Done {
			did = append(did, fmt.Sprintf("%d: %s", i+1, finding.What))
		}
	}
	return did
}

func eventsOf(types ...string) func(string, string) bool {
	return func(path, event string) bool { return path == "/events" && slices.Contains(types, event) }
}

func either(losses ...func(string, string) bool) func(string, string) bool {
	return func(path, event string) bool {
		return slices.ContainsFunc(losses, func(loses func(string, string) bool) bool { return loses(path, event) })
	}
}

func to(suffix string) func(string, string) bool {
	return func(path, _ string) bool { return strings.HasSuffix(path, suffix) }
}

// talk is a call that would succeed without the damage.
func talk(minutes time.Duration) planned {
	return planned{
		steps: []script.Step{script.Until(script.Bridged), script.Talks(minutes * time.Minute), script.HangsUp()},
		phone: []script.Phone{script.AnswersAfter(
			3*time.Second, script.Hears("press 1"), script.Presses("1"), script.Talks(time.Hour),
		)},
	}
}

// unanswered is a caller who waits for d while no worker answers.
func unanswered(d time.Duration) planned {
	return planned{
		steps: []script.Step{script.HangsUpAfter(d)},
		phone: []script.Phone{script.NeverAnswers()},
	}
}

func rings(ring, reservation time.Duration) func(bundle.Environment) {
	return func(s bundle.Environment) {
		s["WORKER_RING_SECONDS"], s["RESERVATION_TIMEOUT_SECONDS"] = account.Seconds(ring), account.Seconds(reservation)
	}
}

func timesOut(s bundle.Environment) { s["TASK_TIMEOUT_SECONDS"] = "120" }

// TestLostWebhooks runs calls in which some of Twilio's webhooks are lost. Within its period the
// sweeper does what they would have caused, and everything ends.
func TestLostWebhooks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		call   planned
		damage damage
		want   []string // what the sweeper does, by run
	}{
		{"none", talk(1), damage{}, nil},
		{"none, and the talk is long", talk(22), damage{}, nil},
		{
			name:   "the task goes into wrapping",
			call:   talk(1),
			damage: damage{loses: either(eventsOf("task.wrapup", "reservation.wrapup"), to("/status"))},
			want:   []string{"1: task completed"},
		},
		{
			name:   "the talk was accepted, and is long",
			call:   talk(22),
			damage: damage{loses: either(eventsOf("reservation.accepted", "task.wrapup", "reservation.wrapup"), to("/dialed"), to("/status"))},
			want:   []string{"5: task completed"},
		},
		{"the task is completed", talk(1), damage{loses: eventsOf("task.completed", "reservation.completed")}, []string{"1: call closed"}},
		{"the caller leaves the queue", talk(1), damage{loses: to("/survey")}, []string{"1: call closed"}},
		{"every event", talk(1), damage{loses: to("/events")}, []string{"1: call closed"}},
		{
			name:   "all but what makes the call",
			call:   talk(1),
			damage: damage{loses: either(to("/events"), to("/survey"), to("/status"), to("/dialed"))},
			want:   []string{"1: task completed", "2: call closed"},
		},
		{
			name:   "the caller leaves while a phone rings",
			call:   unanswered(30 * time.Second),
			damage: damage{loses: either(to("/survey"), eventsOf("task.canceled", "reservation.canceled")), settings: rings(10*time.Minute, 15*time.Minute)},
			want:   []string{"1: worker call ended"},
		},
		{
			name:   "the phone is down",
			call:   unanswered(4 * time.Minute),
			damage: damage{loses: to("/status"), settings: rings(15*time.Second, 30*time.Minute)},
			want:   []string{"2: call closed"},
		},
		{"the phone is down, the caller waits", unanswered(8 * time.Minute), damage{loses: to("/status"), settings: rings(15*time.Second, 30*time.Minute)},
			// The worker comes back, and is called once more.
			[]string{"1: reservation rejected", "2: call closed"}},
		{
			name:   "the message for the bridge",
			call:   unanswered(8 * time.Minute),
			damage: damage{noMessage: true, workflow: time.Hour},
			want:   []string{"1: reservation rejected"},
		},
		{"the task dies while its caller waits", unanswered(20 * time.Minute),
			damage{loses: eventsOf("task.canceled"), settings: timesOut},
			[]string{"1: caller sent to overflow", "2: call closed"}},
		{"the second task dies while its caller waits", unanswered(20 * time.Minute),
			damage{loses: eventsOf("task.canceled"), again: time.Minute, settings: timesOut},
			[]string{"1: caller sent to overflow", "2: call closed"}},
		{"every event, and the second task dies", planned{steps: []script.Step{script.HangsUpAfter(20 * time.Minute)}},
			damage{loses: to("/events"), again: time.Minute, settings: timesOut},
			[]string{"1: caller sent to overflow", "2: call closed"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := take(t, test.call, test.damage)
			if got := l.did(); !slices.Equal(got, test.want) {
				t.Errorf("the sweeper did %q, want %q", got, test.want)
			}
			l.wantSound(t)
		})
	}
}

// wantSound fails the test unless everything has ended as after a call without damage.
func (l *lossyBundle) wantSound(t *testing.T) {
	t.Helper()
	if l.Sweeps.Err != nil {
		t.Error(l.Sweeps.Err)
	}
	for i, report := range l.Sweeps.Reports {
		if len(report.Failed)+len(report.Left) > 0 || report.Stopped != "" {
			t.Errorf("run %d: %+v", i+1, report)
		}
	}
	rules.Of(l.Twilio).Ends(rules.Open{}, func(rule, format string, values ...any) { t.Errorf(rule+": "+format, values...) })
	kept := ledger.Ledger{Store: l.table, Now: l.loop.Now}
	known, found, err := kept.ByCall(t.Context(), l.line.CallSID())
	if err != nil || !found || !known.Closed() {
		t.Errorf("the call is known %t, closed %t, %v", found, known.Closed(), err)
	}
	for _, ref := range known.Reservations() {
		if !known.State(ref).Ended() {
			t.Errorf("reservation %s is %s in the ledger", ref.ReservationSID, known.State(ref))
		}
	}
}

// mortal is a sweeper that dies when its transport panics.
type mortal struct{ sweeper.Handler }

type killed struct{}

func (m mortal) Handle(ctx context.Context) (report sweeper.Report, err error) {
	defer func() {
		if died := recover(); died != nil && died != (killed{}) {
			panic(died)
		}
	}()
	return m.Handler.Handle(ctx)
}

// TestDisturbedRuns disturbs the sweeper at each of its requests. In the end everything is as after
// a call without damage.
func TestDisturbedRuns(t *testing.T) {
	t.Parallel()
	stories := []struct {
		name   string
		call   planned
		damage damage
	}{
		{"a task is to be completed", talk(1), damage{loses: either(to("/events"), to("/survey"), to("/status"), to("/dialed"))}},
		{
			name:   "a phone rings",
			call:   unanswered(30 * time.Second),
			damage: damage{loses: either(to("/survey"), eventsOf("task.canceled", "reservation.canceled")), settings: rings(10*time.Minute, 15*time.Minute)},
		},
		{"a reservation is to be rejected", unanswered(8 * time.Minute), damage{noMessage: true, workflow: time.Hour}},
		{"a task dies while its caller waits", unanswered(20 * time.Minute), damage{loses: eventsOf("task.canceled"), settings: timesOut}},
	}
	disturbances := map[string]func(l *lossyBundle, at int) bool{
		"killed": func(l *lossyBundle, at int) bool {
			if l.requests == at {
				panic(killed{})
			}
			return false
		},
		"doubled": func(l *lossyBundle, at int) bool {
			if l.requests == at {
				_, _ = l.Sweeps.Sweeper.Handle(context.Background())
			}
			return false
		},
		// As often as the client asks.
		"failing": func(l *lossyBundle, at int) bool { return l.requests >= at && l.requests < at+3 },
	}
	for _, story := range stories {
		for name, disturb := range disturbances {
			t.Run(story.name+", "+name, func(t *testing.T) {
				t.Parallel()
				for at := 1; at <= 12; at++ {
					with := story.damage
					with.during = func(l *lossyBundle) bool { return disturb(l, at) }
					l := take(t, story.call, with)
					if l.Sweeps.Err, l.Sweeps.Reports = nil, nil; l.requests < at {
						t.Fatalf("%d requests, want more to be disturbed", l.requests)
					}
					l.wantSound(t)
				}
			})
		}
	}
}
