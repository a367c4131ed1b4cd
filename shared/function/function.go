// Package function starts Lambda functions. Each has a New(env, clients) that reads its settings
// from environment variables and makes the clients that its caller does not give: Lambda gives
// none, and functions/internal/bundle gives those that stand in for AWS and Twilio.
package function

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"switchboard/shared/environment"
	"switchboard/shared/secrets"
)

// Clients are what every function may use. The functions add clients of their own, so that each
// links only what it calls.
type Clients struct {
	Parameters secrets.Parameters                         // nil = SSM
	REST       http.RoundTripper                          // to Twilio; nil = http.DefaultTransport
	Pause      func(context.Context, time.Duration) error // between requests to Twilio; nil = real time
	Now        func() time.Time
	Logger     *slog.Logger
}

// Lambda returns the environment variables and the clients of the function that runs in Lambda.
func Lambda() (*environment.Reader, Clients) {
	return &environment.Reader{Lookup: os.Getenv}, Clients{Now: time.Now, Logger: logger()}
}

// logger names the release in each line: during a gradual deployment two releases log side by side.
func logger() *slog.Logger { return lambdacontext.NewLogger().With("release", os.Getenv("RELEASE")) }

// Start serves invocations with handle. If err is not nil, it logs err and exits: Lambda then
// answers every invocation with an error.
func Start(handle any, err error) {
	if err != nil {
		logger().Error("invalid configuration", "error", err)
		os.Exit(1)
	}
	lambda.Start(handle)
}
