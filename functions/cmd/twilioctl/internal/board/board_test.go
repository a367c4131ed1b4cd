package board_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"switchboard/functions/cmd/twilioctl/desk"
	"switchboard/functions/cmd/twilioctl/internal/board"
	"switchboard/functions/internal/account"
	"switchboard/functions/internal/busydesk"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
)

// shown is a busy desk with what the board reads of it.
type shown struct {
	*busydesk.Desk
	desk.Shown
	twilio *counted
}

// counted is the desk's Twilio. It counts the board's requests, and refuses some.
type counted struct {
	next   http.RoundTripper
	refuse func(*http.Request) *http.Response // nil, or returns nil = none is refused

	mu    sync.Mutex
	paths []string
}

// RoundTrip implements http.RoundTripper.
func (c *counted) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	c.paths = append(c.paths, r.URL.Path)
	c.mu.Unlock()
	if c.refuse != nil {
		if answer := c.refuse(r); answer != nil {
			return answer, nil
		}
	}
	return c.next.RoundTrip(r)
}

// openDesk returns a desk that opened some time ago.
func openDesk(t *testing.T, ago time.Duration) *shown {
	t.Helper()
	busy, err := busydesk.Open(t.Context(), 1, account.Morning)
	if err != nil {
		t.Fatal(err)
	}
	if err := busy.RunFor(t.Context(), ago); err != nil {
		t.Fatal(err)
	}
	twilio := &counted{next: busy.REST()}
	return &shown{busy, desk.Shown{
		Access: desk.Access{AccountSID: account.SID, AuthToken: busy.Twilio.AuthToken(), Transport: twilio},
		Name:   busydesk.Name, WorkspaceSID: account.WorkspaceSID, WorkflowSID: account.WorkflowSID, Parameters: busy.Parameters(),
		Ledger: busy.Ledger, Roster: busy.Roster, Alarms: busy, Now: busy.Now,
	}, twilio}
}

// read reads what is due, and returns what the board shows then.
func read(t *testing.T, b *board.Board) board.Snapshot {
	t.Helper()
	b.Start(t.Context())
	b.Wait()
	s, _ := b.Snapshot()
	return s
}

func source(s board.Snapshot, name string) board.SourceState {
	for _, each := range s.Sources {
		if each.Name == name {
			return each
		}
	}
	return board.SourceState{}
}

// TestBusyDesk looks at one desk in several ways.
func TestBusyDesk(t *testing.T) {
	t.Parallel()
	d := openDesk(t, busydesk.Busy)
	for _, test := range []struct {
		name string
		look func(*testing.T, *shown)
	}{
		{"simulator", agreesWithSimulator},
		{"JSON", asJSON},
		{"no AWS", withoutAWS},
		{"throttled", throttled},
	} {
		t.Run(test.name, func(t *testing.T) {
			twilio := &counted{next: d.REST()}
			of := d.Shown
			of.Transport = twilio
			test.look(t, &shown{d.Desk, of, twilio})
		})
	}
}

// agreesWithSimulator compares the board with what the simulator itself has.
func agreesWithSimulator(t *testing.T, d *shown) {
	s := read(t, desk.Board(d.Shown))
	waiting, talking := map[string]bool{}, 0
	for _, call := range d.Twilio.Calls() {
		talks := call.Ended.IsZero() && !call.Bridged.IsZero() && call.BridgeEnded.Before(call.Bridged)
		switch {
		case call.Direction == "inbound" && call.Ended.IsZero() && !call.Queued.IsZero() && call.Bridged.IsZero():
			waiting["…"+call.From[len(call.From)-4:]] = true
		case call.Direction != "inbound" && talks:
			talking++
		}
	}
	if len(s.Callers) != len(waiting) || len(waiting) < 3 {
		t.Errorf("%d callers wait, want %d", len(s.Callers), len(waiting))
	}
	for _, caller := range s.Callers {
		if !waiting[caller.Number] || caller.Queue == "" || caller.Language == "" || !s.At.After(caller.Since) {
			t.Errorf("caller %+v", caller)
		}
	}
	n := 0
	for _, worker := range s.Workers {
		if worker.State == board.Talking {
			n++
		}
		if worker.Missed == nil {
			t.Errorf("worker %+v", worker)
		}
	}
	if n != talking || len(s.Workers) != 25 {
		t.Errorf("%d of %d workers talk, want %d of 25", n, len(s.Workers), talking)
	}
	if c := s.Counts; c == nil || c.Tasks["pending"]+c.Tasks["reserved"] < len(waiting) || c.Workers != 25 {
		t.Errorf("counts %+v", c)
	}
	if today := s.Today; today == nil || today.ServiceLevel == nil || today.Answered+today.Abandoned > today.Calls || today.Calls < 150 {
		t.Errorf("today %+v", s.Today)
	}
	if r := s.Requests; r == nil || r.Messages+r.Callbacks == 0 || r.Oldest.IsZero() {
		t.Errorf("requests %+v", s.Requests)
	}
}

