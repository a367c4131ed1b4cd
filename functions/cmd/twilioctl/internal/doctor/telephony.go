package doctor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/shell"
	"switchboard/shared/taskrouter"
)

// checkCallerID requires that the account owns or has verified the number that worker calls come
// from (https://www.twilio.com/docs/voice/api/call-resource, From): WorkerCallerId, or the number
// that the caller dialed.
func (e *evidence) checkCallerID() []Finding {
	number := e.parameter("WorkerCallerId")
	subject := "WorkerCallerId " + number
	switch {
	case number == "":
		return ok("WorkerCallerId", "empty: workers see the account's number that the caller dialed")
	case slices.ContainsFunc(e.account.Numbers, func(n account.Number) bool { return n.Number == number }):
		return ok(subject, "the account owns it")
	case !taskrouter.IsNumber(number):
		return finding(Error, subject, "not a phone number: no worker's phone rings (error 21212)",
			"sam deploy with WorkerCallerId as a number of the account, or empty")
	case e.callerIDs.err != nil:
		return unreadable(subject, e.callerIDs.err, "credentials that may read OutgoingCallerIds")
	case slices.Contains(e.callerIDs.value, number):
		return ok(subject, "verified")
	}
	return finding(Error, subject, "not owned or verified by the account: no worker's phone rings (error 21210)",
		"Console → Phone Numbers → Verified Caller IDs, or sam deploy with WorkerCallerId empty")
}

// checkGeoPermissions requires that the account may call each worker's country
// (https://www.twilio.com/docs/voice/api/dialingpermissions-country-resource).
func (e *evidence) checkGeoPermissions() []Finding {
	subject := "the countries of the workers' phone numbers"
	if e.countries.err != nil {
		return unreadable(subject, e.countries.err, "credentials that may read DialingPermissions")
	}
	var open []string
	closed := map[string][]string{} // workers by country
	for _, each := range e.account.Workers {
		contact, err := taskrouter.WorkerContact(each.Attributes)
		if err != nil || !contact.IsPhone() {
			continue
		}
		name, allowed := e.country(string(contact))
		switch {
		case !allowed:
			closed[name] = append(closed[name], each.Name)
		case !slices.Contains(open, name):
			open = append(open, name)
		}
	}
	var findings []Finding
	for name, workers := range closed {
		findings = append(findings, Finding{
			Level: Error, Subject: name, Detail: "geo permission missing (error 21215); affects workers " + listed(workers),
			Remedy: "Console → Voice → Settings → Geo permissions: " + name,
		})
	}
	switch {
	case len(findings) > 0:
		slices.SortFunc(findings, func(a, b Finding) int { return strings.Compare(a.Subject, b.Subject) })
		return findings
	case len(open) == 0:
		return ok(subject, "no worker has a phone number")
	}
	return ok(subject, "permitted: "+listed(open))
}

// country finds the country by the longest code that the number begins with. Several countries can
// share a code, such as +1; open is true if one of them is open.
func (e *evidence) country(number string) (name string, open bool) {
	longest := 0
	for _, each := range e.countries.value {
		for _, code := range each.Codes {
			code = "+" + strings.TrimPrefix(code, "+")
			switch {
			case !strings.HasPrefix(number, code) || len(code) < longest:
			case len(code) > longest:
				longest, name, open = len(code), each.Name, each.Open
			case each.Open && !open:
				name, open = each.Name, true
			}
		}
	}
	if name == "" {
		return "unknown country", false
	}
	return name, open
}

func (e *evidence) checkQueueLimit() []Finding {
	wanted, err := strconv.Atoi(e.parameter("QueueMaxSize"))
	if err != nil {
		return finding(Skipped, "", "the stack has no parameter QueueMaxSize", "")
	}
	for _, each := range e.account.Queues {
		if each.Name != e.workflow.SID {
			continue
		}
		subject := fmt.Sprintf("voice queue %s, %d of %d", each.SID, each.Size, each.MaxSize)
		switch {
		case each.Size >= each.MaxSize:
			return finding(Error, subject, "full: the next caller goes directly to voicemail",
				"add workers, or sam deploy with a larger QueueMaxSize")
		case each.MaxSize != wanted:
			return finding(Warning, subject,
				fmt.Sprintf("QueueMaxSize is %d; the hold function sets it when the next caller waits", wanted),
				"sam remote invoke QueueLimitFunction --stack-name "+shell.Word(e.doctor.StackName)+" --event '{}'")
		case each.Size*5 >= each.MaxSize*4:
			return finding(Warning, subject, "nearly full", "add workers, or sam deploy with a larger QueueMaxSize")
		}
		return ok(subject, "equal to QueueMaxSize")
	}
	return ok("voice queue "+e.workflow.SID, "does not exist yet; Twilio creates it for the first call")
}
