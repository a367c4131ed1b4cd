package main

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"switchboard/shared/simulator/script"
)

// fault is what a rehearsal does to the deployed bridge function while it works for a call.
type fault string

const (
	// diesInCRMStep: the reservation is claimed, and nobody has been dialled.
	diesInCRMStep fault = "the bridge function is killed in the CRM step"
	// diesWhileDialling: the worker's phone rings, and nobody has told the function.
	diesWhileDialling fault = "the bridge function is killed while it places the call"
	// deliveredTwice: SQS may do that to any message.
	deliveredTwice fault = "the bridge's message is delivered twice"
)

// faultyCalls are those that a rehearsal takes besides the demo's. The first one's message comes again after a minute, during
// which the others are taken. In each of them a second worker is free, who must not be called without need.
func faultyCalls(ring, talk time.Duration) []call {
	suffering := func(fault fault, title, from string) call {
		return call{
			Title: title, Mode: "deferred", From: from, Fault: fault,
			Caller:      []script.Step{script.Until(script.Bridged), script.Talks(talk), script.HangsUp()},
			Staff:       []member{{"Alice", alice, pressesOne(ring, 10*talk)}, {"Bob", bob, pressesOne(ring, 10*talk)}},
			QueueResult: "bridged",
		}
	}
	inCRMStep := suffering(diesInCRMStep, "The bridge function dies in the CRM step; a minute later the next worker is called", "+14155550106")
	inCRMStep.Talks, inCRMStep.Offers, inCRMStep.Dialled = bob, []string{"rejected", "completed"}, []string{bob}
	whileDialling := suffering(diesWhileDialling, "The bridge function dies while Twilio places the call; the worker answers all the same", "+14155550107")
	whileDialling.Talks, whileDialling.Offers, whileDialling.Dialled = alice, []string{"completed"}, []string{alice}
	twice := suffering(deliveredTwice, "SQS delivers the bridge's message twice", "+14155550108")
	twice.Talks, twice.Offers, twice.Dialled = alice, []string{"completed"}, []string{alice}
	return []call{inCRMStep, whileDialling, twice}
}

// front answers for one call: Twilio's REST, and the CRM below /crm. kill is told the address from which the function called
// that is to die.
func (f fault) front(rest, desk http.Handler, kill func(peer string)) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", rest)
	switch f {
	case diesInCRMStep:
		desk = &lastDeed{handler: desk, kill: kill}
	case diesWhileDialling:
		mux.Handle("POST /2010-04-01/Accounts/"+accountSID+"/Calls.json", &lastDeed{handler: rest, kill: kill})
	}
	mux.Handle("/crm", desk)
	return mux
}

// lastDeed makes the first request its sender's last deed: what was asked for happens, and the sender is killed before it has
// the answer.
type lastDeed struct {
	handler http.Handler
	kill    func(peer string)
	once    sync.Once
}

// ServeHTTP implements http.Handler.
func (l *lastDeed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	first := false
	l.once.Do(func() { first = true })
	if !first {
		l.handler.ServeHTTP(w, r)
		return
	}
	l.handler.ServeHTTP(httptest.NewRecorder(), r)
	l.kill(r.RemoteAddr)
}