// asJSON is for scripts that read the board, which has no whole number of a caller.
func asJSON(t *testing.T, d *shown) {
	text, err := json.Marshal(read(t, desk.Board(d.Shown)))
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"at", "desk", "callers", "workers", "today", "requests", "taskrouter", "alarms", "sources"} {
		if document[key] == nil {
			t.Errorf("no %s", key)
		}
	}
	caller := document["callers"].([]any)[0].(map[string]any)
	for _, key := range []string{"number", "language", "queue", "since", "priority", "task_sid", "call_sid"} {
		if caller[key] == nil {
			t.Errorf("no %s of a caller: %v", key, caller)
		}
	}
	if strings.Contains(string(text), "+1212") {
		t.Error("it has a whole number of a caller")
	}
}

// TestRequestsPerMinuteAreCounted has two pages look for a minute.
func TestRequestsPerMinuteAreCounted(t *testing.T) {
	t.Parallel()
	d := openDesk(t, 5*time.Minute)
	b := desk.Board(d.Shown)
	open := serve(t, b)
	for range 2 {
		next := open(t.Context())
		next()
	}
	for range 60 {
		read(t, b)
		if err := d.RunFor(t.Context(), time.Second); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(d.twilio.paths); n != board.RequestsPerMinute {
		t.Errorf("%d requests: %q", n, d.twilio.paths)
	}
	readme, err := os.ReadFile("../../README.md")
	if want := strconv.Itoa(board.RequestsPerMinute) + " times a minute"; err != nil || !strings.Contains(string(readme), want) {
		t.Errorf("README.md has no %q: %v", want, err)
	}
}

// serve serves a board's page. The function that it returns opens a stream of snapshots.
func serve(t *testing.T, b *board.Board) (open func(context.Context) (next func() board.Snapshot)) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	page, handler := b.Page(server.Listener.Addr().String())
	server.Config.Handler = handler
	server.Start()
	t.Cleanup(server.Close)
	return func(ctx context.Context) func() board.Snapshot {
		ctx, cancel := context.WithCancel(ctx)
		t.Cleanup(cancel)
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, page.URL()+"events", nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = response.Body.Close() })
		lines := bufio.NewScanner(response.Body)
		lines.Buffer(nil, 1<<20)
		return func() (s board.Snapshot) {
			t.Helper()
			for lines.Scan() {
				if data, found := strings.CutPrefix(lines.Text(), "data: "); found {
					if err := json.Unmarshal([]byte(data), &s); err != nil {
						t.Fatal(err)
					}
					return s
				}
			}
			t.Fatalf("the stream ends: %v", lines.Err())
			return s
		}
	}
}

// TestTwoPagesSeeTheSame: a page that closes does not end the other one.
func TestTwoPagesSeeTheSame(t *testing.T) {
	t.Parallel()
	d := openDesk(t, 5*time.Minute)
	b := desk.Board(d.Shown)
	open := serve(t, b)
	leaves, leave := context.WithCancel(t.Context())
	one, other := open(leaves), open(t.Context())
	if one().Callers != nil || other().Callers != nil {
		t.Error("the board has callers that were not read")
	}
	read(t, b)
	for _, next := range []func() board.Snapshot{one, other} {
		s := next()
		for s.Callers == nil || s.Today == nil {
			s = next()
		}
		if len(s.Workers) != 25 {
			t.Errorf("%d workers", len(s.Workers))
		}
	}
	leave()
	if err := d.RunFor(t.Context(), 10*time.Second); err != nil {
		t.Fatal(err)
	}
	at := read(t, b).At
	for s := other(); s.At.Before(at); {
		s = other()
	}
}

func refusal(status int, body string) *http.Response {
	answer := httptest.NewRecorder()
	answer.Header().Set("Retry-After", "40")
	answer.WriteHeader(status)
	_, _ = answer.WriteString(body)
	return answer.Result()
}

