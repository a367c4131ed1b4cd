package doctor

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// alertAge is the maximum age of the alerts that the doctor reads.
const alertAge = 24 * time.Hour

// meaning says what an error code of Twilio's debugger tells about Switchboard
// (https://www.twilio.com/docs/api/errors).
type meaning struct {
	codes        []int
	what, remedy string
}

// meanings explains the codes that Switchboard can cause.
var meanings = []meaning{
	{[]int{11200, 11205, 11206, 11210, 11215, 11220, 11235, 11237},
		"Twilio got no usable answer from a webhook",
		"see unsigned-requests and signed-request; then the log: 403 is a wrong token or PublicBaseUrl, 503 no token, 5xx the function"},
	{[]int{11750, 12100, 12101, 12102, 12200, 12300, 12400},
		"Twilio could not execute a document",
		"check that PublicBaseUrl leads to this stack, and that no proxy changes its answers"},
	{[]int{13214, 21210, 21212},
		"the caller ID does not belong to the account",
		"see caller-id"},
	{[]int{13223, 13224, 13225, 21211, 21214, 21217},
		"a worker's number cannot be called",
		"see worker-number: " + workerPlace},
	{[]int{13227, 21215},
		"a worker's country is not permitted",
		"see geo-permissions"},
	{[]int{13201, 13247, 14201, 14210, 14211, 14212, 14213, 14219},
		"a worker could not be connected to the queue",
		"sam logs, by the call's SID"},
	{[]int{14205, 14206},
		"a call was enqueued under an invalid name",
		"sam logs, by the call's SID"},
	{[]int{14207},
		"the queue was full",
		"see queue-limit; more workers, or sam deploy with a larger QueueMaxSize"},
	{[]int{14214, 14215, 14217},
		"a worker answered after the caller left or the reservation timed out; a few of these are normal",
		"if it is frequent: see reservation-timeout, and check whether another program accepts reservations"},
	{[]int{14216, 14218},
		"the worker's activity after the call could not be set",
		"see post-work-activity"},
	{[]int{14220},
		"the workflow does not exist",
		"see workflow"},
	{[]int{14221},
		"a task's attributes are not a JSON object",
		"see settings"},
	{[]int{14222},
		"no filter matched a call, and the workflow has no default filter",
		"see default-filter and workflow-filters"},
	{[]int{14240},
		"the workspace has its maximum number of workers",
		"delete workers, or ask Twilio's support for more"},
	{[]int{15003},
		"a status callback was answered with 4xx or 5xx",
		"sam logs, by the call's SID"},
	{[]int{20003},
		"Twilio rejected the REST credentials",
		"see credentials and auth-token"},
	{[]int{20429},
		"Twilio throttled REST requests",
		"run fewer programs on this account, or ask Twilio's support for a higher limit"},
	{[]int{40000, 40001, 40002, 40003, 40004, 40005},
		"an assignment callback got an answer other than 200, application/json, and an instruction or nothing",
		"see assignment-url: check that no other program answers there"},
	{[]int{40152, 40155},
		"a workflow routes a task to a worker who is not in the workspace or the queue",
		workflowPlace + ": known_worker_sid or known_worker_friendly_name"},
	{[]int{55555},
		"an assignment callback was answered with an unknown instruction",
		"see assignment-url: check that no other program answers there"},
}

// instructionFailed explains the codes from 40100 to 40159 that meanings does not have.
var instructionFailed = meaning{
	what:   "TaskRouter could not carry out an instruction",
	remedy: "see reject-activity, post-work-activity, worker-contact and caller-id",
}

// explain returns the meaning of a code. known is false if Switchboard cannot cause it.
func explain(code int) (found meaning, known bool) {
	for _, each := range meanings {
		if slices.Contains(each.codes, code) {
			return each, true
		}
	}
	return instructionFailed, code >= 40100 && code < 40160
}

func (e *evidence) checkDebugger() []Finding {
	subject := "Twilio's debugger, the last 24 hours"
	if e.alerts.err != nil {
		return unreadable(subject, e.alerts.err, "credentials that may read Monitor")
	}
	byCode := map[int][]alert{}
	for _, each := range e.alerts.value {
		if e.concerns(each) {
			byCode[each.Code] = append(byCode[each.Code], each)
		}
	}
	if len(byCode) == 0 {
		return ok(subject, "no alerts about this stack")
	}
	var findings []Finding
	for code, alerts := range byCode {
		last := slices.MaxFunc(alerts, func(a, b alert) int { return a.At.Compare(b.At) })
		known, _ := explain(code)
		findings = append(findings, Finding{
			Level:   Warning,
			Subject: fmt.Sprintf("error %d", code),
			Detail: fmt.Sprintf("%s, last at %s%s: %s (https://www.twilio.com/docs/api/errors/%d)",
				counted(len(alerts),
					"time"), last.At.UTC().Format("2006-01-02 15:04:05 UTC"), resource(last), known.what, code),
			Remedy: known.remedy,
		})
	}
	slices.SortFunc(findings, func(a, b Finding) int { return strings.Compare(a.Subject, b.Subject) })
	return findings
}

// concerns reports whether Switchboard may have caused an alert. Another application of the account
// causes alerts about its own URLs, and codes that Switchboard cannot cause.
func (e *evidence) concerns(a alert) bool {
	_, known := explain(a.Code)
	elsewhere := e.missing[needURLs] == "" && strings.HasPrefix(a.URL, "http") &&
		!strings.Contains(a.URL, ".twilio.com/") && !strings.HasPrefix(a.URL, e.base()+"/")
	return known && !elsewhere
}

// resource returns the resource that an alert is about, as a phrase.
func resource(a alert) string {
	if a.Resource == "" {
		return ""
	}
	return " for " + a.Resource
}
