package twilio

import (
	"context"
	"net/http"
	"time"

	"switchboard/shared/environment"
	own "switchboard/shared/taskrouter"
)

// Read returns the client for the account, the workspace and the workflows that the environment
// names. A nil transport is http.DefaultTransport, a nil pause is Wait.
func Read(
	env *environment.Reader, secrets Secrets, transport http.RoundTripper, pause func(context.Context, time.Duration) error,
) *Client {
	client := NewClient(env.Required("TWILIO_ACCOUNT_SID"), env.Required("WORKSPACE_SID"), env.BaseURL("TWILIO_API_URL"), secrets)
	client.Workflows = own.Workflows{Current: env.Required("WORKFLOW_SID"), Previous: env.Text("PREVIOUS_WORKFLOW_SID")}
	client.Transport = transport
	if pause != nil {
		client.Pause = pause
	}
	return client
}
