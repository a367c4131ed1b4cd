package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	stack "switchboard/functions/internal/bundle"
	"switchboard/functions/sweeper"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

// sickroom is a bundle whose Twilio loses webhooks, with the sweeper on its schedule.
type sickroom struct {
	*bundle
	*simulator.Twilio
	loop  *clock.Loop
	table *ledger.Memory
	line  *simulator.Line
	asked int // requests that the sweeper made
}

// illness is what is wrong, beside the call itself.
type illness struct {
	loses    func(path, event string) bool // webhooks that never come
	deaf     bool                          // the bridge gets no messages
	during   func(s *sickroom) bool        // before each request of the sweeper's; true loses it
	settings func(stack.Environment)
	workflow time.Duration // the workflow's reservation timeout; 0 = what the stack is told
	again    time.Duration // when an operator puts the caller into the queue again; 0 = never
}

// lossy is a network that loses what it is told to.
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

// eventOf reads which event a webhook is about, "" for other webhooks.
func eventOf(r *http.Request) string {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	form, _ := url.ParseQuery(string(body))
	return form.Get("EventType")
}

// treat takes a call with the illness until nothing happens any more.
func treat(t *testing.T, c call, ill illness) *sickroom {
	t.Helper()
	loop := clock.NewVirtual(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC))
	room, keys, base := &sickroom{loop: loop, table: &ledger.Memory{}}, madeUpSecrets(1), "https://switchboard.example"
	settings := demoSettings("deferred")
	settings["CRM_URL"] = ""
	if ill.settings != nil {
		ill.settings(settings)
	}
	var web, rest swap
	clients := stack.Clients{
		Parameters: keys, Table: room.table, Roster: &roster.Memory{}, Pause: noPause, Now: loop.Now, Logger: slog.New(slog.DiscardHandler), REST: wire.InProcess(&rest),
	}
	room.bundle = bundleOf(loop, settings, clients)
	clients.REST = lossy{clients.REST, func(*http.Request) bool {
		room.asked++
		return ill.during != nil && ill.during(room)
	}}
	room.patrol.sweeper = mortal{settings.Sweeper(clients)}
	if ill.deaf {
		room.queue.consumer = deaf{}
	}
	web.set(room.bundle)
	world, err := newWorld(simulator.Config{
		AuthToken: keys["/switchboard/auth-token"], Seed: 1, Loop: loop,
		Web: lossy{wire.InProcess(&web), func(r *http.Request) bool { return ill.loses != nil && ill.loses(r.URL.Path, eventOf(r)) }},
	}, c, exampleStack(base))
	if err != nil {
		t.Fatal(err)
	}
	if ill.workflow == 0 {
		timeout, err := time.ParseDuration(settings["RESERVATION_TIMEOUT_SECONDS"] + "s")
		if err != nil {
			t.Fatal(err)
		}
		ill.workflow = timeout
	}
	rest.set(world)
	room.Twilio = world.Twilio
	room.reserveFor(t, ill.workflow, keys["/switchboard/auth-token"])
	world.dial()
	room.line = world.line
	if ill.again > 0 {
		loop.After(ill.again, func() {
			room.post(t, "https://api.twilio.com/2010-04-01/Accounts/"+accountSID+"/Calls/"+room.line.CallSID()+".json", keys["/switchboard/auth-token"], url.Values{"Url": {base + "/enqueue"}})
		})
	}
	room.patrol.start(t.Context())
	if err := loop.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return room
}

// reserveFor sets the workflow's reservation timeout.
func (s *sickroom) reserveFor(t *testing.T, timeout time.Duration, token string) {
	t.Helper()
	form := url.Values{"TaskReservationTimeout": {fmt.Sprint(int(timeout.Seconds()))}}
	s.post(t, "https://taskrouter.twilio.com/v1/Workspaces/"+workspaceSID+"/Workflows/"+workflowSID, token, form)
}

// post makes a REST request as the account.
func (s *sickroom) post(t *testing.T, address, token string, form url.Values) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Error(err)
		return
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(accountSID, token)
	response, err := wire.InProcess(s.Twilio).RoundTrip(request)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("POST %s: %v, %v", address, response, err)
	}
}

