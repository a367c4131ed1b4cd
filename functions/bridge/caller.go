package bridge

import (
	"switchboard/shared/crm"
	"switchboard/shared/taskrouter"
)

// callerOf is what the CRM gets of the caller: never a code for a withheld number, which it would take for a customer's.
func callerOf(call string, task taskrouter.TaskAttributes) crm.Caller {
	caller := crm.Caller{CallSID: call, From: task.From, To: task.To}
	if taskrouter.Withheld(task.From) {
		caller.From, caller.Withheld = "", true
	}
	return caller
}
