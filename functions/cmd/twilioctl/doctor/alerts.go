package doctor

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// alertAge is how far back the debugger is read.
const alertAge = 24 * time.Hour

// meaning is what an error code of Twilio's debugger says about Switchboard (docs/api/errors).
type meaning struct{ what, remedy string }

// explain knows the codes that this bundle can cause; false for another.
func explain(code int) (meaning, bool) {
	switch code {
	case 11200, 11205, 11206, 11210, 11215, 11220, 11235, 11237:
		return meaning{"Twilio got no usable answer from a webhook", "see unsigned-requests and signed-request; then the log: 403 is a wrong token or PublicBaseUrl, 503 no token, 5xx the function"}, true
	case 11750, 12100, 12101, 12102, 12200, 12300, 12400:
		return meaning{"Twilio could not execute a document", "does PublicBaseUrl lead to this stack, and nothing in between change answers?"}, true
	case 13214, 21210, 21212:
		return meaning{"the caller id is not the account's", "see caller-id"}, true
	case 13223, 13224, 13225, 21211, 21214, 21217:
		return meaning{"a worker's number cannot be called", "see worker-number: " + workerPlace}, true
	case 13227, 21215:
		return meaning{"a worker's country is not permitted", "see geo-permissions"}, true
	case 13201, 13247, 14201, 14210, 14211, 14212, 14213, 14219:
		return meaning{"a worker could not be connected to the queue", "sam logs, by the call's SID"}, true
	case 14205, 14206:
		return meaning{"a call was enqueued under a bad name", "sam logs, by the call's SID"}, true
	case 14207:
		return meaning{"the queue was full", "see queue-limit; more workers, or sam deploy with a larger QueueMaxSize"}, true
	case 14214, 14215, 14217:
		return meaning{"a worker answered a reservation that was over: the caller had gone, or it timed out. Now and then that is nobody's fault", "when it is often: see reservation-timeout; does anything else accept reservations?"}, true
	case 14216, 14218:
		return meaning{"the worker's activity after the call could not be set", "see post-work-activity"}, true
	case 14220:
		return meaning{"there is no workflow of that SID", "see workflow"}, true
	case 14221:
		return meaning{"a task's attributes were no JSON object", "sam deploy with NumberAttributes that are objects"}, true
	case 14222:
		return meaning{"no filter took a call, and there is no default filter", "see default-filter and workflow-filters"}, true
	case 14240:
		return meaning{"the workspace has as many workers as it may", "Twilio's support, or delete workers"}, true
	case 15003:
		return meaning{"a status callback was answered with 4xx or 5xx", "sam logs, by the call's SID"}, true
	case 20003:
		return meaning{"REST credentials were refused", "see credentials and auth-token"}, true
	case 20429:
		return meaning{"REST requests were throttled", "fewer programs on this account, or Twilio's support"}, true
	case 40000, 40001, 40002, 40003, 40004, 40005:
		return meaning{"an assignment callback was not answered with 200, application/json and an instruction or nothing", "see assignment-url: does something else answer there?"}, true
	case 40152, 40155:
		return meaning{"a task names a worker who is not in the workspace or the queue", workflowPlace + ": known_worker_sid or known_worker_friendly_name"}, true
	case 55555:
		return meaning{"an assignment callback was answered with an unknown instruction", "see assignment-url: does something else answer there?"}, true
	}
	if code >= 40100 && code < 40160 {
		return meaning{"an instruction could not be carried out", "see reject-activity, post-work-activity, worker-contact and caller-id"}, true
	}
	return meaning{}, false
}

func (e *evidence) checkDebugger() []Finding {
	looked := "Twilio's debugger, the last 24 hours"
	if e.alerts.err != nil {
		return unread(looked, e.alerts.err, "credentials that may read Monitor")
	}
	byCode := map[int][]alert{}
	for _, each := range e.alerts.value {
		if e.concerns(each) {
			byCode[each.Code] = append(byCode[each.Code], each)
		}
	}
	if len(byCode) == 0 {
		return fine(looked, "nothing that concerns the stack")
	}
	var findings []Finding
	for code, alerts := range byCode {
		last := slices.MaxFunc(alerts, func(a, b alert) int { return a.At.Compare(b.At) })
		known, _ := explain(code)
		findings = append(findings, Finding{
			Level: Warning, Looked: fmt.Sprintf("error %d", code),
			Found:  fmt.Sprintf("%s, last at %s%s: %s (https://www.twilio.com/docs/api/errors/%d)", counted(len(alerts), "time"), last.At.UTC().Format("2006-01-02 15:04:05 UTC"), subject(last), known.what, code),
			Remedy: known.remedy,
		})
	}
	slices.SortFunc(findings, func(a, b Finding) int { return strings.Compare(a.Looked, b.Looked) })
	return findings
}

// concerns leaves out what other applications of the account cause: a request to somebody else's address, and codes that we cannot cause.
func (e *evidence) concerns(a alert) bool {
	_, known := explain(a.Code)
	elsewhere := e.missing[needURLs] == "" && strings.HasPrefix(a.URL, "http") && !strings.Contains(a.URL, ".twilio.com/") && !strings.HasPrefix(a.URL, e.base()+"/")
	return known && !elsewhere
}

func subject(a alert) string {
	if a.Resource == "" {
		return ""
	}
	return " for " + a.Resource
}
