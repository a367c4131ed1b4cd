package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/rules"
	"switchboard/shared/webhook"
)

// posted returns a request's form and does not change the request.
func posted(r *http.Request) url.Values {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	return form
}

// posts sends another request as a function.
func posts(like *http.Request, next http.RoundTripper, path string, form url.Values) {
	more, err := http.NewRequestWithContext(like.Context(), http.MethodPost, "https://api.twilio.com"+path, strings.NewReader(form.Encode()))
	if err != nil {
		return
	}
	more.Header = like.Header.Clone()
	_, _ = next.RoundTrip(more)
}

// redirects sends the caller to a path each time that a worker call is placed.
func redirects(path string) wiring {
	return over(func(r *http.Request, next http.RoundTripper) *http.Response {
		if !strings.HasSuffix(r.URL.Path, "/Calls.json") || r.Method != http.MethodPost {
			return nil
		}
		if parts := strings.Split(posted(r).Get("Url"), "/"); len(parts) > 4 {
			posts(r, next, callsPath+parts[4]+".json", url.Values{"Url": {account.BaseURL + path}})
		}
		return nil
	})
}

// stopsPhones cancels each worker call as soon as it is placed.
func stopsPhones() wiring {
	return over(func(r *http.Request, next http.RoundTripper) *http.Response {
		if !strings.HasSuffix(r.URL.Path, "/Calls.json") || r.Method != http.MethodPost {
			return nil
		}
		response, err := next.RoundTrip(r)
		if err != nil {
			return nil
		}
		body, _ := io.ReadAll(response.Body)
		response.Body = io.NopCloser(bytes.NewReader(body))
		var placed struct{ SID string }
		if json.Unmarshal(body, &placed) == nil && placed.SID != "" {
			posts(r, next, callsPath+placed.SID+".json", url.Values{"Status": {"canceled"}})
		}
		return response
	})
}

// asksTwice sends each request that redirects a caller twice.
func asksTwice(r *http.Request, next http.RoundTripper) *http.Response {
	if form := posted(r); strings.Contains(form.Get("Url"), "/survey/overflow") {
		posts(r, next, r.URL.Path, form)
	}
	return nil
}

// callsPremium places every worker call to another number.
func callsPremium(r *http.Request, _ http.RoundTripper) *http.Response {
	if strings.HasSuffix(r.URL.Path, "/Calls.json") && r.Method == http.MethodPost {
		form := posted(r)
		form.Set("To", premiumNumber)
		body := form.Encode()
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	}
	return nil
}

// completesAll completes the task of each reservation that is accepted.
func completesAll(sound bundle.Stop, c bundle.Clients) bundle.Stop {
	return func(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
		if i := invocationOf(ctx); i.field("EventType") == "reservation.accepted" {
			like, err := http.NewRequestWithContext(ctx, http.MethodPost, account.BaseURL, nil)
			if err != nil {
				return webhook.Answer{}, err
			}
			like.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			like.SetBasicAuth(account.SID, i.world.twilio.AuthToken())
			posts(like, c.REST, tasksPath+"/"+i.field("TaskSid"), url.Values{"AssignmentStatus": {"completed"}, "Reason": {"over"}})
		}
		return sound(ctx, event)
	}
}

// TestPlantedHostileDefectsAreFound breaks each rule of the hostile worlds on purpose.
func TestPlantedHostileDefectsAreFound(t *testing.T) {
	t.Parallel()
	rejects := stops("/assignment", says(http.StatusOK, "application/json",
		`{"instruction":"reject","activity_sid":"`+account.UnavailableSID+`"}`))
	deaf := stops("/events", says(http.StatusNoContent, "application/json", ""))
	tests := []planted{
		{
			name:   "every reservation is rejected and its worker moved",
			rule:   oneWorker,
			text:   "who had done nothing wrong",
			wiring: rejects,
			within: 50,
		},
		{
			name:   "the tasks of other programs are rejected",
			rule:   foreign,
			text:   "was answered",
			wiring: rejects,
			within: 50,
		},
		{
			name:   "the tasks of other programs are completed",
			rule:   foreign,
			text:   "AssignmentStatus=completed",
			wiring: stops("/events", completesAll),
			within: 300,
		},
		{
			name:   "a caller without a task is left in the queue",
			rule:   rules.Cared,
			text:   "had ended, and left by",
			wiring: deaf,
			within: 500,
		},
		{
			name:   "the sweeper leaves a caller in a queue without a task",
			rule:   sweptClean,
			text:   "the sweeper left caller",
			wiring: wiring{stop: deaf.stop, sweeper: sleeps},
			within: 2000,
		},
		{
			name:   "a waiting caller is sent to overflow",
			rule:   live,
			text:   "while task",
			wiring: redirects("/survey/overflow"),
			within: 50,
		},
		{
			name:   "a caller is sent to overflow without a failure",
			rule:   live,
			text:   "nothing had failed",
			wiring: redirects("/survey/overflow/crm/refused"),
			within: 50,
		},
		{
			name:   "a caller is sent to overflow twice",
			rule:   onceOver,
			text:   "2 times",
			wiring: over(asksTwice),
			within: 300,
		},
		{
			name:   "phones are stopped while the caller waits",
			rule:   steady,
			text:   "was stopped by",
			wiring: stopsPhones(),
			within: 50,
		},
		{
			name:   "another number is called",
			rule:   contact,
			text:   premiumNumber,
			wiring: over(callsPremium),
			within: 50,
		},
		{
			name:   "a number is logged",
			rule:   rules.Discreet,
			text:   `"from":`,
			wiring: clients(func(c *bundle.Clients) { c.Logger.With("from", "+14155550100").Info("caller") }),
			within: 100,
		},
		{
			name:   "a token is logged",
			rule:   rules.Discreet,
			text:   `"token":`,
			wiring: clients(func(c *bundle.Clients) { c.Logger.Info("secrets read", "secrets", c.Parameters, "token", firstToken) }),
			within: 100,
		},
	}
	for _, test := range tests {
		test.isFound(t, true)
	}
}
