package account

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"switchboard/functions/internal/bundle"
	"switchboard/shared/settings"
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
		"SECRETS_PREFIX":              SecretsPrefix,
		"BRIDGE_MODE":                 mode,
		"WORKER_GATE":                 "press-1",
		"WORKER_RING_SECONDS":         "15",
		"RESERVATION_TIMEOUT_SECONDS": Seconds(ReservationTimeout),
		"WRAP_UP_SECONDS":             Seconds(WrapUp),
		"QUEUE_MAX_SIZE":              "100",
		"CRM_URL":                     "https://crm.example/calls",
		"CRM_FAILURE":                 "reject",
		"END_STUCK_TASKS":             "no",
		"PUBLIC_BASE_URL":             BaseURL,
	}
}

// Seconds formats a duration for an environment variable.
func Seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

// Callers returns what the example's desk decides about its callers.
func Callers() settings.Settings {
	billing := json.RawMessage(`{"skill":"billing"}`)
	return settings.Settings{
		Numbers: map[string]settings.Number{
			OurNumber:             {Attributes: billing},
			MenuNumber:            {Attributes: billing, Menu: "languages"},
			ShutNumber:            {Attributes: billing, Hours: "rarely"},
			settings.OtherNumbers: {Attributes: json.RawMessage(`{"skill":"general"}`)},
		},
		Zone:  "UTC",
		Hours: map[string]settings.Hours{"rarely": {Week: map[string]string{"sun": "03:00-03:01"}}},
		Menus: map[string]settings.Menu{"languages": {Choices: []settings.Choice{
			{Key: "1", Say: map[string]string{"en": "For English, press 1."}, Language: "en"},
			{Key: "2", Say: map[string]string{"es": "Para español, oprima el dos."}, Language: "es"},
		}}},
	}
}

// Music is what waiting callers hear if the desk has no music of its own.
const Music = "https://demo.twilio.com/docs/classic.mp3"

// Secrets returns the parameters in SSM: secrets, and the settings of Callers. The secrets differ
// by seed, so that a search for one in a log or an answer finds it.
func Secrets(seed uint64) bundle.Parameters {
	p := bundle.Parameters{
		AuthToken: fmt.Sprintf("%032x", 0x9e3779b97f4a7c15*(seed+1)),
		CRMSecret: "whsec_c2lnbnMgd2hhdCB0aGUgQ1JNIGlzIHRvbGQ=",
	}
	if err := p.Write(SecretsPrefix, Callers()); err != nil {
		panic(err) // the example's settings are constant
	}
	return p
}

// Names of the secrets in SSM.
const (
	SecretsPrefix = "/switchboard"
	AuthToken     = SecretsPrefix + "/auth-token"
	CRMSecret     = SecretsPrefix + "/crm-secret"
)
