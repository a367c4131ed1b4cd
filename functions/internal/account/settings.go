package account

import (
	"fmt"
	"strconv"
	"time"

	"switchboard/functions/internal/bundle"
)

// WrapUp is the example's WrapUpSeconds.
const WrapUp = 30 * time.Second

// Settings returns the example's environment variables. mode is BridgeMode: deferred or dequeue.
func Settings(mode string) bundle.Environment {
	return bundle.Environment{
		"TWILIO_ACCOUNT_SID":          SID,
		"WORKSPACE_SID":               WorkspaceSID,
		"WORKFLOW_SID":                WorkflowSID,
		"AVAILABLE_ACTIVITY_SID":      AvailableSID,
		"POST_WORK_ACTIVITY_SID":      WrappingUpSID,
		"REJECT_ACTIVITY_SID":         UnavailableSID,
		"OFFLINE_ACTIVITY_SID":        OfflineSID,
		"MISSED_CALL_PAUSE_SECONDS":   "60",
		"MISSED_CALL_LIMIT":           "3",
		"SECRETS_PREFIX":              "/switchboard",
		"BRIDGE_MODE":                 mode,
		"WORKER_GATE":                 "press-1",
		"WORKER_RING_SECONDS":         "15",
		"RESERVATION_TIMEOUT_SECONDS": Seconds(ReservationTimeout),
		"WRAP_UP_SECONDS":             Seconds(WrapUp),
		"NUMBER_ATTRIBUTES":           `{"` + OurNumber + `":{"skill":"billing"},"*":{"skill":"general"}}`,
		"QUEUE_MAX_SIZE":              "100",
		"HOLD_MUSIC_URL":              "https://demo.twilio.com/docs/classic.mp3",
		"CRM_URL":                     "https://crm.example/calls",
		"CRM_FAILURE":                 "reject",
		"END_STUCK_TASKS":             "no",
		"PUBLIC_BASE_URL":             BaseURL,
	}
}

// Seconds formats a duration for an environment variable.
func Seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

// Secrets returns the parameters in SSM. They differ by seed, so that a search for a secret in a
// log or an answer finds it.
func Secrets(seed uint64) bundle.Parameters {
	return bundle.Parameters{
		AuthToken: fmt.Sprintf("%032x", 0x9e3779b97f4a7c15*(seed+1)),
		CRMSecret: "whsec_c2lnbnMgd2hhdCB0aGUgQ1JNIGlzIHRvbGQ=",
	}
}

// Names of the secrets in SSM.
const (
	AuthToken = "/switchboard/auth-token"
	CRMSecret = "/switchboard/crm-secret"
)
