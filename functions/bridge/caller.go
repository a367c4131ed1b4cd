package bridge

import (
	"switchboard/shared/crm"
	"switchboard/shared/taskrouter"
)

// callerOf is what the CRM gets of the caller: never a code for a withheld number, which it would
// take for a customer's.
func callerOf(call, from, to string) crm.Caller {
	caller := crm.Caller{CallSID: call, From: from, To: to}
	if taskrouter.Withheld(from) {
		caller.From, caller.Withheld = "", true
	}
	return caller
}