// did lists what the sweeper did, run by run.
func (s *sickroom) did() []string {
	var did []string
	for i, report := range s.patrol.reports {
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

// talk is a call that goes well but for what is lost.
func talk(minutes time.Duration) call {
	return call{
		From: "+14155550101", Caller: []script.Step{script.Until(script.Bridged), script.Talks(minutes * time.Minute), script.HangsUp()},
		Staff: []member{{"Alice", alice, script.AnswersAfter(3*time.Second, script.Hears("press 1"), script.Presses("1"), script.Talks(time.Hour))}},
	}
}

// unanswered is a caller who waits for d while phones ring in vain.
func unanswered(d time.Duration) call {
	return call{
		From: "+14155550101", Caller: []script.Step{script.HangsUpAfter(d)},
		Staff: []member{{"Alice", alice, script.NeverAnswers()}},
	}
}

func rings(ring, reservation time.Duration) func(stack.Environment) {
	return func(s stack.Environment) {
		s["WORKER_RING_SECONDS"], s["RESERVATION_TIMEOUT_SECONDS"] = seconds(ring), seconds(reservation)
	}
}

func timesOut(s stack.Environment) { s["TASK_TIMEOUT_SECONDS"] = "120" }

// TestLostWebhooks takes calls of which Twilio's webhooks tell only a part. Within its period the sweeper does what they
// would have set off, and the world comes to its end.
func TestLostWebhooks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		call call
		ill  illness
		want []string // what the sweeper does, by run
	}{
		{"none", talk(1), illness{}, nil},
		{"none, and the talk is long", talk(22), illness{}, nil},
		{"the task goes into wrapping", talk(1), illness{loses: either(eventsOf("task.wrapup", "reservation.wrapup"), to("/status"))}, []string{"1: task completed"}},
		{"the talk was accepted, and is long", talk(22), illness{loses: either(eventsOf("reservation.accepted", "task.wrapup", "reservation.wrapup"), to("/dialed"), to("/status"))}, []string{"5: task completed"}},
		{"the task is completed", talk(1), illness{loses: eventsOf("task.completed", "reservation.completed")}, []string{"1: call closed"}},
		{"the caller leaves the queue", talk(1), illness{loses: to("/survey")}, []string{"1: call closed"}},
		{"every event", talk(1), illness{loses: to("/events")}, []string{"1: call closed"}},
		{"all but what makes the call", talk(1), illness{loses: either(to("/events"), to("/survey"), to("/status"), to("/dialed"))}, []string{"1: task completed", "2: call closed"}},
		{"the caller leaves while a phone rings", unanswered(30 * time.Second),
			illness{loses: either(to("/survey"), eventsOf("task.canceled", "reservation.canceled")), settings: rings(10*time.Minute, 15*time.Minute)},
			[]string{"1: worker's call ended"}},
		{"the phone is down", unanswered(4 * time.Minute), illness{loses: to("/status"), settings: rings(15*time.Second, 30*time.Minute)}, []string{"2: call closed"}},
		{"the phone is down, the caller waits", unanswered(8 * time.Minute), illness{loses: to("/status"), settings: rings(15*time.Second, 30*time.Minute)},
			// The worker comes back, and is called once more.
			[]string{"1: reservation rejected", "2: call closed"}},
		{"the message for the bridge", unanswered(8 * time.Minute), illness{deaf: true, workflow: time.Hour}, []string{"1: reservation rejected"}},
		{"the task dies while its caller waits", unanswered(20 * time.Minute),
			illness{loses: eventsOf("task.canceled"), settings: timesOut},
			[]string{"1: caller sent to overflow", "2: call closed"}},
		{"the second task dies while its caller waits", unanswered(20 * time.Minute),
			illness{loses: eventsOf("task.canceled"), again: time.Minute, settings: timesOut},
			[]string{"1: caller sent to overflow", "2: call closed"}},
		{"every event, and the second task dies", call{From: "+14155550101", Caller: []script.Step{script.HangsUpAfter(20 * time.Minute)}},
			illness{loses: to("/events"), again: time.Minute, settings: timesOut},
			[]string{"1: caller sent to overflow", "2: call closed"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			room := treat(t, test.call, test.ill)
			if got := room.did(); !slices.Equal(got, test.want) {
				t.Errorf("the sweeper did %q, want %q", got, test.want)
			}
			room.wantSound(t)
		})
	}
}