// throttled: Twilio asks for a pause of 40 s, and the board keeps it.
func throttled(t *testing.T, d *shown) {
	b := desk.Board(d.Shown)
	before := read(t, b)
	tasks := 0
	d.twilio.refuse = func(r *http.Request) *http.Response {
		if !strings.HasSuffix(r.URL.Path, "/Tasks") {
			return nil
		}
		tasks++
		return refusal(http.StatusTooManyRequests, `{"status":429,"code":20429,"message":"Too many requests"}`)
	}
	var s board.Snapshot
	for range 40 {
		if err := d.RunFor(t.Context(), time.Second); err != nil {
			t.Fatal(err)
		}
		s = read(t, b)
	}
	if tasks != 1 {
		t.Errorf("%d requests in the pause that Twilio asks for", tasks)
	}
	late := source(s, "callers")
	if !late.Read.Equal(before.At) || !strings.HasPrefix(late.Error, "Twilio throttles") || late.Remedy == "" || len(s.Callers) == 0 {
		t.Errorf("source %+v, %d callers", late, len(s.Callers))
	}
	if workers := source(s, "workers"); workers.Error != "" || !workers.Read.After(before.At) {
		t.Errorf("the rest stands still: %+v", workers)
	}
	var out bytes.Buffer
	if err := s.WriteText(&out); err != nil || !strings.Contains(out.String(), "! callers: as of 09:45:00: Twilio throttles") {
		t.Errorf("%v\n%s", err, out.String())
	}
	d.twilio.refuse = nil
	if err := d.RunFor(t.Context(), 10*time.Second); err != nil {
		t.Fatal(err)
	}
	if back := source(read(t, b), "callers"); back.Error != "" || !back.Next.IsZero() {
		t.Errorf("source %+v", back)
	}
}

// faulty is a table that cannot be read.
type faulty struct {
	ledger.Store
	roster.Memory
	err error
}

// Get implements ledger.Store.
func (f *faulty) Get(context.Context, string) (ledger.Fields, error) { return nil, f.err }

// Find implements ledger.Store.
func (f *faulty) Find(context.Context, ledger.Index, string) ([]ledger.Fields, error) {
	return nil, f.err
}

// All implements roster.Store.
func (f *faulty) All(context.Context) ([]roster.Record, error) { return nil, f.err }

func withoutAWS(t *testing.T, d *shown) {
	gone := &faulty{err: &smithy.GenericAPIError{Code: "ExpiredTokenException"}}
	d.Shown.Ledger, d.Shown.Roster = gone, gone
	s := read(t, desk.Board(d.Shown))
	if s.Today != nil || s.Requests != nil || len(s.Callers) == 0 || s.Callers[0].Number != "" || len(s.Workers) != 25 || s.Workers[0].Missed != nil {
		t.Errorf("snapshot %+v", s)
	}
	var out bytes.Buffer
	if err := s.WriteText(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"! calls: not readable: the AWS credentials have expired (sign in again, as with aws sso login)", "TODAY  not known", "OPEN   not known", "available",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestNothingReadableIsSaid(t *testing.T) {
	t.Parallel()
	d := openDesk(t, 5*time.Minute)
	gone := &faulty{err: errors.New("no route to host")}
	d.Shown.Ledger, d.Shown.Roster, d.Alarm = gone, gone, ""
	d.twilio.refuse = func(*http.Request) *http.Response {
		return refusal(http.StatusUnauthorized, `{"status":401,"code":20003}`)
	}
	s := read(t, desk.Board(d.Shown))
	if got := source(s, "workers").Error; got != "Twilio does not know the credentials" {
		t.Errorf("workers: %s", got)
	}
	if got := source(s, "today").Error; !strings.HasSuffix(got, "no route to host") {
		t.Errorf("today: %s", got)
	}
	var out bytes.Buffer
	if err := s.WriteText(&out); err != nil || !strings.Contains(out.String(), "WAITING not known") || !strings.Contains(out.String(), "WORKERS not known") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// TestBoardEndsWithItsContext stops a board that ticks.
func TestBoardEndsWithItsContext(t *testing.T) {
	t.Parallel()
	d := openDesk(t, 5*time.Minute)
	b := desk.Board(d.Shown)
	ctx, cancel := context.WithCancel(t.Context())
	tick, done := make(chan time.Time), make(chan struct{})
	_, changed := b.Snapshot()
	go func() {
		defer close(done)
		b.Run(ctx, tick)
	}()
	tick <- d.Desk.Now()
	<-changed
	cancel()
	<-done
	if s, _ := b.Snapshot(); !s.Known() {
		t.Error("nothing was read")
	}
}
