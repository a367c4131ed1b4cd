// Package twilio makes the few REST calls that Switchboard makes, over twilio-go. It reads, rejects reservations, places
// and ends calls to workers, redirects a caller whose task has died, completes a task that is wrapping, cancels one whose
// call is over, moves workers, sends texts, and sets a queue's MaxSize. It has no way to accept a reservation, to change a
// task's attributes, or to touch a queue's members: TwiML manages those (docs/taskrouter/twiml-queue-calls).
package twilio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"
	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	"switchboard/shared/cause"
	"switchboard/shared/secrets"
)

const (
	requestTimeout = 8 * time.Second
	tries          = 3
	firstPause     = 200 * time.Millisecond // doubled for each further try
)

// Secrets gives the credentials: an API key where there is one, otherwise the account's auth token. Renew asks for them anew
// where it may, for they may just have been replaced.
type Secrets interface {
	Get(context.Context) (secrets.Set, error)
	Renew(context.Context) (secrets.Set, error)
}

// Client makes REST calls for one account and one workspace.
type Client struct {
	AccountSID   string
	WorkspaceSID string
	BaseURL      string // "" = Twilio's own hosts; see Transport
	Secrets      Secrets
	Transport    http.RoundTripper // nil = http.DefaultTransport

	// Pause waits between tries and returns early with ctx's error. It is a field because a test's time is not the
	// clock's.
	Pause func(ctx context.Context, d time.Duration) error
}

// NewClient returns a client for Twilio itself, or for whatever answers at baseURL when that is not "".
func NewClient(account, workspace, baseURL string, keys Secrets) *Client {
	return &Client{AccountSID: account, WorkspaceSID: workspace, BaseURL: baseURL, Secrets: keys, Pause: Wait}
}

// Wait is the Pause for real time.
func Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// services are twilio-go's, bound to one context: twilio-go itself takes none.
type services struct {
	voice      *api.ApiService
	taskrouter *taskrouter.ApiService
}

// request does one thing over REST. Failures that leave Twilio unchanged for certain are tried again where retry says so.
func (c *Client) request(ctx context.Context, what string, retry func(*Error) bool, do func(services) error) error {
	set, err := c.Secrets.Get(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	pause := firstPause
	for try := 1; ; try++ {
		failure := c.attempt(ctx, what, set, do)
		if failure == nil {
			return nil
		}
		if renewed, err := c.renewed(ctx, failure); err == nil && renewed != set {
			// Whatever was asked for was not done: it may be asked once more, by the credentials that are there now.
			set = renewed
			continue
		}
		if try == tries || !retry(failure) || c.Pause(ctx, pause) != nil {
			return failure
		}
		pause *= 2
	}
}

// renewed returns the secrets anew when Twilio did not know the ones that were used.
func (c *Client) renewed(ctx context.Context, failure *Error) (secrets.Set, error) {
	if failure.Status != http.StatusUnauthorized {
		return secrets.Set{}, failure
	}
	return c.Secrets.Renew(ctx)
}

func (c *Client) attempt(ctx context.Context, what string, set secrets.Set, do func(services) error) *Error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	wire := &Transport{Context: ctx, BaseURL: c.BaseURL, Next: c.Transport}
	rest := &client.Client{
		Credentials: credentials(c.AccountSID, set),
		HTTPClient:  &http.Client{Transport: wire, CheckRedirect: noRedirect},
	}
	rest.SetAccountSid(c.AccountSID)
	err := do(services{api.NewApiServiceWithClient(rest), taskrouter.NewApiServiceWithClient(rest)})
	if err == nil {
		return nil
	}
	failure := &Error{What: what, Status: wire.Status, Sent: wire.sent, Err: err}
	var refused *client.TwilioRestError
	if errors.As(err, &refused) {
		failure.Code = refused.Code
	}
	return failure
}

func credentials(account string, set secrets.Set) *client.Credentials {
	if !set.APIKeySID.Empty() && !set.APIKeySecret.Empty() {
		return client.NewCredentials(set.APIKeySID.Reveal(), set.APIKeySecret.Reveal())
	}
	return client.NewCredentials(account, set.AuthToken.Reveal())
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Error is a REST call that failed.
type Error struct {
	What   string // what was tried
	Status int    // HTTP status as received, 0 when no answer came
	Sent   bool   // Twilio may have got the request; without an answer nobody knows whether it did what it asks for
	Code   int    // Twilio's own error code, 0 when there is none
	Err    error
}

// Error leaves out the words of Twilio, net/http and twilio-go: they can hold a whole phone number
// or a body, and errors are logged. It has the status, and Twilio's code or the kind of failure.
func (e *Error) Error() string {
	if e.Code != 0 {
		return fmt.Sprintf("%s: Twilio answered %d, error %d (https://www.twilio.com/docs/api/errors/%d)", e.What, e.Status, e.Code, e.Code)
	}
	return fmt.Sprintf("%s (HTTP status %d): %s", e.What, e.Status, cause.Of(e.Err))
}

func (e *Error) Unwrap() error { return e.Err }

// refused reports that Twilio understood and said no: asking again will not help.
func (e *Error) refused() bool {
	return e.Status >= 400 && e.Status < 500 && e.Status != http.StatusTooManyRequests && e.Status != http.StatusUnauthorized && e.Status != http.StatusForbidden
}

// refused is Error.refused for any error.
func refused(err error) bool {
	var failure *Error
	return errors.As(err, &failure) && failure.refused()
}

func notFound(err error) bool { return hasStatus(err, http.StatusNotFound) }

// hasStatus reports whether Twilio answered with one of the HTTP statuses.
func hasStatus(err error, statuses ...int) bool {
	var failure *Error
	return errors.As(err, &failure) && slices.Contains(statuses, failure.Status)
}

// unprocessed retries what Twilio throttled (docs/api/errors/20429), or never got.
func unprocessed(e *Error) bool { return e.Status == http.StatusTooManyRequests || !e.Sent }

// transient retries whatever may pass; for requests that may be made twice.
func transient(e *Error) bool {
	return e.Status == 0 || e.Status == http.StatusTooManyRequests || e.Status >= 500
}