// wantSound holds the room to be as any call shall leave it.
func (s *sickroom) wantSound(t *testing.T) {
	t.Helper()
	if s.patrol.err != nil {
		t.Error(s.patrol.err)
	}
	for i, report := range s.patrol.reports {
		if len(report.Failed)+len(report.Left) > 0 || report.Stopped != "" {
			t.Errorf("run %d: %+v", i+1, report)
		}
	}
	for _, task := range s.Tasks() {
		if task.Status != "completed" && task.Status != "canceled" {
			t.Errorf("task %s is %s", task.SID, task.Status)
		}
	}
	for _, reservation := range s.Reservations() {
		if reservation.Settled.IsZero() {
			t.Errorf("reservation %s is %s", reservation.SID, reservation.Status)
		}
	}
	for _, leg := range s.Calls() {
		if leg.Ended.IsZero() {
			t.Errorf("call %s is %s", leg.SID, leg.Status)
		}
		if !leg.Bridged.IsZero() && leg.HungUpBy == "rest" {
			t.Errorf("call %s was bridged, and ended over REST", leg.SID)
		}
	}
	kept := ledger.Ledger{Store: s.table, Now: s.loop.Now}
	known, found, err := kept.ByCall(t.Context(), s.line.CallSID())
	if err != nil || !found || !known.Closed() {
		t.Errorf("the call is known %t, closed %t, %v", found, known.Closed(), err)
	}
	for _, ref := range known.Reservations() {
		if !known.State(ref).Ended() {
			t.Errorf("reservation %s is %s in the ledger", ref.ReservationSID, known.State(ref))
		}
	}
}

// deaf is a bridge that no message reaches.
type deaf struct{}

func (deaf) Handle(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	return events.SQSEventResponse{}, nil
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

// TestDisturbedRuns disturbs the sweeper at each of its requests: whatever a run had done until then, the world comes to its end.
func TestDisturbedRuns(t *testing.T) {
	t.Parallel()
	stories := []struct {
		name string
		call call
		ill  illness
	}{
		{"a task is to be completed", talk(1), illness{loses: either(to("/events"), to("/survey"), to("/status"), to("/dialed"))}},
		{"a phone rings", unanswered(30 * time.Second),
			illness{loses: either(to("/survey"), eventsOf("task.canceled", "reservation.canceled")), settings: rings(10*time.Minute, 15*time.Minute)}},
		{"a reservation is to be rejected", unanswered(8 * time.Minute), illness{deaf: true, workflow: time.Hour}},
		{"a caller waits in vain", unanswered(20 * time.Minute), illness{loses: eventsOf("task.canceled"), settings: timesOut}},
	}
	disturbances := map[string]func(s *sickroom, at int) bool{
		"killed": func(s *sickroom, at int) bool {
			if s.asked == at {
				panic(killed{})
			}
			return false
		},
		"doubled": func(s *sickroom, at int) bool {
			if s.asked == at {
				_, _ = s.patrol.sweeper.Handle(context.Background())
			}
			return false
		},
		// As often as the client asks.
		"failing": func(s *sickroom, at int) bool { return s.asked >= at && s.asked < at+3 },
	}
	for _, story := range stories {
		for name, disturb := range disturbances {
			t.Run(story.name+", "+name, func(t *testing.T) {
				t.Parallel()
				for at := 1; at <= 12; at++ {
					ill := story.ill
					ill.during = func(s *sickroom) bool { return disturb(s, at) }
					room := treat(t, story.call, ill)
					if room.patrol.err, room.patrol.reports = nil, nil; room.asked < at {
						t.Fatalf("%d requests, want more to be disturbed", room.asked)
					}
					room.wantSound(t)
				}
			})
		}
	}
}
