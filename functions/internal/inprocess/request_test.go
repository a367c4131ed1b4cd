package inprocess

import (
	"context"
	"errors"
	"fmt"
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
	"switchboard/shared/simulator/wire"
	"switchboard/shared/taskrouter"
)

const (
	customer = "+14155550101"
	wishOf   = "CA00000000000000000000000000000abc"
)

// left is a desk of one worker with a call back whose caller has left. loses fails requests of the
// functions to Twilio, by method and path.
func left(
	t *testing.T, worker, phones []script.Phone, loses func(*http.Request) error, change func(*ledger.Request),
) (*Bundle, *simulator.Twilio, ledger.Ledger) {
	t.Helper()
	return leftIn(t, &ledger.Memory{}, 0, worker, phones, loses, change)
}

func leftIn(
	t *testing.T, table ledger.Store, crm int, worker, phones []script.Phone, loses func(*http.Request) error, change func(*ledger.Request),
) (*Bundle, *simulator.Twilio, ledger.Ledger) {
	t.Helper()
	loop := clock.NewVirtual(account.Morning)
	settings := account.Settings("deferred")
	if crm == 0 {
		settings["CRM_URL"] = ""
	}
	answer := wire.InProcess(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(crm) }))
	process := New(loop, settings, bundle.Clients{Parameters: account.Secrets(1), Table: table, CRM: answer})
	config := process.Config(1, nil)
	twilio := simulator.New(config)
	process.Twilio.Set(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if loses == nil {
			twilio.ServeHTTP(w, r)
			return
		}
		if err := loses(r); err != nil {
			if err != errAfter {
				http.Error(w, "{}", http.StatusServiceUnavailable)
				return
			}
			twilio.ServeHTTP(discard{http.Header{}}, r)
			http.Error(w, "{}", http.StatusServiceUnavailable)
			return
		}
		twilio.ServeHTTP(w, r)
	}))
	desk := account.Desk{Workers: []account.Worker{newWorker("+14155550191", worker...)}}
	if _, err := account.SetUp(twilio, account.Example, desk); err != nil {
		t.Fatal(err)
	}
	twilio.SetPhone(customer, phones...)
	kept := ledger.Ledger{Store: table, Now: loop.Now}
	request := ledger.Request{
		Key: taskrouter.CallbackKey(wishOf), Number: customer, Dialed: account.OurNumber, Asked: loop.Now(), Entered: loop.Now().Add(-10 * time.Minute),
		Until: loop.Now().Add(24 * time.Hour), Attributes: `{"skill":"billing"}`, Tries: 3, Every: 10 * time.Minute,
	}
	if change != nil {
		change(&request)
	}
	if _, made, err := kept.Ask(t.Context(), request, ledger.Left); err != nil || !made {
		t.Fatal(made, err)
	}
	process.Sweeps.Start(t.Context())
	if err := loop.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return process, twilio, kept
}

// errAfter loses Twilio's answer, and not the request.
var errAfter = errors.New("the answer is lost")

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

// callsTo are the calls that were placed to a number, by their status.
func callsTo(twilio *simulator.Twilio, number string) (statuses []string) {
	for _, call := range twilio.Calls() {
		if call.To == number {
			statuses = append(statuses, call.Status)
		}
	}
	return statuses
}

func answers() script.Phone {
	return script.AnswersAfter(3*time.Second, script.Talks(20*time.Second), script.HangsUp())
}

func takes() script.Phone {
	return script.AnswersAfter(
		3*time.Second, script.Hears("A call back"), script.Presses("1"), script.HangsUpAfter(5*time.Minute),
	)
}

