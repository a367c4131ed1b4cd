package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/board"
	"switchboard/shared/ledger"
)

func TestBoardOnce(t *testing.T) {
	t.Parallel()
	b := withMessages(t)
	out := b.must("board", "--once")
	for _, want := range []string{
		"Switchboard · ", "TODAY  since 00:00:00 · – answered within 20 s · 1 call · 0 answered", "OPEN   1 message · 0 call backs · 1 given up",
		"TASKS  0 waiting", "WAITING 0", "WORKERS 1 available · 1 signed off", "Bob    available", "Alice  signed off",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(out, "! ") {
		t.Errorf("something is wrong:\n%s", out)
	}
	var document board.Snapshot
	if err := json.Unmarshal([]byte(b.must("board", "--once", "--json", "--within", "30s")), &document); err != nil {
		t.Fatal(err)
	}
	if document.Today.Within != 30 || document.Callers == nil || len(document.Workers) != 2 || document.Alarms == nil || len(document.Sources) != 9 {
		t.Errorf("%+v", document)
	}
}

func TestBoardWithoutStack(t *testing.T) {
	t.Parallel()
	b := staffed(t)
	out := b.must("board", "--once", "--no-stack")
	for _, want := range []string{
		"! alarms: not readable: --no-stack was given (give the stack of this workspace with --stack)", "! calls: not readable", "WAITING 0", "Bob    available",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestBoardOfOlderStack(t *testing.T) {
	t.Parallel()
	b := staffed(t).withStack()
	if out := b.must("board", "--once"); !strings.Contains(out, "! today: not readable: stack switchboard has no output LedgerTable (deploy the current version)") {
		t.Error(out)
	}
}

// TestUnreadableBoardFails: Twilio refuses all after the list of workspaces.
func TestUnreadableBoardFails(t *testing.T) {
	t.Parallel()
	b := staffed(t)
	b.before = unanswered{}
	code, out, stderr := b.run("board", "--once", "--no-stack")
	if code != exitWrong || !strings.Contains(out, "! workers: not readable") || stderr != "" {
		t.Errorf("exit code %d\n%s%s", code, out, stderr)
	}
}

// unanswered answers for the list of workspaces alone.
type unanswered struct{}

// RoundTrip implements http.RoundTripper.
func (unanswered) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/Workspaces") {
		return http.DefaultTransport.RoundTrip(r)
	}
	return nil, errors.New("no route to host")
}

func TestBoardNeedsUsableFlags(t *testing.T) {
	t.Parallel()
	b := staffed(t)
	for want, args := range map[string][]string{
		"--json needs --once":      {"--json"},
		"takes no arguments":       {"now"},
		"in whole seconds":         {"--once", "--within", "20ms"},
		"want a loopback address":  {"--no-stack", "--listen", "0.0.0.0:8091"},
		"no workspace \"Support\"": {"--no-stack", "--workspace", "Support"},
	} {
		if code, _, stderr := b.run(append([]string{"board"}, args...)...); code == exitOK || !strings.Contains(stderr, want) {
			t.Errorf("%q: exit code %d, %s", args, code, stderr)
		}
	}
}

// TestBoardIsServed reads a snapshot from the address that the command prints, and then interrupts
// the command.
func TestBoardIsServed(t *testing.T) {
	t.Parallel()
	b := withMessages(t)
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	p := b.program(writer, io.Discard)
	done := make(chan int, 1)
	go func() {
		done <- p.run(ctx, []string{"twilioctl", "board", "--listen", "127.0.0.1:0"})
		_ = writer.Close()
	}()
	printed := bufio.NewScanner(reader)
	printed.Scan()
	address := regexp.MustCompile(`http://\S+`).FindString(printed.Text())
	if printed.Scan(); printed.Text() != "It asks Twilio 24 times a minute, for any number of pages." {
		t.Errorf("it prints %q", printed.Text())
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"events", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	var shown board.Snapshot
	for len(shown.Workers) == 0 && lines.Scan() {
		if data, found := strings.CutPrefix(lines.Text(), "data: "); found {
			if err := json.Unmarshal([]byte(data), &shown); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(shown.Workers) != 2 || shown.Desk != "Switchboard" {
		t.Errorf("board %+v", shown)
	}
	stop()
	if code := <-done; code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

// TestLedgerIsRenewed: AWS credentials of a person expire while a board runs.
func TestLedgerIsRenewed(t *testing.T) {
	t.Parallel()
	now, made := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), 0
	var refused error
	r := &renewed{table: "Ledger", program: program{
		now: func() time.Time { return now },
		cloud: func(context.Context) (cloud, error) {
			return cloud{Ledger: func(string, func() time.Time) table { made++; return &ledger.Memory{} }}, refused
		},
	}}
	for range 3 {
		if _, err := r.Get(t.Context(), leftIn); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Find(t.Context(), ledger.Index{Name: "by-day", Field: "day"}, "2026-11-24"); err != nil {
			t.Fatal(err)
		}
		now = now.Add(6 * time.Minute)
	}
	if made != 2 {
		t.Errorf("%d clients in 18 min", made)
	}
	now, refused = now.Add(time.Hour), errors.New("find AWS credentials: expired")
	if _, err := r.Get(t.Context(), leftIn); !errors.Is(err, refused) {
		t.Errorf("err = %v", err)
	}
	if _, _, err := r.Apply(t.Context(), ledger.Change{}); err == nil {
		t.Error("a board writes")
	}
}
