package doctor

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/shared/settings"
)

const (
	workflowPlace  = "Console → TaskRouter → Workflows → your workflow"
	workspacePlace = "Console → TaskRouter → Workspace → Settings"
	numberPlace    = "Console → Phone Numbers → %s → Voice"
)

func (e *evidence) checkWorkspace() []Finding {
	sid := e.parameter("WorkspaceSid")
	w := e.account.Workspace
	switch {
	case w == nil && sid != "":
		return finding(Error, "WorkspaceSid "+sid, "account "+e.doctor.Account.AccountSID+" has no such workspace",
			"sam deploy with the right WorkspaceSid, or twilioctl apply")
	case w == nil:
		return finding(Skipped, "", e.missing[needWorkspace], "")
	}
	return ok(w.SID, fmt.Sprintf("%s, with %s and %s", w.Name, counted(len(e.account.Workers), "worker"),
		counted(len(e.account.TaskQueues), "task queue")))
}

func (e *evidence) checkWorkflow() []Finding {
	sid := e.parameter("WorkflowSid")
	switch {
	case e.workflow == nil && sid != "":
		return finding(Error, "WorkflowSid "+sid, "not in the workspace: every call fails with error 14220",
			"sam deploy with the right WorkflowSid, or twilioctl apply")
	case e.workflow == nil:
		return finding(Skipped, "", e.missing[needWorkflow], "")
	}
	findings := ok(e.workflow.SID, e.workflow.Name)
	previous := e.parameter("PreviousWorkflowSid")
	if previous != "" && !slices.ContainsFunc(e.account.Workflows, func(w account.Workflow) bool { return w.SID == previous }) {
		findings = append(findings, finding(Warning, "PreviousWorkflowSid "+previous, "not in the workspace",
			"sam deploy with an empty PreviousWorkflowSid")...)
	}
	return findings
}

// ours returns the numbers that the settings name.
func (e *evidence) ours() []string {
	numbers := slices.Sorted(maps.Keys(e.settings.value.Numbers))
	return slices.DeleteFunc(numbers, func(n string) bool { return n == settings.OtherNumbers })
}

// leads reports whether a number is for callers: the settings name it, or its voice URL is one of
// the stack's, except the workers'.
func (e *evidence) leads(n account.Number) bool {
	duty := e.urls.DutyURL != "" && deployment.WithoutFragment(n.VoiceURL) == e.urls.DutyURL
	return slices.Contains(e.ours(), n.Number) || strings.HasPrefix(n.VoiceURL, e.base()+"/") && !duty
}

func (e *evidence) checkVoiceURL() []Finding {
	var findings []Finding
	for _, each := range e.account.Numbers {
		if e.leads(each) {
			findings = append(findings, e.voiceURL(each))
		}
	}
	if len(findings) == 0 {
		return finding(Error, counted(len(e.account.Numbers), "phone number"),
			"none leads to "+e.urls.VoiceURL+": no caller reaches the queue", fmt.Sprintf(numberPlace, "your number")+": A call comes in, Webhook, HTTP POST "+e.urls.VoiceURL)
	}
	return findings
}

func (e *evidence) voiceURL(n account.Number) Finding {
	place := fmt.Sprintf(numberPlace, n.Number)
	finding := Finding{Level: Error, Subject: n.Number,
		Remedy: place + ": A call comes in, Webhook, HTTP POST " + e.urls.VoiceURL}
	switch {
	case n.TrunkSID != "":
		finding.Detail = "calls go to SIP trunk " + n.TrunkSID + "; the voice URL is not used"
	case n.ApplicationSID != "":
		finding.Detail = "calls go to TwiML app " + n.ApplicationSID + "; the voice URL is not used"
	case deployment.WithoutFragment(n.VoiceURL) != e.urls.VoiceURL:
		finding.Detail = fmt.Sprintf("the voice URL is %q, the stack's is %s", n.VoiceURL, e.urls.VoiceURL)
	case n.VoiceMethod != http.MethodPost:
		finding.Detail = "Twilio calls the voice URL with " + n.VoiceMethod + "; the stack only answers POST"
	default:
		return Finding{Level: OK, Subject: n.Number, Detail: "POST " + n.VoiceURL}
	}
	return finding
}

func (e *evidence) checkVoiceFallback() []Finding {
	var findings []Finding
	for _, each := range e.account.Numbers {
		if !e.leads(each) {
			continue
		}
		finding := Finding{Level: Warning, Subject: each.Number,
			Remedy: fmt.Sprintf(numberPlace,
				each.Number) + ": Primary handler fails, such as a TwiML Bin that asks callers to call again"}
		switch {
		case each.FallbackURL == "":
			finding.Detail = "no fallback: callers hear Twilio's application error if the stack fails"
		case deployment.WithoutFragment(each.FallbackURL) == deployment.WithoutFragment(each.VoiceURL):
			finding.Detail = "the fallback is the voice URL itself"
		default:
			finding = Finding{Level: OK, Subject: each.Number, Detail: each.FallbackURL}
		}
		findings = append(findings, finding)
	}
	if len(findings) == 0 {
		return finding(Skipped, "", "no number leads to the stack", "")
	}
	return findings
}

func (e *evidence) checkAssignmentURL() []Finding {
	return sameURL("assignment callback URL", e.workflow.AssignmentCallbackURL, e.urls.AssignmentCallbackURL,
		"Switchboard calls no worker", workflowPlace)
}

func (e *evidence) checkFallbackURL() []Finding {
	set := e.workflow.FallbackAssignmentCallbackURL
	if set != "" && deployment.WithoutFragment(set) == deployment.WithoutFragment(e.workflow.AssignmentCallbackURL) {
		return finding(Error, "fallback assignment callback URL",
			"the fallback is the assignment callback URL itself", workflowPlace+": Fallback assignment callback URL "+e.urls.FallbackAssignmentCallbackURL)
	}
	return sameURL("fallback assignment callback URL", set, e.urls.FallbackAssignmentCallbackURL,
		"one failed assignment callback cancels the reservation", workflowPlace)
}

func (e *evidence) checkEventURL() []Finding {
	return sameURL("event callback URL", e.account.Workspace.EventCallbackURL, e.urls.EventCallbackURL,
		"phones keep ringing after the caller left, and the ledger is incomplete", workspacePlace)
}

func sameURL(field, set, wanted, consequence, place string) []Finding {
	remedy := place + ": " + strings.ToUpper(field[:1]) + field[1:] + " " + wanted
	switch {
	case set == "":
		return finding(Error, field, "empty: "+consequence, remedy)
	case deployment.WithoutFragment(set) != wanted:
		return finding(Error, field, fmt.Sprintf("%s, but the stack's is %s: %s", set, wanted, consequence), remedy)
	}
	return ok(field, set)
}

func (e *evidence) checkEventsFilter() []Finding {
	filter := e.account.Workspace.EventsFilter
	if filter == "" {
		return ok("events filter", "empty: Twilio sends all events")
	}
	var sent, absent []string
	for each := range strings.SplitSeq(filter, ",") {
		sent = append(sent, strings.TrimSpace(each))
	}
	for _, each := range deployment.Events {
		if !slices.Contains(sent, each) {
			absent = append(absent, each)
		}
	}
	if len(absent) > 0 {
		return finding(Error, "events filter", "these events are missing: "+strings.Join(absent, ", "),
			workspacePlace+": Event callbacks, tick all of task and reservation, and worker.activity.update, or twilioctl apply")
	}
	return ok("events filter", counted(len(sent), "type")+", including all that the functions use")
}
