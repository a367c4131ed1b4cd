package main

import (
	"context"
	"encoding/base64"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"switchboard/functions/internal/account"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/rules"
	"switchboard/functions/internal/trigger"
	"switchboard/functions/sweeper"
	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/webhook"
)

// clients returns a wiring in which the functions have altered clients, and the sweeper has not.
func clients(alter func(*bundle.Clients)) wiring {
	return wiring{clients: func(function string, c *bundle.Clients) {
		if function != sweepFunction {
			alter(c)
		}
	}}
}

// atFunction returns a wiring in which one function has altered clients.
func atFunction(altered string, alter func(*bundle.Clients)) wiring {
	return wiring{clients: func(function string, c *bundle.Clients) {
		if function == altered {
			alter(c)
		}
	}}
}

// asleep is a sweeper that finds nothing.
type asleep struct{}

func (asleep) Handle(context.Context) (sweeper.Report, error) { return sweeper.Report{}, nil }

func sleeps(trigger.Sweeper) trigger.Sweeper { return asleep{} }

// sender is SQS whose messages a function rewrites or loses.
type sender struct {
	next    deferred.Sender
	rewrite func(body string) (other string, sent bool)
}

func (s sender) SendMessage(ctx context.Context, input *sqs.SendMessageInput, options ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	body, sent := s.rewrite(aws.ToString(input.MessageBody))
	if !sent {
		return &sqs.SendMessageOutput{}, nil
	}
	other := *input
	other.MessageBody = aws.String(body)
	return s.next.SendMessage(ctx, &other, options...)
}

// careless is SQS with a sender that ignores failures.
type careless struct{ next deferred.Sender }

func (c careless) SendMessage(ctx context.Context, input *sqs.SendMessageInput, options ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	_, _ = c.next.SendMessage(ctx, input, options...)
	return &sqs.SendMessageOutput{}, nil
}

// stops returns a wiring in which another function serves a route.
func stops(route string, other func(sound bundle.Stop, c bundle.Clients) bundle.Stop) wiring {
	return wiring{stop: func(function string, sound bundle.Stop, c bundle.Clients) bundle.Stop {
		if function == route {
			return other(sound, c)
		}
		return sound
	}}
}

func says(status int, contentType, body string) func(bundle.Stop, bundle.Clients) bundle.Stop {
	return func(bundle.Stop, bundle.Clients) bundle.Stop {
		return func(context.Context, webhook.Event) (webhook.Answer, error) {
			return webhook.Answer{StatusCode: status, Headers: map[string]string{"Content-Type": contentType}, Body: body}, nil
		}
	}
}

// signing signs every webhook before the function sees it, as if the function did not check
// signatures.
func signing(_ string, stop bundle.Stop, _ bundle.Clients) bundle.Stop {
	return func(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
		body, err := base64.StdEncoding.DecodeString(event.Body)
		if err != nil {
			return webhook.Answer{}, err
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return webhook.Answer{}, err
		}
		event.Headers = maps.Clone(event.Headers)
		event.Headers["x-twilio-signature"] = webhook.Sign(firstToken, account.BaseURL+event.RawPath, form)
		return stop(ctx, event)
	}
}

func rewritten(rewrite func(string) string) wiring {
	return clients(func(c *bundle.Clients) {
		c.Queue = sender{c.Queue, func(body string) (string, bool) { return rewrite(body), true }}
	})
}

// store is a ledger's store with a defect.
type store struct {
	ledger.Store
	alter func(*ledger.Change)
	tell  func(ledger.Change, ledger.Fields) ledger.Fields // nil = as they are
}

func (s store) Apply(ctx context.Context, change ledger.Change) (ledger.Fields, bool, error) {
	s.alter(&change)
	fields, made, err := s.Store.Apply(ctx, change)
	if s.tell != nil {
		fields = s.tell(change, fields)
	}
	return fields, made, err
}

func altered(alter func(*ledger.Change)) wiring {
	return clients(func(c *bundle.Clients) { c.Table = store{Store: c.Table, alter: alter} })
}

// unconditional makes every claim succeed.
func unconditional(c *ledger.Change) { c.Absent, c.Within = nil, nil }

// asks is a transport that first passes a request to a function, which may answer it.
type asks struct {
	next  http.RoundTripper
	first func(*http.Request, http.RoundTripper) *http.Response
}

func (a asks) RoundTrip(r *http.Request) (*http.Response, error) {
	if answer := a.first(r, a.next); answer != nil {
		return answer, nil
	}
	return a.next.RoundTrip(r)
}

func over(first func(*http.Request, http.RoundTripper) *http.Response) wiring {
	return clients(func(c *bundle.Clients) { c.REST = asks{c.REST, first} })
}

// swallows is a REST API that accepts a request and does not carry it out.
func swallows(method, part, answer string) wiring { return over(answering(method, part, answer)) }

