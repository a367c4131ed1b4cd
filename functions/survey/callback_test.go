package survey_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"switchboard/functions/survey"
	"switchboard/shared/ledger"
	"switchboard/shared/requests"
	"switchboard/shared/settings"
	"switchboard/shared/settings/settingstest"
	"switchboard/shared/taskrouter"
)

// arranged stands in for package requests.
type arranged struct {
	answer   requests.Answer
	promised bool
	err      error
	did      []string
	asked    ledger.Request
}

func (a *arranged) Wish(_ context.Context, _ ledger.Call, r ledger.Request) (requests.Answer, error) {
	a.did, a.asked = append(a.did, "wish"), r
	return a.answer, a.err
}

func (a *arranged) Promise(_ context.Context, r ledger.Request) (requests.Answer, error) {
	a.did, a.asked = append(a.did, "promise"), r
	return a.answer, a.err
}

func (a *arranged) CallerLeft(context.Context, string, bool) (bool, error) {
	a.did = append(a.did, "left")
	return a.promised, a.err
}

func (a *arranged) Withdraw(context.Context, string, string) error {
	a.did = append(a.did, "withdraw")
	return a.err
}

func (a *arranged) WithdrawOf(context.Context, string, string) error {
	a.did = append(a.did, "withdraw of number")
	return a.err
}

const (
	line   = "+12065550100"
	caller = "+14155550123"
)

// callsBack is a stop of a desk that calls back.
func callsBack(a *arranged) stop {
	s := newStop(&ledger.Memory{})
	s.Handler.Settings = settingstest.Desk(settings.Settings{
		Callbacks: settings.Callbacks{Offered: true, Tries: 4}, Numbers: map[string]settings.Number{line: {Priority: new(7)}},
	})
	s.Handler.Requests, s.Handler.Now = a, now
	return s
}

