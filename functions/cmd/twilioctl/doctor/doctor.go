// Package doctor examines the Twilio and the AWS side of a deployment without changing anything. It reads everything once and then holds
// check after check against it.
package doctor

import (
	"context"
	"net/http"
	"time"

	"switchboard/functions/cmd/twilioctl/account"
	"switchboard/functions/cmd/twilioctl/deployment"
)

// Level is how bad a finding is.
type Level string

// Levels.
const (
	OK      Level = "ok"
	Warning Level = "warning"
	Error   Level = "error"
	Skipped Level = "skipped" // what the check needs is not known
)

// Finding is an outcome of a check.
type Finding struct {
	Check  string `json:"check"` // a name that stays
	Level  Level  `json:"level"`
	Looked string `json:"looked"` // what was looked at
	Found  string `json:"found"`
	Remedy string `json:"remedy,omitempty"` // a command, or a place in the console
}

// Doctor examines a deployment.
type Doctor struct {
	Account   *account.Client
	Stack     *deployment.Stack // nil when there is none
	StackName string            // CloudFormation's
	NoStack   string            // why there is none, in words
	AWS       *AWS              // nil when AWS is not to be asked
	NoAWS     string            // why not, in words
	// Prefix is the SSM path of the secrets.
	Prefix string
	// Web reaches the stack's URLs; nil = http.DefaultTransport.
	Web http.RoundTripper
	Now func() time.Time
}

// Examine makes all checks, in an order in which what comes first explains what comes later.
func (d Doctor) Examine(ctx context.Context) []Finding {
	known := d.gather(ctx)
	var findings []Finding
	for _, each := range checks() {
		for _, finding := range each.outcome(known) {
			findings = append(findings, Finding{
				Check: each.name, Level: finding.Level, Looked: account.WithoutPasswords(finding.Looked), Found: account.WithoutPasswords(finding.Found),
				Remedy: account.WithoutPasswords(finding.Remedy),
			})
		}
	}
	return findings
}

// check looks at one thing. Its name is stable: scripts tell findings apart by it.
type check struct {
	name    string
	needs   []need
	examine func(*evidence) []Finding
}

// outcome examines, unless something is missing that the check needs. Whatever made that missing is a finding of another check.
func (c check) outcome(known *evidence) []Finding {
	for _, each := range c.needs {
		if why := known.missing[each]; why != "" {
			return []Finding{{Level: Skipped, Found: why}}
		}
	}
	return c.examine(known)
}

func checks() []check {
	return []check{
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
		{"hold-music", []need{needParameters}, (*evidence).checkMusic},
		{"queue-limit", []need{needWorkflow, needParameters}, (*evidence).checkQueueLimit},
		{"debugger", []need{needTwilio}, (*evidence).checkDebugger},

		{"alarms", []need{needStack, needAWS}, (*evidence).checkAlarms},
		{"workers-table", []need{needStack, needAWS}, (*evidence).checkRecord},
		{"dead-letter-queue", []need{needStack, needAWS}, (*evidence).checkDeadLetters},
	}
}

// one makes a check's only finding.
func one(level Level, looked, found, remedy string) []Finding {
	return []Finding{{Level: level, Looked: looked, Found: found, Remedy: remedy}}
}

func fine(looked, found string) []Finding { return one(OK, looked, found, "") }

// unread is what there is to say where reading failed.
func unread(looked string, err error, remedy string) []Finding {
	return one(Error, looked, err.Error(), remedy)
}
