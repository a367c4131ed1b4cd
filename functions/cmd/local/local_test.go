package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"switchboard/functions/internal/bundle"
	"switchboard/functions/sweeper"
	"switchboard/shared/webhook"
)

func demoCalls() []call { return calls(4*time.Second, 40*time.Second, wrapUp) }

func TestTheDemoKeepsTheRules(t *testing.T) {
	t.Parallel()
	for _, c := range append(demoCalls(), workersCalls(4*time.Second, 40*time.Second)...) {
		t.Run(c.Title, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(20) {
				taken, err := inProcess(t.Context(), c, seed)
				if err != nil {
					t.Fatal(err)
				}
				if len(taken.Broken) > 0 {
					t.Errorf("seed %d: %s", seed, strings.Join(taken.Broken, "; "))
				}
			}
		})
	}
}

func TestASeedReplaysACall(t *testing.T) {
	t.Parallel()
	tell := func() string {
		taken, err := inProcess(t.Context(), demoCalls()[0], 7)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		taken.timeline(&out)
		return out.String()
	}
	if first, second := tell(), tell(); first != second {
		t.Errorf("two timelines of one seed differ:\n%s\n%s", first, second)
	}
}

// TestABrokenRuleIsSeen breaks the bundle on purpose: a demo that cannot fail shows nothing.
func TestABrokenRuleIsSeen(t *testing.T) {
	t.Parallel()
	answers := func(status int, contentType, body string) stack.Stop {
		return func(context.Context, webhook.Event) (webhook.Answer, error) {
			return webhook.Answer{StatusCode: status, Headers: map[string]string{"Content-Type": contentType}, Body: body}, nil
		}
	}
	tests := []struct {
		name  string
		call  int
		alter func(*bundle)
		want  string
	}{
		{"a route takes whatever comes", 0, func(b *bundle) { b.Front["/hold"] = answers(200, "text/xml", "<Response><Pause/></Response>") }, "forged webhook to /hold"},
		{"the survey fails", 0, func(b *bundle) { b.Front["/survey"] = answers(500, "text/plain", "") }, "answered 500"},
		{"the assignment is answered as text", 0, func(b *bundle) {
			proper := b.Front["/assignment"]
			b.Front["/assignment"] = func(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
				answer, err := proper(ctx, event)
				answer.Headers = map[string]string{"Content-Type": "text/plain"}
				return answer, err
			}
		}, "assignment callback was answered 200 text/plain"},
		{"events are lost, so that nobody but the sweeper ends the task", 0, func(b *bundle) { b.Front["/events"] = answers(204, "application/json", "") }, "the sweeper found: task completed"},
		{"nobody hears of the caller's leaving", 5, func(b *bundle) {
			b.Front["/events"] = answers(204, "application/json", "")
			b.Front["/survey"] = answers(200, "text/xml", "<Response/>")
		}, "after its caller had gone"},
		{"no message and no sweeper brings the worker back", 2, func(b *bundle) { b.queue.consumer, b.patrol.sweeper = forgetful{b.queue.consumer}, idle{} }, "was left in the activity Unavailable"},
		{"a function fails", 0, func(b *bundle) {
			b.Front["/worker/"] = func(context.Context, webhook.Event) (webhook.Answer, error) {
				return webhook.Answer{}, errors.New("broken")
			}
		}, "answered 500"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			taken, err := inProcess(t.Context(), demoCalls()[test.call], 1, test.alter)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(taken.Broken, func(rule string) bool { return strings.Contains(rule, test.want) }) {
				t.Errorf("broken rules %q, want one with %q", taken.Broken, test.want)
			}
		})
	}
}

// forgetful loses the messages that bring workers back.
type forgetful struct {
	consumer interface {
		Handle(context.Context, events.SQSEvent) (events.SQSEventResponse, error)
	}
}

func (f forgetful) Handle(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
	if strings.HasPrefix(event.Records[0].Body, `{"return":`) {
		return events.SQSEventResponse{}, nil
	}
	return f.consumer.Handle(ctx, event)
}

// idle is a sweeper that finds nothing.
type idle struct{}

func (idle) Handle(context.Context) (sweeper.Report, error) { return sweeper.Report{}, nil }

