package recordings

import (
	"net/http"

	"switchboard/shared/awsenv"
	"switchboard/shared/bucket"
	"switchboard/shared/environment"
	"switchboard/shared/function"
	"switchboard/shared/ledger"
	"switchboard/shared/recording"
	"switchboard/shared/requests"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
	"switchboard/shared/twilio"
)

// Clients are what the function uses; nil ones are those of the environment.
type Clients struct {
	function.Clients
	Table ledger.Store
	Queue recording.Sender
	AWS   http.RoundTripper // to S3 and SNS
}

// New returns the handler. err names every environment variable that cannot be used.
func New(env *environment.Reader, c Clients) (Handler, error) {
	store := secrets.Read(env, c.Parameters, c.Now, secrets.REST, secrets.Messages)
	rest, calls, files := twilio.Read(env, store, c.REST, c.Pause), ledger.Read(env, c.Table, c.Now), bucket.Read(env, c.AWS, c.Now)
	handler := Handler{
		Ledger:   calls,
		Twilio:   rest,
		Bucket:   files,
		Desk:     requests.Read(env, calls, rest, c.Now, c.Logger),
		Queue:    recording.ReadQueue(env, c.Queue),
		Settings: &settings.Store{Source: store, Logger: c.Logger},
		Console:  Console{AWS: files.AWS, Bucket: files.Name},
		Now:      c.Now,
		Logger:   c.Logger,
	}
	if arn := env.Text("MESSAGES_TOPIC_ARN"); arn != "" {
		handler.Topic = SNS{ARN: arn, AWS: awsenv.Environment(env.Lookup), Transport: c.AWS, Now: c.Now}
	}
	return handler, env.Err()
}
