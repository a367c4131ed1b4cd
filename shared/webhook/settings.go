package webhook

import (
	"log/slog"

	"switchboard/shared/environment"
	"switchboard/shared/metric"
)

// ReadEdge returns the edge for the account and the address that the environment names.
func ReadEdge(env *environment.Reader, secrets Secrets, logger *slog.Logger) Edge {
	return Edge{
		Secrets:       secrets,
		AccountSID:    env.Required("TWILIO_ACCOUNT_SID"),
		PublicBaseURL: env.BaseURL("PUBLIC_BASE_URL"),
		Release:       env.Text("RELEASE"),
		Metrics:       metric.Read(env),
		Logger:        logger,
	}
}
