package calls

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/fakecrm"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/rules"
	"switchboard/functions/internal/timeline"
	"switchboard/functions/internal/trigger"
	"switchboard/functions/linkedcalls"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/wire"
	"switchboard/shared/taskrouter"
)

// Result is what happened in a call.
type Result struct {
	Call    Call
	Account *Account
	timeline.Timeline
	Link   linkedcalls.Link   // from the ledger
	Logs   []byte             // of the functions; nil if they run in a deployed stack
	Dead   []*trigger.Message // in the dead-letter queue; nil if it is a deployed stack's
	Broken rules.Broken
}

// InProcess runs a call through a bundle in this process, in virtual time. Each of alter may change
// the bundle before the call.
func InProcess(ctx context.Context, call Call, seed uint64, alter ...func(*inprocess.Bundle)) (*Result, error) {
	loop := clock.NewVirtual(account.Morning)
	result := &Result{Call: call, Timeline: timeline.Timeline{Base: account.BaseURL, Start: loop.Now()}}
	secrets := account.Secrets(seed)
	if call.Later != nil {
		desk := account.Callers()
		desk.Callbacks.Offered = true
		if err := secrets.Write(account.SecretsPrefix, desk); err != nil {
			return nil, err
		}
	}
	var logs bytes.Buffer
	crm := &fakecrm.CRM{
		Secret: secrets[account.CRMSecret],
		Now:    loop.Now,
		Trace:  result.Add,
		Fails:  call.FailsCRM,
	}
	process := inprocess.New(loop, account.Settings(call.Mode), bundle.Clients{
		Parameters: secrets,
		CRM:        wire.InProcess(crm),
		Logger:     slog.New(slog.NewJSONHandler(&logs, nil)),
	})
	for _, change := range alter {
		change(process)
	}
	twilio, err := NewAccount(process.Config(seed, result.Add), call, account.Example)
	if err != nil {
		return nil, err
	}
	process.Twilio.Set(twilio)
	result.Account = twilio
	if err := rules.Forged(process, result.Base, result.Broken.Add); err != nil {
		return nil, err
	}
	twilio.Dial()
	process.Sweeps.Start(ctx)
	if err := loop.Run(ctx); err != nil {
		return nil, err
	}
	report, err := process.Links.Handle(ctx, linkedcalls.Request{CallSID: twilio.Line.CallSID()})
	if err != nil {
		return nil, err
	}
	result.Logs, result.Dead = logs.Bytes(), process.Queue.Dead
	result.Judge(report.Calls, secrets)
	ours := []string{account.WrappingUpSID, account.UnavailableSID}
	rules.Workers(twilio.Workers(), ours, result.Broken.Add)
	for _, finding := range process.Sweeps.Findings() {
		result.Broken.Add(rules.Idle, "%s", finding)
	}
	return result, nil
}

// FailsCRM reports whether the CRM step fails for a worker.
func (c Call) FailsCRM(worker taskrouter.Contact) (is bool) { return string(worker) == c.CRM }

// Judge adds the rules that the call broke. links are the ledger's calls, secrets those of the
// functions.
func (r *Result) Judge(links []linkedcalls.Link, secrets map[string]string) {
	for _, link := range links {
		if link.CallSID == r.Account.Line.CallSID() {
			r.Link = link
		}
	}
	twilio, requests, breaks := rules.Of(r.Account.Twilio), r.Account.Requests(), r.Broken.Add
	rules.Undisturbed(r.Account.Twilio, requests, breaks)
	rules.DeadLetters(r.Dead, breaks)
	rules.Answers(r.Entries, breaks)
	twilio.Requests(requests, breaks)
	rules.Logs(r.Logs, secrets, breaks)
	twilio.WorkerCalls(twilio.CallerEnded, breaks)
	twilio.Ends(rules.Open{}, breaks)
	twilio.Timeouts(breaks)
	twilio.Callers(r.Entries, breaks)
	rules.Link(r.Link, r.caller(), breaks)
	twilio.Tries(r.Link, r.caller(), breaks)
	r.judgeOutcome(twilio)
}

const outcome = "the call ends as planned"

// returnTime is the maximum time from the end of the wrap-up to the worker's next offer.
const returnTime = 5 * time.Second

func (r *Result) judgeOutcome(twilio rules.Account) {
	caller, want := r.caller(), r.Call
	var offers, placed []string
	for _, reservation := range twilio.Reservations {
		if reservation.TaskSID == caller.TaskSID {
			offers = append(offers, reservation.Status)
			r.judgeReturn(twilio, reservation)
		}
	}
	for _, call := range twilio.Calls {
		if call.Direction != "inbound" {
			placed = append(placed, call.To)
		}
	}
	if talks := r.worker().To; talks != want.Talks {
		r.Broken.Add(outcome, "%q talked to the caller, want %q", talks, want.Talks)
	}
	if result := strings.Join(caller.QueueResults, ","); result != want.QueueResult {
		r.Broken.Add(outcome, "QueueResult was %q, want %q", result, want.QueueResult)
	}
	if r.Link.Score != want.Score {
		r.Broken.Add(outcome, "the ledger has score %q, want %q", r.Link.Score, want.Score)
	}
	talkedLater := func(call simulator.CallRecord) bool { return call.To == want.From && !call.BridgeEnded.IsZero() }
	if want.Later != nil && !slices.ContainsFunc(twilio.Calls, talkedLater) {
		r.Broken.Add(outcome, "the caller was not called back")
	}
	if want.Offers == nil {
		return
	}
	if !slices.Equal(offers, want.Offers) {
		r.Broken.Add(outcome, "the reservations ended %q, want %q", offers, want.Offers)
	}
	if !slices.Equal(placed, want.Placed) {
		r.Broken.Add(outcome, "called were %q, want %q", placed, want.Placed)
	}
}

// judgeReturn checks that the worker talked to the earlier caller, wrapped up, and was then offered
// this call without delay.
func (r *Result) judgeReturn(twilio rules.Account, offer simulator.ReservationRecord) {
	if r.Account.earlier == nil {
		return
	}
	first := twilio.CallBySID[r.Account.earlier.CallSID()]
	if talked := twilio.CallBySID[first.PeerSID].To; talked != r.Call.Talks {
		r.Broken.Add(outcome, "%q talked to the earlier caller, want %q", talked, r.Call.Talks)
	}
	switch late := offer.Created.Sub(first.BridgeEnded.Add(r.Call.Before.WrapUp)); {
	case late < 0:
		r.Broken.Add(outcome, "the worker was offered the second call %s before the wrap-up was over", -late)
	case late > returnTime:
		r.Broken.Add(outcome, "the worker was offered the second call %s after the wrap-up was over", late)
	}
}

func (r *Result) caller() simulator.CallRecord { return r.call(r.Account.Line.CallSID()) }

// worker returns the worker call that was bridged with the caller; zero = none.
func (r *Result) worker() simulator.CallRecord { return r.call(r.caller().PeerSID) }

func (r *Result) call(sid string) (found simulator.CallRecord) {
	for _, call := range r.Account.Calls() {
		if sid != "" && call.SID == sid {
			return call
		}
	}
	return found
}
