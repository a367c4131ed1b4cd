package main

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/calls"
)

// fault is what .ci/rehearse.py does to the deployed bridge function during a call; "" = nothing.
type fault string

const (
	// killedInCRMStep leaves the reservation claimed, with no worker call placed.
	killedInCRMStep fault = "killed in the CRM step"
	// killedWhilePlacing leaves the worker's phone ringing without the function's knowledge.
	killedWhilePlacing fault = "killed while it places the worker call"
	// deliveredTwice is something that SQS may do to any message.
	deliveredTwice fault = "delivered twice"
)

// plannedCall is a call, the fault that strikes it, and the deployment that it outlasts.
type plannedCall struct {
	calls.Call
	fault      fault
	deployment deployment
	hold       hold
}

// faultyCalls returns the calls that a rehearsal adds to the demo's. SQS retries the first one's
// message after a minute, while the others run. In each of them a second worker is free, who must
// not be called without need.
func faultyCalls(ring, talk time.Duration) []plannedCall {
	planned := []plannedCall{
		{
			fault: killedInCRMStep,
			Call: calls.Call{
				Title:  "The bridge function dies in the CRM step; a minute later the next worker is called",
				From:   "+14155550106",
				Talks:  calls.Bob,
				Offers: []string{"rejected", "completed"},
				Placed: []string{calls.Bob},
			},
		},
		{
			fault: killedWhilePlacing,
			Call: calls.Call{
				Title:  "The bridge function dies while Twilio places the call; the worker answers all the same",
				From:   "+14155550107",
				Talks:  calls.Alice,
				Offers: []string{"completed"},
				Placed: []string{calls.Alice},
			},
		},
		{
			fault: deliveredTwice,
			Call: calls.Call{
				Title:  "SQS delivers the bridge's message twice",
				From:   "+14155550108",
				Talks:  calls.Alice,
				Offers: []string{"completed"},
				Placed: []string{calls.Alice},
			},
		},
	}
	for i := range planned {
		phone := calls.PressesOne(ring, 10*talk)
		call := &planned[i].Call
		call.Mode, call.QueueResult = "deferred", "bridged"
		call.Caller = calls.TalksAndHangsUp(talk)
		call.Staff = []account.Worker{calls.AliceWith(phone), calls.BobWith(phone)}
	}
	return planned
}

// front returns the handler for one call: Twilio's REST, and the CRM below /crm.
func (f fault) front(rest, crm http.Handler, last *lastAction) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", rest)
	switch f {
	case killedInCRMStep:
		last.handler, crm = crm, last
	case killedWhilePlacing:
		last.handler = rest
		mux.Handle("POST /2010-04-01/Accounts/"+account.SID+"/Calls.json", last)
	}
	mux.Handle("/crm", crm)
	return mux
}

// lastAction never answers the first request, which takes effect: its sender is to be killed.
type lastAction struct {
	handler http.Handler
	once    sync.Once
	victim  atomic.Value // address of the sender; nil = none yet
}

// ServeHTTP implements http.Handler.
func (l *lastAction) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	first := false
	l.once.Do(func() { first = true })
	if !first {
		l.handler.ServeHTTP(w, r)
		return
	}
	l.handler.ServeHTTP(httptest.NewRecorder(), r)
	l.victim.Store(r.RemoteAddr)
	<-r.Context().Done()
}
