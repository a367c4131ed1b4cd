package bridge

import (
	"switchboard/shared/crm"
	"switchboard/shared/taskrouter"
)

// callerOf returns the caller for the CRM. It leaves out Twilio's code for a withheld number, which
// the CRM could take for a customer's number.
func callerOf(call, from, to string) crm.Caller {
	caller := crm.Caller{CallSID: call, From: from, To: to}
	if taskrouter.Withheld(from) {
		caller.From, caller.Withheld = "", true
	}
	return caller
}