func TestCallBackIsMadeOnce(t *testing.T) {
	t.Parallel()
	lost := func(method, path string, times int, how error) func(*http.Request) error {
		return func(r *http.Request) error {
			if r.Method == method && strings.HasSuffix(r.URL.Path, path) && times > 0 {
				times--
				return how
			}
			return nil
		}
	}
	reservation := func(times int, how error) func(*http.Request) error {
		return func(r *http.Request) error {
			if r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/Reservations/") && times > 0 {
				times--
				return how
			}
			return nil
		}
	}
	for name, test := range map[string]struct {
		worker, phones []script.Phone
		loses          func(*http.Request) error
		crm            int // its answer; 0 = no CRM step
		change         func(*ledger.Request)
		want           []string // the customer's calls
		end            ledger.RequestState
		tries          int
	}{
		"answered":               {end: ledger.Done, want: []string{"completed"}, tries: 1},
		"busy, then answered":    {phones: []script.Phone{script.Busy(), answers()}, end: ledger.Done, want: []string{"busy", "completed"}, tries: 2},
		"never answered":         {phones: []script.Phone{script.NeverAnswers()}, end: ledger.GivenUp, want: []string{"no-answer", "no-answer", "no-answer"}, tries: 3},
		"the promise ends first": {phones: []script.Phone{script.NeverAnswers()}, change: func(r *ledger.Request) { r.Until = account.Morning.Add(12 * time.Minute) }, end: ledger.GivenUp, want: []string{"no-answer"}, tries: 1},
		"the worker hangs up":    {worker: []script.Phone{script.AnswersAfter(time.Second, script.Hears("A call back"), script.Presses("1"), script.HangsUpAfter(4*time.Second)), takes()}, phones: []script.Phone{script.AnswersAfter(20*time.Second, script.HangsUp()), answers()}, end: ledger.Done, want: []string{"no-answer", "completed"}, tries: 2},
		"the worker declines":    {worker: []script.Phone{script.AnswersAfter(time.Second, script.Hears("press 1"), script.Presses("2"), script.HangsUpAfter(time.Minute)), takes()}, end: ledger.Done, want: []string{"completed"}, tries: 1},
		"no task is created":     {loses: lost(http.MethodPost, "/Tasks", 2, errors.New("down")), end: ledger.Done, want: []string{"completed"}, tries: 1},
		"a task seems not to be": {loses: lost(http.MethodPost, "/Tasks", 1, errAfter), end: ledger.Done, want: []string{"completed"}, tries: 1},
		"the acceptance is lost": {loses: reservation(1, errAfter), end: ledger.Done, want: []string{"completed"}, tries: 1},
		"the acceptance fails":   {loses: reservation(1, errors.New("down")), end: ledger.Done, want: []string{"completed"}, tries: 1},
		"it is due later":        {change: func(r *ledger.Request) { r.NotBefore = account.Morning.Add(time.Hour) }, end: ledger.Done, want: []string{"completed"}, tries: 1},
		"the CRM refuses":        {crm: 404, end: ledger.GivenUp, tries: 1},
		"the CRM fails":          {crm: 503, end: ledger.GivenUp, tries: 3},
		"a number out of reach":  {phones: []script.Phone{script.Fails()}, change: func(r *ledger.Request) { r.Tries = 1 }, end: ledger.GivenUp, want: []string{"failed"}, tries: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			worker, phones := test.worker, test.phones
			if worker == nil {
				worker = []script.Phone{takes()}
			}
			if phones == nil {
				phones = []script.Phone{answers()}
			}
			process, twilio, kept := leftIn(t, &ledger.Memory{}, test.crm, worker, phones, test.loses, test.change)
			known, _, err := kept.ByCall(t.Context(), taskrouter.CallbackKey(wishOf))
			if err != nil {
				t.Fatal(err)
			}
			if r := known.Request(); r.State != test.end || r.Try != test.tries || !known.Closed() {
				t.Errorf("closed %t, request %+v", known.Closed(), r)
			}
			if got := callsTo(twilio, customer); !slices.Equal(got, test.want) {
				t.Errorf("the customer was called %q, want %q", got, test.want)
			}
			for _, task := range twilio.Tasks() {
				if task.Status != "completed" && task.Status != "canceled" {
					t.Errorf("a task is %s", task.Status)
				}
			}
			for _, w := range twilio.Workers() {
				if w.ActivityName != "Available" {
					t.Errorf("the worker is %s", w.ActivityName)
				}
			}
			if problems := twilio.Problems(); len(problems) > 0 {
				t.Errorf("problems: %q", problems)
			}
			if process.Sweeps.Err != nil {
				t.Error(process.Sweeps.Err)
			}
		})
	}
}

// faulty is a table whose write of that number fails, before or after it is made.
type faulty struct {
	ledger.Memory
	failing int
	after   bool
}

func (f *faulty) Apply(ctx context.Context, change ledger.Change) (ledger.Fields, bool, error) {
	f.failing--
	if f.failing == 0 && !f.after {
		return nil, false, errors.New("table unreachable")
	}
	fields, made, err := f.Memory.Apply(ctx, change)
	if f.failing == 0 {
		return nil, false, errors.New("table unreachable")
	}
	return fields, made, err
}

// TestCallBackOutlivesEachFault fails each write to the ledger and each request to Twilio once,
// with and without effect: the customer talks to one worker once, and the request ends.
func TestCallBackOutlivesEachFault(t *testing.T) {
	t.Parallel()
	check := func(t *testing.T, twilio *simulator.Twilio, kept ledger.Ledger) {
		t.Helper()
		known, _, err := kept.ByCall(t.Context(), taskrouter.CallbackKey(wishOf))
		if err != nil {
			t.Fatal(err)
		}
		if r := known.Request(); r.State != ledger.Done || !known.Closed() {
			t.Errorf("closed %t, request %+v", known.Closed(), r)
		}
		if got := callsTo(twilio, customer); !slices.Equal(got, []string{"completed"}) {
			t.Errorf("the customer was called %q", got)
		}
		for _, task := range twilio.Tasks() {
			if task.Status != "completed" && task.Status != "canceled" && task.Status != "deleted" {
				t.Errorf("a task is %s", task.Status)
			}
		}
	}
	for number := range 40 {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("write %d, made %t", number+1, after), func(t *testing.T) {
				t.Parallel()
				_, twilio, kept := leftIn(t, &faulty{failing: number + 2, after: after}, 0, []script.Phone{takes()}, []script.Phone{answers()}, nil, nil)
				check(t, twilio, kept)
			})
			t.Run(fmt.Sprintf("request %d, made %t", number+1, after), func(t *testing.T) {
				t.Parallel()
				asked := 0
				_, twilio, kept := left(t, []script.Phone{takes()}, []script.Phone{answers()}, func(r *http.Request) error {
					if r.Method == http.MethodGet {
						return nil
					}
					switch asked++; {
					case asked == number+1 && after:
						return errAfter
					case asked == number+1:
						return errors.New("down")
					}
					return nil
				}, nil)
				check(t, twilio, kept)
			})
		}
	}
}
