// Package doctor examines the Twilio and the AWS side of a deployment and changes nothing. It reads
// everything once; each check then looks only at what was read.
package doctor

import (
	"context"
	"net/http"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
)

// Level is the severity of a finding.
type Level string

// Levels.
const (
	OK      Level = "ok"
	Warning Level = "warning"
	Error   Level = "error"
	Skipped Level = "skipped" // the check could not be made
)

// Finding is a result of a check. Scripts read the JSON keys.
type Finding struct {
	Check   string `json:"check"` // the check's stable name
	Level   Level  `json:"level"`
	Subject string `json:"looked"` // what the check looked at
	Detail  string `json:"found"`
	Remedy  string `json:"remedy,omitempty"` // a command, or a place in the console
}

// Doctor examines a deployment.
type Doctor struct {
	Account   *account.Client
	Stack     *deployment.Stack // nil = none
	StackName string            // CloudFormation's
	NoStack   string            // why Stack is nil, for people
	AWS       *AWS              // nil = AWS is not asked
	NoAWS     string            // why AWS is nil, for people
	Prefix    string            // SSM path of the secrets
	Web       http.RoundTripper // for the stack's URLs; nil = http.DefaultTransport
	Now       func() time.Time
}

// Examine makes all checks and returns at least one finding for each.
func (d Doctor) Examine(ctx context.Context) []Finding {
	known := d.gather(ctx)
	var findings []Finding
	for _, each := range checks {
		for _, finding := range each.outcome(known) {
			findings = append(findings, Finding{
				Check:   each.name,
				Level:   finding.Level,
				Subject: account.WithoutPasswords(finding.Subject),
				Detail:  account.WithoutPasswords(finding.Detail),
				Remedy:  account.WithoutPasswords(finding.Remedy),
			})
		}
	}
	return findings
}

// check examines one thing. Its name is stable: scripts identify findings by it.
type check struct {
	name     string
	requires []need
	examine  func(*evidence) []Finding
}

// outcome examines, or skips the check if a requirement is missing. Another check reports why it is
// missing.
func (c check) outcome(known *evidence) []Finding {
	for _, each := range c.requires {
		if why := known.missing[each]; why != "" {
			return []Finding{{Level: Skipped, Detail: why}}
		}
	}
	return c.examine(known)
}

// checks lists the checks in their order: a cause comes before its consequences.
var checks = []check{
	{"credentials", nil, (*evidence).checkCredentials},
	{"ssm-parameters", []need{needAWS}, (*evidence).checkParameters},
	{"auth-token", []need{needTwilio, needTokens}, (*evidence).checkToken},
	{"unsigned-requests", []need{needURLs}, (*evidence).checkUnsigned},
	{"signed-request", []need{needURLs, needTokens}, (*evidence).checkSigned},
	{"clock-skew", nil, (*evidence).checkClocks},

	{"workspace", []need{needTwilio}, (*evidence).checkWorkspace},
	{"workflow", []need{needWorkspace}, (*evidence).checkWorkflow},
	{"voice-url", []need{needTwilio, needURLs}, (*evidence).checkVoiceURL},
	{"voice-fallback-url", []need{needTwilio, needURLs}, (*evidence).checkVoiceFallback},
	{"assignment-url", []need{needWorkflow, needURLs}, (*evidence).checkAssignmentURL},
	{"fallback-assignment-url", []need{needWorkflow, needURLs}, (*evidence).checkFallbackURL},
	{"event-url", []need{needWorkspace, needURLs}, (*evidence).checkEventURL},
	{"events-filter", []need{needWorkspace}, (*evidence).checkEventsFilter},
	{"reservation-timeout", []need{needWorkflow, needParameters}, (*evidence).checkReservationTimeout},
	{"task-timeout", []need{needWorkflow, needParameters}, (*evidence).checkTaskTimeout},
	{"wrap-up", []need{needWorkspace, needParameters}, (*evidence).checkWrapUp},

	{"available-activity", []need{needWorkspace}, (*evidence).checkAvailable},
	{"timeout-activity", []need{needWorkspace}, (*evidence).checkTimeoutActivity},
	{"post-work-activity", []need{needWorkspace, needParameters}, (*evidence).checkPostWork},
	{"reject-activity", []need{needWorkspace, needParameters}, awayActivity("RejectActivitySid",
		"the worker who was just rejected can be reserved again immediately, up to 1,000 times a call")},
	{"fault-activity", []need{needWorkspace, needParameters}, awayActivity("FaultActivitySid",
		"the worker whose call just failed can be reserved again immediately, up to 1,000 times a call")},
	{"offline-activity", []need{needWorkspace, needParameters}, awayActivity("OfflineActivitySid",
		"a worker who signed off still gets calls")},

	{"workers", []need{needWorkspace}, (*evidence).checkWorkers},
	{"worker-contact", []need{needWorkspace}, (*evidence).checkContacts},
	{"worker-number", []need{needWorkspace}, (*evidence).checkWorkerNumbers},
	{"worker-number-shared", []need{needWorkspace}, (*evidence).checkSharedNumbers},
	{"worker-capacity", []need{needWorkspace, needParameters}, (*evidence).checkCapacity},
	{"worker-held", []need{needWorkspace, needParameters}, (*evidence).checkHeld},
	{"worker-hyphen", []need{needWorkspace}, (*evidence).checkHyphens},
	{"worker-offline", []need{needWorkspace}, (*evidence).checkOffline},
	{"workflow-filters", []need{needWorkflow}, (*evidence).checkFilters},
	{"default-filter", []need{needWorkflow}, (*evidence).checkDefaultFilter},

	{"duty-url", []need{needTwilio, needURLs}, (*evidence).checkDutyURL},
	{"message-url", []need{needTwilio, needURLs}, (*evidence).checkMessageURL},
	{"notify-from", []need{needTwilio, needParameters}, (*evidence).checkNotifyFrom},
	{"missed-calls", []need{needParameters}, (*evidence).checkMissedCalls},
	{"caller-id", []need{needTwilio, needParameters}, (*evidence).checkCallerID},
	{"geo-permissions", []need{needWorkspace}, (*evidence).checkGeoPermissions},
	{"settings", []need{needAWS}, (*evidence).checkSettings},
	{"hold-music", []need{needAWS}, (*evidence).checkMusic},
	{"queue-limit", []need{needWorkflow, needParameters}, (*evidence).checkQueueLimit},
	{"debugger", []need{needTwilio}, (*evidence).checkDebugger},

	{"lambda-concurrency", []need{needAWS, needWorkspace}, (*evidence).checkExecutions},
	{"alarms", []need{needStack, needAWS}, (*evidence).checkAlarms},
	{"workers-table", []need{needStack, needAWS}, (*evidence).checkRecord},
	{"dead-letter-queue", []need{needStack, needAWS}, (*evidence).checkDeadLetters},
}

// finding returns a check's only finding.
func finding(level Level, subject, found, remedy string) []Finding {
	return []Finding{{Level: level, Subject: subject, Detail: found, Remedy: remedy}}
}

func ok(subject, found string) []Finding { return finding(OK, subject, found, "") }

// unreadable returns the finding for something that could not be read.
func unreadable(subject string, err error, remedy string) []Finding {
	return finding(Error, subject, err.Error(), remedy)
}