func TestCallerArrangesCallBack(t *testing.T) {
	t.Parallel()
	down := errors.New("down")
	for name, test := range map[string]struct {
		path, digits, from string
		arranged           arranged
		want               []string // parts of the answer
		did                string
	}{
		"hears the number":            {path: "/waiting", want: []string{"plus 1 4 1 5 5 5 5 0 1 2 3", "/survey/callback/waiting/chosen/14155550123"}},
		"confirms":                    {path: "/waiting/chosen/14155550123", digits: "1", arranged: arranged{answer: requests.Agreed}, want: []string{"<Leave"}, did: "wish"},
		"wants another number":        {path: "/waiting/chosen/14155550123", digits: "2", want: []string{`finishOnKey="#"`, "/survey/callback/waiting/number/1"}},
		"presses nothing":             {path: "/waiting/chosen/14155550123", want: []string{"/hold</Redirect>"}},
		"has waited":                  {path: "/waiting-3-2-60-95-1795510800/chosen/14155550123", want: []string{"/hold/3-2-60-95-1795510800</Redirect>"}},
		"a worker was faster":         {path: "/waiting/chosen/14155550123", digits: "1", want: []string{"It is your turn", "/hold</Redirect>"}, did: "wish"},
		"has one":                     {path: "/waiting/chosen/14155550123", digits: "1", arranged: arranged{answer: requests.Listed}, want: []string{"already", "/hold</Redirect>"}, did: "wish"},
		"it fails":                    {path: "/waiting/chosen/14155550123", digits: "1", arranged: arranged{answer: requests.Agreed, err: down}, want: []string{"could not arrange", "/hold</Redirect>"}, did: "wish"},
		"a forged number":             {path: "/waiting/chosen/19005550123", digits: "1", want: []string{"/number/1"}},
		"enters a number":             {path: "/waiting/number/1", digits: "2065550111", want: []string{"2 0 6 5 5 5 0 1 1 1", "/chosen/12065550111"}},
		"enters nonsense":             {path: "/waiting/number/1", digits: "12", want: []string{"cannot call", "/number/2"}},
		"enters nonsense twice":       {path: "/waiting/number/2", digits: "12", want: []string{"cannot call", "/hold</Redirect>"}},
		"the desk is closed":          {path: "/closed/chosen/14155550123", digits: "1", arranged: arranged{answer: requests.Agreed}, want: []string{"as soon as we are open", "<Hangup"}, did: "promise"},
		"closed, and it fails":        {path: "/closed/chosen/14155550123", digits: "1", arranged: arranged{err: down}, want: []string{"could not arrange", "<Record"}, did: "promise"},
		"closed, from a hidden phone": {path: "/closed", from: "anonymous", want: []string{`finishOnKey="#"`}},
		"closed, wants none":          {path: "/closed/chosen/14155550123", digits: "3", want: []string{"<Record"}},
		"calls again, has none":       {path: "/again", want: []string{"/enqueue/again</Redirect>"}},
		"waits, has none":             {path: "/listed-1-2-0-0-1795510800", want: []string{"/hold/1-2-0-0-1795510800</Redirect>"}},
		"waits, keeps it":             {path: "/listed-1-2-0-0-1795510800/kept", digits: "1", want: []string{"Goodbye", "<Hangup"}},
		"waits, gives it up":          {path: "/listed-1-2-0-0-1795510800/kept", want: []string{"/hold/1-2-0-0-1795510800</Redirect>"}, did: "withdraw of number"},
		"calls again, keeps it":       {path: "/again/kept", digits: "1", want: []string{"Goodbye", "<Hangup"}},
		"calls again, waits":          {path: "/again/kept", want: []string{"/enqueue/again</Redirect>"}, did: "withdraw of number"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := test.arranged
			s := callsBack(&a)
			from := caller
			if test.from != "" {
				from = test.from
			}
			got := s.hears(t, "/survey/callback"+test.path, "From", from, "To", line, "Digits", test.digits)
			for _, part := range test.want {
				if !strings.Contains(got, part) {
					t.Errorf("no %q in %s", part, got)
				}
			}
			if did := strings.Join(a.did, ", "); did != test.did {
				t.Errorf("did %q, want %q", did, test.did)
			}
			if r := a.asked; r.Key != "" && (r.Key != taskrouter.CallbackKey(callSID) || r.Dialed != line || r.Priority != 7 || r.Tries != 4 || r.Until != now().Add(72*time.Hour)) {
				t.Errorf("asked for %+v", r)
			}
		})
	}
}

func TestCallerLeavesToBeCalledBack(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		result, status string
		arranged       arranged
		want, did      string
	}{
		"by the key":              {result: "leave", arranged: arranged{promised: true}, want: "we will call you back", did: "left"},
		"by the key, it fails":    {result: "leave", arranged: arranged{err: errors.New("down")}, want: "<Record", did: "left"},
		"our answer was lost":     {result: "error", arranged: arranged{promised: true}, want: "we will call you back", did: "left"},
		"hung up":                 {result: "hangup", status: "completed", arranged: arranged{promised: true}, did: "left"},
		"talked to a worker":      {result: "bridged", want: "from 1 to 5", did: "withdraw, withdraw of number"},
		"was taken out elsewhere": {result: "redirected", arranged: arranged{promised: true}, did: "left"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := test.arranged
			s := callsBack(&a)
			if err := s.ledger.PromisedCallback(t.Context(), callSID); err != nil {
				t.Fatal(err)
			}
			got := s.hears(t, "/survey", "From", caller, "To", line, "QueueResult", test.result, "CallStatus", test.status)
			if !strings.Contains(got, test.want) || test.want == "" && strings.Contains(got, "<Say") {
				t.Errorf("heard %s", got)
			}
			if did := strings.Join(a.did, ", "); did != test.did {
				t.Errorf("did %q, want %q", did, test.did)
			}
		})
	}
}

var _ survey.Requests = requests.Desk{}
