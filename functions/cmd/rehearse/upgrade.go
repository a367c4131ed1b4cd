package main

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/calls"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
	"switchboard/shared/webhook"
)

// deployment is what .ci/upgrade.py does to the stack of a call while the call lasts; "" = nothing.
type deployment string

const (
	upgrade  deployment = "upgrade"   // from the previous release to this one
	rollBack deployment = "roll back" // from this release to the previous one
)

// hold is where a call stays until the deployment is over; "" = it continues meanwhile.
type hold string

const (
	waits   hold = "the caller waits"
	rings   hold = "the worker's phone rings"
	talks   hold = "caller and worker talk"
	wrapsUp hold = "the worker wraps up, and SQS holds the message that ends this"
)

const (
	// passingCalls is how many calls a deployment may have that it does not hold. .ci/upgrade.py
	// begins one after the other while it deploys.
	passingCalls = 8
	// slowCRM is how long the CRM step takes in these calls, so that a deployment finds some there.
	slowCRM = 2 * time.Second
)

// deployedCalls returns the calls during a deployment: one for each hold, the longest first, and
// the others. first is the number of the first call. Each has a worker of its own, whose number no
// other has.
func deployedCalls(d deployment, first int, ring, talk time.Duration) []plannedCall {
	holds := append([]hold{waits, talks, rings, wrapsUp}, make([]hold, passingCalls)...)
	var planned []plannedCall
	for i, hold := range holds {
		call := plannedCall{deployment: d, hold: hold}
		contact := fmt.Sprintf("+14155550%d", 300+first+i)
		call.Call = calls.Call{
			Title:       fmt.Sprintf("During the %s: %s", d, cmp.Or(hold, "a call begins")),
			Mode:        "deferred",
			From:        fmt.Sprintf("+14155550%d", 200+first+i),
			Caller:      calls.TalksAndHangsUp(talk),
			Staff:       []account.Worker{{Name: "Alice", Contact: contact, Phones: []script.Phone{calls.PressesOne(ring, 10*talk)}}},
			Talks:       contact,
			QueueResult: "bridged",
			Offers:      []string{"completed"},
			Placed:      []string{contact},
		}
		switch hold {
		case waits:
			call.Signs = []calls.Signing{{After: -5 * time.Second, Text: "Off."}}
		case rings:
			call.Staff[0].Phones[0] = script.ByHand()
		case talks:
			call.Caller = []script.Step{
				script.Until(script.Bridged), script.Talks(time.Hour), script.Hears("from 1 to 5"), script.Presses("4"),
				script.Hears("after the tone"), script.HangsUp(),
			}
			call.Staff[0].Phones[0], call.Score = calls.PressesOne(ring, time.Hour), "4"
		}
		planned = append(planned, call)
	}
	return planned
}

// hasNumber reports whether a text names the number of the call's worker, which no other call's
// worker has.
func (c *rehearsedCall) hasNumber(text string) bool {
	return c.deployment != "" && strings.Contains(text, strings.TrimPrefix(c.Staff[0].Contact, "+"))
}

// patience is how long a person stays on the line.
func (d deployment) patience() time.Duration {
	if d == "" {
		return 2 * time.Minute
	}
	return 5 * time.Minute
}

// slow has the CRM of a call during a deployment take its time.
func (d deployment) slow(crm http.Handler) http.Handler {
	if d == "" {
		return crm
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		timer := time.NewTimer(slowCRM)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
		}
		crm.ServeHTTP(w, r)
	})
}

// isHeld reports whether the call has come to where it stays until the deployment is over.
func (c *rehearsedCall) isHeld() bool {
	twilio := c.result.Account
	if twilio.Line == nil {
		return false
	}
	var caller simulator.CallRecord
	for _, call := range twilio.Calls() {
		if call.SID == twilio.Line.CallSID() {
			caller = call
		}
	}
	switch c.hold {
	case waits:
		return !caller.Queued.IsZero()
	case rings:
		return c.staffCall("ringing").SID != ""
	case talks:
		return !caller.Bridged.IsZero() && caller.BridgeEnded.IsZero()
	default:
		return slices.ContainsFunc(twilio.Tasks(), func(task simulator.TaskRecord) bool { return task.Status == "wrapping" })
	}
}

// staffCall returns the call to the worker that has the status; zero = none.
func (c *rehearsedCall) staffCall(status string) (found simulator.CallRecord) {
	for _, call := range c.result.Account.Calls() {
		if call.Direction != "inbound" && call.Status == status {
			return call
		}
	}
	return found
}

// release lets a held call go on.
func (r *rehearsal) release(c *rehearsedCall) error {
	if !r.hasBegun(c) {
		return fmt.Errorf("the call (%s) has not begun", c.Title)
	}
	return onLoop(c, (*rehearsedCall).goOn)
}

func (c *rehearsedCall) goOn() error {
	twilio := c.result.Account
	switch c.hold {
	case waits:
		twilio.SendTextAfter(0, c.Staff[0].Contact, account.StaffNumber, "On.")
	case rings:
		phone := calls.PressesOne(0, time.Hour)
		return twilio.PickUp(c.staffCall("ringing").SID, phone.Steps...)
	case talks:
		return twilio.HangUp(c.staffCall("in-progress").SID)
	}
	return nil
}

// noting notes which releases answer the webhooks of a call.
type noting struct {
	next http.RoundTripper
	call *rehearsedCall
}

// RoundTrip implements http.RoundTripper.
func (n noting) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := n.next.RoundTrip(r)
	if err == nil {
		n.call.answeredBy(answer.Header.Get(webhook.ReleaseHeader))
	}
	return answer, err
}

func (c *rehearsedCall) answeredBy(release string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if release != "" && !slices.Contains(c.releases, release) {
		c.releases = append(c.releases, release)
	}
}

func (c *rehearsedCall) answeringReleases() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.releases)
}

// judgeDeployment requires that a held call was answered by both releases.
func (c *rehearsedCall) judgeDeployment() {
	if releases := c.answeringReleases(); c.hold != "" && len(releases) < 2 {
		c.result.Broken.Add("a held call outlasts the deployment", "%q answered all of its webhooks", releases)
	}
}
