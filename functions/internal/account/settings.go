package account

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"switchboard/functions/enqueue"
	"switchboard/functions/internal/bundle"
)

// WrapUp is WrapUpSeconds.
const WrapUp = 30 * time.Second

// Settings are the example's parameters of the template; mode is BridgeMode, deferred or dequeue.
func Settings(mode string) stack.Settings {
	return stack.Settings{
		AccountSID:           SID,
		WorkspaceSID:         WorkspaceSID,
		WorkflowSID:          WorkflowSID,
		AvailableActivitySID: AvailableSID,
		PostWorkActivitySID:  WrappingUpSID,
		RejectActivitySID:    UnavailableSID,
		OfflineActivitySID:   OfflineSID,
		MissedCallPause:      time.Minute,
		MissedCallLimit:      3,
		SecretsPrefix:        "/switchboard",
		Deferred:             mode == "deferred",
		Gate:                 true,
		Ring:                 15 * time.Second,
		ReservationTimeout:   ReservationTimeout,
		WrapUp:               aws.Duration(WrapUp),
		NumberAttributes: enqueue.NumberAttributes{
			OurNumber: json.RawMessage(`{"skill":"billing"}`),
			"*":       json.RawMessage(`{"skill":"general"}`),
		},
		QueueMaxSize: 100,
		MusicURL:     "https://demo.twilio.com/docs/classic.mp3",
		CRMURL:       "https://crm.example/calls",
		BaseURL:      BaseURL,
	}
}

// Secrets are the parameters in SSM. They differ by seed, so that a secret in a log or an answer is
// found.
func Secrets(seed uint64) stack.Parameters {
	return stack.Parameters{
		AuthToken: fmt.Sprintf("%032x", 0x9e3779b97f4a7c15*(seed+1)),
		CRMSecret: "whsec_c2lnbnMgd2hhdCB0aGUgQ1JNIGlzIHRvbGQ=",
	}
}

// The names of the secrets.
const (
	AuthToken = "/switchboard/auth-token"
	CRMSecret = "/switchboard/crm-secret"
)
