package inprocess

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/shared/ledger"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
)

// spoken is a desk whose one worker comes five minutes after a caller has begun to leave a message.
type spoken struct {
	process *Bundle
	twilio  *simulator.Twilio
	kept    ledger.Ledger
	line    *simulator.Line
}

func newSpoken(t *testing.T, first bool, loses func(*http.Request) bool, caller []script.Step, worker ...script.Phone) spoken {
	t.Helper()
	loop := clock.NewVirtual(account.Morning)
	settings := account.Settings("deferred")
	settings["CRM_URL"] = ""
	table := &ledger.Memory{}
	process := New(loop, settings, bundle.Clients{Parameters: account.Secrets(1), Table: table})
	config := process.Config(1, nil)
	config.Readings.RecordingCallbackFirst = first
	config.Web = deaf{config.Web, loses}
	twilio := simulator.New(config)
	process.Twilio.Set(twilio)
	desk := account.Desk{Workers: []account.Worker{newWorker("+14155550191", worker...)}}
	if _, err := account.SetUp(twilio, account.Example, desk); err != nil {
		t.Fatal(err)
	}
	if err := twilio.SetWorkerActivity(twilio.Workers()[0].SID, account.OfflineSID); err != nil {
		t.Fatal(err)
	}
	twilio.SetPhone(customer, answers())
	line := twilio.Call(customer, account.OurNumber, caller...)
	loop.After(5*time.Minute, func() { _ = twilio.SetWorkerActivity(twilio.Workers()[0].SID, account.AvailableSID) })
	process.Sweeps.Start(t.Context())
	if err := loop.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, problem := range twilio.Problems() {
		t.Errorf("problem: %s", problem.Text)
	}
	for _, alert := range twilio.Debugger() {
		t.Errorf("debugger: %d %s", alert.Code, alert.Text)
	}
	return spoken{process, twilio, ledger.Ledger{Store: table, Now: loop.Now}, line}
}

// deaf loses webhooks.
type deaf struct {
	http.RoundTripper
	loses func(*http.Request) bool
}

func (l deaf) RoundTrip(r *http.Request) (*http.Response, error) {
	if l.loses != nil && l.loses(r) {
		return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Request: r}, nil
	}
	return l.RoundTripper.RoundTrip(r)
}

// leavesMessage has the caller choose the message and speak, and does the rest then.
func leavesMessage(rest ...script.Step) []script.Step {
	return append([]script.Step{
		script.Hears("press star"), script.Presses("*"), script.Hears("leave a message"), script.Records(4 * time.Second), script.Presses("#"),
	}, rest...)
}

// hears is a worker who takes the message, and does the rest then.
func hears(rest ...script.Step) script.Phone {
	return script.AnswersAfter(3*time.Second, append([]script.Step{script.Hears("A message, from plus"), script.Presses("1"), script.Hears(".mp3")}, rest...)...)
}

// messages are the requests of the ledger, by their state.
func (s spoken) messages(t *testing.T) (states []string) {
	t.Helper()
	for _, kept := range s.twilio.Recordings() {
		call, _, err := s.kept.ByCall(t.Context(), kept.SID)
		if err != nil {
			t.Fatal(err)
		}
		if r := call.Request(); r.State != "" {
			states = append(states, string(r.State)+" "+r.Outcome)
		}
	}
	return states
}

