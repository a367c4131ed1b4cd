package texts

import (
	"log/slog"

	"switchboard/shared/environment"
	"switchboard/shared/roster"
)

// ReadNotifier returns the notifier that sends from the number and to the address that the
// environment names.
func ReadNotifier(env *environment.Reader, twilio Twilio, workers roster.Roster, logger *slog.Logger) Notifier {
	return Notifier{
		Twilio:  twilio,
		Roster:  workers,
		From:    env.Text("NOTIFY_FROM"),
		BaseURL: env.BaseURL("PUBLIC_BASE_URL"),
		Logger:  logger,
	}
}