func answering(method, part, answer string) func(*http.Request, http.RoundTripper) *http.Response {
	return func(r *http.Request, _ http.RoundTripper) *http.Response {
		if r.Method == method && strings.Contains(r.URL.Path, part) {
			return refusal(r, http.StatusOK, answer)
		}
		return nil
	}
}

// alsoPosts sends another request each time that a worker call is placed.
func alsoPosts(path func(reservation, task string) string, form url.Values) wiring {
	return over(func(r *http.Request, next http.RoundTripper) *http.Response {
		if !strings.HasSuffix(r.URL.Path, "/Calls.json") {
			return nil
		}
		if parts := strings.Split(posted(r).Get("Url"), "/"); len(parts) >= 8 {
			posts(r, next, path(parts[6], parts[5]), form)
		}
		return nil
	})
}

// TestPlantedDefectsAreFound breaks each rule on purpose, to prove that the campaign can find a
// broken one.
func TestPlantedDefectsAreFound(t *testing.T) {
	t.Parallel()
	workspace := "/v1/Workspaces/" + account.WorkspaceSID
	tests := []planted{
		{"the claim is not conditional", altered(unconditional), rules.OneCall, 300, "", 0, ""},
		{"no deadline", rewritten(func(body string) string {
			return regexp.MustCompile(`"deadline":"[^"]*"`).ReplaceAllString(body, `"deadline":"2099-01-01T00:00:00Z"`)
		}), rules.InTime, 300, "", 0, ""},
		{"no signature is checked", wiring{stop: signing}, rules.SignedOnly, 100, "", 0, ""},
		{"worker calls are never ended", swallows(http.MethodPost, "/Calls/CA", `{"status":"canceled"}`), rules.Quiet, 100, "", 0, ""},
		{"reservations are never rejected", swallows(http.MethodPost, "/Reservations/", `{}`), rules.Resolved, 100, "", 0, ""},
		{"the reservation is accepted over REST", alsoPosts(func(reservation, task string) string {
			return workspace + "/Tasks/" + task + "/Reservations/" + reservation
		}, url.Values{"ReservationStatus": {"accepted"}}), rules.HandsOff, 50, "", 0, ""},
		{
			name:   "the task is edited",
			wiring: alsoPosts(func(_, task string) string { return workspace + "/Tasks/" + task }, url.Values{"Attributes": {`{}`}}),
			rule:   rules.HandsOff,
			within: 50,
		},
		{"the member is dequeued over REST", alsoPosts(func(_, _ string) string {
			return "/2010-04-01/Accounts/" + account.SID + "/Queues/QU00000000000000000000000000000001/Members/Front.json"
		}, url.Values{"Url": {account.BaseURL + "/hold"}}), rules.HandsOff, 50, "", 0, ""},
		{"the ledger goes backward", altered(func(c *ledger.Change) {
			if c.Set == nil {
				c.Set = ledger.Fields{}
			}
			maps.Copy(c.Set, c.Once)
		}), forward, 300, "", 0, ""},
		{"events count twice", wiring{store: func(sound ledger.Store) ledger.Store {
			return store{Store: sound, alter: func(c *ledger.Change) { c.EventSID = "" }}
		}}, forward, 100, "", 0, ""},
		{
			name:   "the ledger forgets the worker call",
			wiring: altered(func(c *ledger.Change) { delete(c.Set, "worker_call_sid") }),
			rule:   rules.Remembered,
			within: 50,
		},
		{"the ledger forgets how the call ended", altered(func(c *ledger.Change) { delete(c.Set, "queue_result") }), rules.Remembered, 50, "", 0, ""},
		{"the survey is empty", stops("/survey", says(200, "text/xml", "<Response/>")), rules.Cared, 50, "", 0, ""},
		{"the survey is no document", stops("/survey", says(200, "text/xml", "<Response><Say>Thank you")), rules.WellFormed, 50, "", 0, ""},
		{"the survey fails", stops("/survey", says(500, "text/plain", "")), rules.NoServerError, 50, "", 0, ""},
		{
			name:   "the hold document is silence",
			wiring: stops("/hold", says(200, "text/xml", `<Response><Pause length="60"/></Response>`)),
			rule:   rules.Cared,
			within: 100,
		},
		{"the hold document takes no time", stops("/hold", says(200, "text/xml", `<Response/>`)), rules.WellFormed, 50, "", 0, ""},
		{"a function crashes", stops("/worker/", func(bundle.Stop, bundle.Clients) bundle.Stop {
			return func(context.Context, webhook.Event) (webhook.Answer, error) {
				return webhook.Answer{}, errors.New("broken")
			}
		}), rules.NoServerError, 50, "", 0, ""},
		{"the instruction is text", stops("/assignment", func(sound bundle.Stop, _ bundle.Clients) bundle.Stop {
			return func(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
				answer, err := sound(ctx, event)
				answer.Headers = map[string]string{"Content-Type": "text/plain"}
				return answer, err
			}
		}), rules.WellFormed, 50, "", 0, ""},
		{
			name:   "no function completes a task",
			wiring: wiring{stop: stops("/events", says(204, "application/json", "")).stop, sweeper: sleeps},
			rule:   rules.Finished,
			within: 50,
		},
		{"only the sweeper completes a task", stops("/events", says(204, "application/json", "")), rules.Idle, 100, "", 0, ""},
		{"a caller without a task is left waiting", swallows(http.MethodGet, "/Queues.json", `{"queues":[]}`), rules.Cared, 200, "", 0, ""},
		{
			name: "the bridge does not see that the caller left before it placed the call, nor after",
			wiring: atFunction(bridgeFunction, func(c *bundle.Clients) {
				blind := func(change *ledger.Change) {
					if slices.Contains(slices.Collect(maps.Values(change.Set)), string(reservation.Dialing)) {
						change.Absent, change.Within = nil, nil
					}
				}
				c.Table = store{Store: c.Table, alter: blind, tell: func(change ledger.Change, fields ledger.Fields) ledger.Fields {
					known := maps.Clone(fields)
					for name := range change.Once {
						if strings.HasSuffix(name, ".dialed") {
							maps.DeleteFunc(known, func(name, _ string) bool {
								return name == "ended" || strings.HasSuffix(name, "canceled") || strings.HasSuffix(name, "rejected") || strings.HasSuffix(name, "caller_left")
							})
						}
					}
					return known
				}}
			}),
			rule:   rules.Quiet,
			within: 6000,
			from:   3336,
			faults: "webhook-lost=0.5,crm-slow=0.5",
		},
		{"events end no worker call", atFunction("/events", func(c *bundle.Clients) {
			c.REST = asks{c.REST, answering(http.MethodPost, "/Calls/CA", `{"status":"canceled"}`)}
		}), rules.Quiet, 1000, "", 84, ""},
		{
			name:   "a rejected SQS message counts as deferred",
			wiring: atFunction("/assignment", func(c *bundle.Clients) { c.Queue = careless{c.Queue} }),
			rule:   rules.Resolved,
			within: 4000,
			from:   213,
		},
		{
			name:   "an ended worker call leaves the reservation pending",
			wiring: atFunction("/worker/", func(c *bundle.Clients) { c.REST = asks{c.REST, answering(http.MethodPost, "/Reservations/", `{}`)} }),
			rule:   rules.Resolved,
			within: 100,
		},
		{
			name:   "a refusing CRM leaves the reservation pending",
			wiring: atFunction(bridgeFunction, func(c *bundle.Clients) { c.REST = asks{c.REST, answering(http.MethodPost, "/Reservations/", `{}`)} }),
			rule:   rules.Resolved,
			within: 500,
		},
		{"the second token is not read", clients(func(c *bundle.Clients) {
			c.Parameters = keys(plan{})
		}), rules.SignedOnly, 100, "", 0, ""},
		{"the sweeper does nothing", wiring{sweeper: sleeps}, sweptClean, 50, "", 0, ""},
		{"the sweeper's clock is fast", atFunction(sweepFunction, func(c *bundle.Clients) {
			now := c.Now
			c.Now = func() time.Time { return now().Add(trigger.Period) }
		}), rules.Idle, 2000, "", 993, ""},
		{"the sweeper takes every call for ended", atFunction(sweepFunction, func(c *bundle.Clients) {
			c.REST = asks{c.REST, answering(http.MethodGet, "/Calls/CA", `{"status":"completed"}`)}
		}), rules.HandsOff, 3000, "", 403, "webhook-lost=0.3"},
		{"messages cannot be decoded", rewritten(func(string) string { return "{}" }), rules.NoDeadLetter, 100, "", 0, ""},
	}
	for _, test := range tests {
		test.isFound(t, false)
	}
}

// planted is a defect and the rule that it breaks.
type planted struct {
	name   string
	wiring wiring
	rule   string
	within int    // calls
	text   string // part of what the broken rule says
	from   uint64 // world with which the search begins: most worlds give the defect no occasion
	faults string // rates that differ
}

// isFound runs worlds until the rule is broken. It does so in a synctest bubble: the functions'
// timeouts follow the machine's clock, and a busy machine must not break a rule.
func (p planted) isFound(t *testing.T, hostile bool) {
	t.Run(p.name, func(t *testing.T) {
		t.Parallel()
		c := sound(1)
		c.wiring, c.hostile = p.wiring, hostile
		c.rates.parse(t, p.faults)
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			for index := p.from; calls < p.within; index++ {
				w, err := c.take(t.Context(), index, nil, nil)
				if err != nil {
					t.Fatal(err)
				}
				calls += len(w.callers)
				if slices.ContainsFunc(w.broken, func(b broken) bool { return b.rule == p.rule && strings.Contains(b.text, p.text) }) {
					t.Logf("found by call %d, in world %d", calls, index)
					return
				}
			}
			t.Errorf("no rule %q was broken within %d calls with %q", p.rule, calls, p.text)
		})
	})
}
