package doctor

import (
	"fmt"
	"strings"

	"switchboard/functions/cmd/twilioctl/internal/account"
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

// checkAvailable requires an available activity, and that AvailableActivitySid is one.
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
		return finding(Error, "the workspace's activities", "none is available: no worker can get a call",
			activityPlace+": add one that is available")
	case e.missing[needParameters] != "":
		return ok("the workspace's activities", "available: "+strings.Join(names, ", "))
	case sid == "":
		return finding(Error, subject, "not set: workers stay unavailable after a missed call", remedy)
	case a == nil:
		return finding(Error, subject, "not in the workspace: no worker can sign on or becomes available again", remedy)
	case !a.Available:
		return finding(Error, subject, a.Name+" is not available: a worker who signs on gets no calls", remedy)
	default:
		return ok(subject, a.Name+", available")
	}
}

// checkTimeoutActivity requires that a timed-out reservation moves its worker to RejectActivitySid:
// the sweeper brings workers back only from there.
func (e *evidence) checkTimeoutActivity() []Finding {
	subject := "the workspace's timeout activity"
	remedy := workspacePlace + ": Timeout activity, one that is not available"
	reject := e.activity(e.parameter("RejectActivitySid"))
	if reject != nil && !reject.Available {
		remedy = workspacePlace + ": Timeout activity " + reject.Name + ", or twilioctl apply"
	}
	switch a := e.activity(e.account.Workspace.TimeoutActivitySID); {
	case a == nil:
		return finding(Error, subject, "not set", remedy)
	case a.Available:
		return finding(Error, subject,
			a.Name+" is available: TaskRouter reserves a worker who does not answer again and again", remedy)
	case reject != nil && !reject.Available && a.SID != reject.SID:
		return finding(Error, subject,
			a.Name+" is not RejectActivitySid: a worker whose reservation timed out stays there", remedy)
	default:
		return ok(subject, a.Name+", not available")
	}
}

// checkPostWork requires a post-work activity in a single-tasking workspace. In a multitasking one
// the wrapping task keeps the next call away.
func (e *evidence) checkPostWork() []Finding {
	sid := e.parameter("PostWorkActivitySid")
	subject := strings.TrimSpace("PostWorkActivitySid " + sid)
	remedy := "sam deploy with PostWorkActivitySid as the SID of an activity (" + activityPlace + ")"
	switch a := e.activity(sid); {
	case sid == "" && !e.account.Workspace.MultiTask:
		found := "empty, and the workspace is single-tasking: there is no wrap-up, and TaskRouter leaves the worker in the task queue's activity"
		return finding(Error, subject, found, remedy)
	case sid == "":
		return ok(subject, "empty: the activity stays, and the wrapping task keeps the next call away")
	case a == nil:
		return finding(Error, subject, "not in the workspace", remedy+", or empty in a multitasking workspace")
	case a.Available:
		return ok(subject, a.Name+", available")
	default:
		return ok(subject, a.Name+", not available until wrap-up ends")
	}
}

// awayActivity requires that a parameter names an activity that is not available. available says
// the consequence of one that is.
func awayActivity(parameter, available string) func(*evidence) []Finding {
	return func(e *evidence) []Finding {
		sid := e.parameter(parameter)
		subject := parameter + " " + sid
		remedy := fmt.Sprintf("sam deploy with %s as the SID of an activity that is not available (%s)", parameter,
			activityPlace)
		switch a := e.activity(sid); {
		case sid == "" && parameter != "RejectActivitySid":
			return ok(parameter, "empty: RejectActivitySid is used")
		case a == nil:
			return finding(Error, subject, "not in the workspace", remedy)
		case a.Available:
			return finding(Error, subject, a.Name+" is available: "+available, remedy)
		default:
			return ok(subject, a.Name+", not available")
		}
	}
}
