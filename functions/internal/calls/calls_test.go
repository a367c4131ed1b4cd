package calls

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/trigger"
	"switchboard/functions/sweeper"
	"switchboard/shared/webhook"
)

func demo() []Call { return Demo(4*time.Second, 40*time.Second, account.WrapUp) }

func TestCallsKeepRules(t *testing.T) {
	t.Parallel()
	for _, call := range slices.Concat(demo(), Returns(4*time.Second, 40*time.Second), []Call{Message(4 * time.Second), CallBack(4*time.Second, 40*time.Second)}) {
		t.Run(call.Title, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(20) {
				result, err := InProcess(t.Context(), call, seed)
				if err != nil {
					t.Fatal(err)
				}
				if len(result.Broken) > 0 {
					t.Errorf("seed %d: %s", seed, strings.Join(result.Broken, "; "))
				}
				var story bytes.Buffer
				result.Story(&story)
				if lines := strings.Count(story.String(), "\n"); lines < 4 || lines > 15 {
					t.Errorf("seed %d: a story of %d lines, want 4 to 15:\n%s", seed, lines, story.String())
				}
			}
		})
	}
}

// TestBrokenRuleIsSeen breaks the bundle on purpose: a demo that cannot fail proves nothing.
func TestBrokenRuleIsSeen(t *testing.T) {
	t.Parallel()
	answers := func(status int, contentType, body string) bundle.Stop {
		return func(context.Context, webhook.Event) (webhook.Answer, error) {
			return webhook.Answer{StatusCode: status, Headers: map[string]string{"Content-Type": contentType}, Body: body}, nil
		}
	}
	tests := []struct {
		name  string
		call  int
		alter func(*inprocess.Bundle)
		want  string
	}{
		{"a route takes a forged webhook", 0, func(b *inprocess.Bundle) {
			b.Front["/hold"] = answers(200, "text/xml", "<Response><Pause/></Response>")
		}, "forged webhook to /hold"},
		{"the survey fails", 0, func(b *inprocess.Bundle) { b.Front["/survey"] = answers(500, "text/plain", "") }, "answered 500"},
		{"the assignment is answered as text", 0, func(b *inprocess.Bundle) {
			proper := b.Front["/assignment"]
			b.Front["/assignment"] = func(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
				answer, err := proper(ctx, event)
				answer.Headers = map[string]string{"Content-Type": "text/plain"}
				return answer, err
			}
		}, "/assignment was answered 200 text/plain"},
		{
			name:  "events are lost, and the sweeper ends the task",
			alter: func(b *inprocess.Bundle) { b.Front["/events"] = answers(204, "application/json", "") },
			want:  "task completed: it was",
		},
		{"no function hears that the caller left", 5, func(b *inprocess.Bundle) {
			b.Front["/events"] = answers(204, "application/json", "")
			b.Front["/survey"] = answers(200, "text/xml", "<Response/>")
		}, "after its caller had left"},
		{"no message and no sweeper brings the worker back", 2, func(b *inprocess.Bundle) {
			receive := b.Queue.Receive
			b.Queue.Receive = func(m *trigger.Message) bool { return strings.HasPrefix(m.Body, `{"return":`) || receive(m) }
			b.Sweeps.Sweeper = idle{}
		}, "was left in the activity Unavailable"},
		{"a function fails", 0, func(b *inprocess.Bundle) {
			b.Front["/worker/"] = func(context.Context, webhook.Event) (webhook.Answer, error) {
				return webhook.Answer{}, errors.New("broken")
			}
		}, "answered 500"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			result, err := InProcess(t.Context(), demo()[test.call], 1, test.alter)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(result.Broken, func(rule string) bool { return strings.Contains(rule, test.want) }) {
				t.Errorf("broken rules %q, want one with %q", result.Broken, test.want)
			}
		})
	}
}

// idle is a sweeper that repairs nothing.
type idle struct{}

func (idle) Handle(context.Context) (sweeper.Report, error) { return sweeper.Report{}, nil }

func TestSecondCallComesAfterWrapUp(t *testing.T) {
	t.Parallel()
	for claimed, want := range map[time.Duration]string{
		account.WrapUp + 10*time.Second: "before the wrap-up was over",
		account.WrapUp - 10*time.Second: "after the wrap-up was over",
	} {
		second := demo()[4]
		second.Before.WrapUp = claimed
		result, err := InProcess(t.Context(), second, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(result.Broken) != 1 || !strings.Contains(result.Broken[0], want) {
			t.Errorf("wrap-up of %s: broken rules %q, want one with %q", claimed, result.Broken, want)
		}
	}
}

func TestReportFailsWhenRuleIsBroken(t *testing.T) {
	t.Parallel()
	result, err := InProcess(t.Context(), demo()[0], 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, wire := range []bool{false, true} {
		var out bytes.Buffer
		report := Report{Out: &out, Wire: wire}
		report.Add(result)
		if err := report.Close(); err != nil {
			t.Errorf("report of a call that kept the rules: %v", err)
		}
		if told := strings.Contains(out.String(), "<Enqueue "); told != wire {
			t.Errorf("wire %t: TwiML in the report: %t", wire, told)
		}
	}
	result.Broken = []string{"a rule"}
	var out bytes.Buffer
	report := Report{Out: &out}
	report.Add(result)
	if err := report.Close(); !errors.Is(err, ErrBroken) || !strings.Contains(out.String(), "call 1: a rule") {
		t.Errorf("report = %v, want ErrBroken; printed:\n%s", err, out.String())
	}
}
