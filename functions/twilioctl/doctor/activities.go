package doctor

import (
	"fmt"
	"strings"

	"switchboard/functions/twilioctl/account"
)

const activityPlace = "Console → TaskRouter → Activities"

func (e *evidence) activity(sid string) *account.Activity {
	for _, each := range e.account.Activities {
		if each.SID == sid {
			return &each
		}
	}
	return nil
}

func (e *evidence) checkAvailable() []Finding {
	var names []string
	for _, each := range e.account.Activities {
		if each.Available {
			names = append(names, each.Name)
		}
	}
	looked := "the workspace's activities"
	if len(names) == 0 {
		return one(Error, looked, "none is available: no worker can get a call", activityPlace+": one that is available")
	}
	return fine(looked, "available: "+strings.Join(names, ", "))
}

func (e *evidence) checkTimeoutActivity() []Finding {
	looked := "the workspace's timeout activity"
	switch a := e.activity(e.account.Workspace.TimeoutActivitySID); {
	case a == nil:
		return one(Error, looked, "there is none", workspacePlace+": Timeout activity, one that is not available")
	case a.Available:
		return one(Error, looked, a.Name+" is available: a worker who does not react is reserved again and again", workspacePlace+": Timeout activity, one that is not available")
	default:
		return fine(looked, a.Name+", not available")
	}
}

// activityOf examines an activity that a parameter of the stack names. It should not be available; otherwise says what comes of it.
func activityOf(parameter string, level Level, otherwise string) func(*evidence) []Finding {
	return func(e *evidence) []Finding {
		sid := e.parameter(parameter)
		looked := parameter + " " + sid
		remedy := fmt.Sprintf("sam deploy with %s as the SID of an activity that is not available (%s)", parameter, activityPlace)
		switch a := e.activity(sid); {
		case sid == "" && parameter == "FaultActivitySid":
			return fine(parameter, "not given: RejectActivitySid serves")
		case a == nil:
			return one(Error, looked, "the workspace has no such activity", remedy)
		case a.Available:
			return one(level, looked, a.Name+" is available: "+otherwise, remedy)
		default:
			return fine(looked, a.Name+", not available")
		}
	}
}