func TestMessageIsHeard(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		caller []script.Step
		worker []script.Phone
		loses  string // webhooks with this in their path
		want   []string
		calls  int // to the worker
		backs  int // to the caller
		files  int
	}{
		{
			name:   "done",
			caller: leavesMessage(script.Hears("press 1 or hang up"), script.Presses("1"), script.Hears("has been sent")),
			worker: []script.Phone{hears(script.Presses("2"), script.Hears("marked as done"))},
			want:   []string{"done heard"},
			calls:  1,
			files:  1,
		},
		{
			name:   "caller hangs up",
			caller: leavesMessage(script.HangsUp()),
			worker: []script.Phone{hears(script.Presses("2"), script.Hears("marked as done"))},
			want:   []string{"done heard"},
			calls:  1,
			files:  1,
		},
		{
			name:   "lost callback",
			caller: leavesMessage(script.HangsUp()),
			worker: []script.Phone{hears(script.Presses("2"), script.Hears("marked as done"))},
			loses:  "/recorded/",
			want:   []string{"done heard"},
			calls:  1,
			files:  1,
		},
		{
			name:   "lost action",
			caller: leavesMessage(script.HangsUp()),
			worker: []script.Phone{hears(script.Presses("2"), script.Hears("marked as done"))},
			loses:  "/voicemail",
			want:   []string{"done heard"},
			calls:  1,
			files:  1,
		},
		{
			name: "caller listens and records again",
			caller: leavesMessage(
				script.Hears("press 1 or hang up"), script.Presses("2"), script.Hears(".mp3"), script.Presses("3"),
				script.Hears("leave a message"), script.Records(3*time.Second), script.Presses("#"), script.Hears("press 1 or hang up"), script.Presses("1"),
			),
			worker: []script.Phone{hears(script.Presses("2"), script.Hears("marked as done"))},
			want:   []string{"done heard"},
			calls:  1,
			files:  1,
		},
		{
			name: "caller records nothing again",
			caller: leavesMessage(
				script.Hears("press 1 or hang up"), script.Presses("3"), script.Hears("leave a message"), script.Hears("press 1 or hang up"), script.HangsUp(),
			),
			worker: []script.Phone{hears(script.Presses("2"), script.Hears("marked as done"))},
			want:   []string{"done heard"},
			calls:  1,
			files:  1,
		},
		{
			name: "caller records nothing",
			caller: []script.Step{
				script.Hears("press star"), script.Presses("*"), script.Hears("leave a message"), script.Hears("did not hear a message"),
			},
		},
		{
			name:   "called back",
			caller: leavesMessage(script.HangsUp()),
			worker: []script.Phone{hears(script.Hears("call the person back"), script.Presses("1"), script.HangsUpAfter(time.Minute))},
			want:   []string{"done answered"},
			calls:  1,
			backs:  1,
			files:  1,
		},
		{
			name:   "kept, and heard an hour later",
			caller: leavesMessage(script.HangsUp()),
			worker: []script.Phone{
				hears(script.Presses("3"), script.Hears("kept for later")), hears(script.Presses("2"), script.Hears("marked as done")),
			},
			want:  []string{"done heard"},
			calls: 2,
			files: 1,
		},
		{
			name:   "worker hangs up while it plays, and hears it again",
			caller: leavesMessage(script.HangsUp()),
			worker: []script.Phone{hears(script.HangsUp()), hears(script.Presses("0"), script.Hears(".mp3"), script.Presses("2"), script.Hears("marked as done"))},
			want:   []string{"done heard"},
			calls:  2,
			files:  1,
		},
		{
			name:   "no key, and heard an hour later",
			caller: leavesMessage(script.HangsUp()),
			worker: []script.Phone{hears(script.Hears("kept for later")), hears(script.Presses("2"), script.Hears("marked as done"))},
			want:   []string{"done heard"},
			calls:  2,
			files:  1,
		},
	}
	for _, test := range tests {
		for _, first := range []bool{false, true} {
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				var loses func(*http.Request) bool
				if test.loses != "" {
					loses = func(r *http.Request) bool { return strings.Contains(r.URL.Path, test.loses) }
				}
				s := newSpoken(t, first, loses, test.caller, test.worker...)
				if got := s.messages(t); !slices.Equal(got, test.want) {
					t.Errorf("messages %q, want %q", got, test.want)
				}
				if calls := len(callsTo(s.twilio, "+14155550191")); calls != test.calls {
					t.Errorf("%d calls to the worker, want %d", calls, test.calls)
				}
				if backs := len(callsTo(s.twilio, customer)); backs != test.backs {
					t.Errorf("%d calls to the caller, want %d", backs, test.backs)
				}
				if files := s.process.Files.Keys(); len(files) != test.files {
					t.Errorf("the bucket has %q, want %d files", files, test.files)
				}
				for _, kept := range s.twilio.Recordings() {
					if kept.Status != "deleted" && kept.Status != "absent" {
						t.Errorf("recording %s at Twilio is %s", kept.SID, kept.Status)
					}
				}
				if dead := len(s.process.Recordings.Dead) + len(s.process.Queue.Dead); dead > 0 {
					t.Errorf("%d dead letters", dead)
				}
				for _, w := range s.twilio.Workers() {
					if w.Occupied > 0 {
						t.Errorf("the worker has %d tasks", w.Occupied)
					}
				}
			})
		}
	}
}
