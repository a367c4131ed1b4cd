package doctor

import (
	"fmt"
	"strings"

	"switchboard/functions/cmd/twilioctl/account"
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

// checkAvailable asks for an available activity, and whether AvailableActivitySid is one.
func (e *evidence) checkAvailable() []Finding {
	var names []string
	for _, each := range e.account.Activities {
		if each.Available {
			names = append(names, each.Name)
		}
	}
	sid := e.parameter("AvailableActivitySid")
	subject := strings.TrimSpace("AvailableActivitySid " + sid)
	const remedy = "sam deploy with AvailableActivitySid as the SID of an activity that is available (" + activityPlace + ")"
	switch a := e.activity(sid); {
	case len(names) == 0:
		return finding(Error, "the workspace's activities", "none is available: no worker can get a call", activityPlace+": one that is available")
	case e.missing[needParameters] != "":
		return ok("the workspace's activities", "available: "+strings.Join(names, ", "))
	case sid == "":
		return finding(Error, subject, "the stack has none, so no worker is brought back after a missed call", remedy)
	case a == nil:
		return finding(Error, subject, "the workspace has no such activity: no worker can sign on, and none is brought back", remedy)
	case !a.Available:
		return finding(Error, subject, a.Name+" is not available: a worker who signs on or is brought back gets no call", remedy)
	default:
		return ok(subject, a.Name+", available")
	}
}

// checkTimeoutActivity: a worker whose reservation timed out is brought back from RejectActivitySid
// alone.
func (e *evidence) checkTimeoutActivity() []Finding {
	subject := "the workspace's timeout activity"
	remedy := workspacePlace + ": Timeout activity, one that is not available"
	reject := e.activity(e.parameter("RejectActivitySid"))
	if reject != nil && !reject.Available {
		remedy = workspacePlace + ": Timeout activity " + reject.Name + ", or twilioctl apply"
	}
	switch a := e.activity(e.account.Workspace.TimeoutActivitySID); {
	case a == nil:
		return finding(Error, subject, "there is none", remedy)
	case a.Available:
		return finding(Error, subject, a.Name+" is available: a worker who does not react is reserved again and again", remedy)
	case reject != nil && !reject.Available && a.SID != reject.SID:
		return finding(Error, subject, a.Name+" is not RejectActivitySid: a worker whose reservation timed out is not brought back", remedy)
	default:
		return ok(subject, a.Name+", not available")
	}
}

// checkPostWork: in a multitasking workspace the task in wrapping keeps the next call away; in a
// single-tasking one only an activity does.
func (e *evidence) checkPostWork() []Finding {
	sid := e.parameter("PostWorkActivitySid")
	subject := strings.TrimSpace("PostWorkActivitySid " + sid)
	remedy := "sam deploy with PostWorkActivitySid as the SID of an activity (" + activityPlace + ")"
	switch a := e.activity(sid); {
	case sid == "" && !e.account.Workspace.MultiTask:
		found := "it is empty and the workspace is single-tasking: there is no wrap-up, and TaskRouter leaves the worker in the task queue's activity"
		return finding(Error, subject, found, remedy)
	case sid == "":
		return ok(subject, "empty: the activity stays, and the task in wrapping keeps the next call away")
	case a == nil:
		return finding(Error, subject, "the workspace has no such activity", remedy+", or empty in a multitasking workspace")
	case a.Available:
		return ok(subject, a.Name+", available")
	default:
		return ok(subject, a.Name+", not available: the worker is brought back after wrap-up")
	}
}

// awayActivity examines an activity for workers who are to get no call, which a parameter of the
// stack names. available says what comes of one that is available.
func awayActivity(parameter, available string) func(*evidence) []Finding {
	return func(e *evidence) []Finding {
		sid := e.parameter(parameter)
		subject := parameter + " " + sid
		remedy := fmt.Sprintf("sam deploy with %s as the SID of an activity that is not available (%s)", parameter, activityPlace)
		switch a := e.activity(sid); {
		case sid == "" && parameter != "RejectActivitySid":
			return ok(parameter, "empty: RejectActivitySid serves")
		case a == nil:
			return finding(Error, subject, "the workspace has no such activity", remedy)
		case a.Available:
			return finding(Error, subject, a.Name+" is available: "+available, remedy)
		default:
			return ok(subject, a.Name+", not available")
		}
	}
}