func TestSecondCallComesAfterWrapUp(t *testing.T) {
	t.Parallel()
	for claimed, want := range map[time.Duration]string{
		wrapUp + 10*time.Second: "before the wrap-up was over",
		wrapUp - 10*time.Second: "after the wrap-up was over",
	} {
		second := demoCalls()[4]
		second.Before.WrapUp = claimed
		taken, err := inProcess(t.Context(), second, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(taken.Broken) != 1 || !strings.Contains(taken.Broken[0], want) {
			t.Errorf("wrap-up of %s: broken rules %q, want one with %q", claimed, taken.Broken, want)
		}
	}
}

func TestTheProgramFailsWhenARuleIsBroken(t *testing.T) {
	t.Parallel()
	taken, err := inProcess(t.Context(), demoCalls()[0], 1)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := report(&out, []*take{taken}, false); err != nil {
		t.Errorf("report of a call that kept the rules: %v", err)
	}
	taken.Broken = []string{"a rule"}
	if err := report(&out, []*take{taken}, false); !errors.Is(err, errBroken) {
		t.Errorf("report = %v, want errBroken", err)
	}
}

func TestTheDemoAsJSON(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	if err := run(t.Context(), []string{"-json", "-seed", "3"}, func(string) string { return "" }, strings.NewReader(""), &out, &errs); err != nil {
		t.Fatal(err)
	}
	var told []struct {
		CallSID  string   `json:"call_sid"`
		Broken   []string `json:"rules_broken"`
		Timeline []map[string]any
	}
	if err := json.Unmarshal(out.Bytes(), &told); err != nil {
		t.Fatal(err)
	}
	if len(told) != 6 || told[0].CallSID == "" || len(told[0].Timeline) == 0 || told[0].Broken == nil {
		t.Fatalf("told %d calls", len(told))
	}
	want := map[string]any{"at": "2026-11-24T09:00:01Z", "kind": "call", "call_sid": told[0].CallSID, "text": "caller +14155550101 dials +12065550100"}
	if got := told[0].Timeline[0]; !maps.Equal(got, want) {
		t.Errorf("the timeline begins with %v, want %v", got, want)
	}
}

func TestFlagsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nothing is served, should one of them be taken
	for _, arguments := range [][]string{
		{"-seed", "x"}, {"enqueue"}, {"-unknown"}, {"-rehearse"}, {"-empty"}, {"-serve", "127.0.0.1:0", "-rehearse"}, {"-day", "-rehearse"}, {"-serve", "127.0.0.1:0", "-scenario", "scenarios"},
	} {
		var out, errs bytes.Buffer
		if err := run(ctx, arguments, func(string) string { return "" }, strings.NewReader(""), &out, &errs); err == nil || errors.Is(err, context.Canceled) {
			t.Errorf("%v: error %v, want one about the flags", arguments, err)
		}
	}
}

// TestAnAddressThatCannotBeServed: nobody is told that something answers where nothing does.
func TestAnAddressThatCannotBeServed(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"8095", "127.0.0.1:99999"} {
		var out bytes.Buffer
		if err := serve(t.Context(), &out, address, 1, true); err == nil || !strings.Contains(err.Error(), "-serve 127.0.0.1:8095") || out.Len() > 0 {
			t.Errorf("%s: error %v, and told %q", address, err, out.String())
		}
	}
}

func TestTwiMLIsBrokenIntoLines(t *testing.T) {
	t.Parallel()
	got := document(`<?xml version="1.0" encoding="UTF-8"?><Response><Say>Hi &amp; bye</Say><Dial action="/x"><Queue/></Dial><Hangup/></Response>`)
	want := []string{"<Response>", "  <Say>Hi & bye</Say>", `  <Dial action="/x">`, "    <Queue/>", "  </Dial>", "  <Hangup/>", "</Response>"}
	if !slices.Equal(got, want) {
		t.Errorf("lines %q, want %q", got, want)
	}
}

func TestOtherBodiesStayAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"ID3", "", " text <b>", `{"instruction":"reject"}`, "<Response>", "\xff"} {
		if got := document(body); !slices.Equal(got, []string{body}) && body != "<Response>" {
			t.Errorf("%q: %q", body, got)
		}
	}
}
