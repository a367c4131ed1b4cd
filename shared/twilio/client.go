// Package twilio makes Switchboard's REST calls, over twilio-go. It reads, rejects reservations,
// places and ends worker calls, redirects callers whose task has ended, completes and cancels
// tasks, moves workers, sends texts, and sets a queue's MaxSize. It creates tasks without a call,
// and accepts their reservations. It does not accept a reservation of a call, change a task's
// attributes or change a queue's members: TwiML manages those
// (https://www.twilio.com/docs/taskrouter/twiml-queue-calls).
package twilio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"
	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	"switchboard/shared/secrets"
	own "switchboard/shared/taskrouter"
)

// Secrets returns the credentials: the API key, or the account's auth token if there is none. Renew
// reads them again, since an operator may have replaced them.
type Secrets interface {
	Get(context.Context) (secrets.Set, error)
	Renew(context.Context) (secrets.Set, error)
}

// Client makes REST calls for one account and one workspace.
type Client struct {
	AccountSID   string
	WorkspaceSID string
	Workflows    own.Workflows // the zero value = their tasks and queues cannot be read
	BaseURL      string        // "" = Twilio's own hosts; see Transport
	Secrets      Secrets
	Transport    http.RoundTripper // nil = http.DefaultTransport
	Policy       Policy

	// Pause waits between tries and returns early with ctx's error. It is a field so that tests
	// need not wait.
	Pause func(ctx context.Context, d time.Duration) error
	// Retrying is called before each pause; nil = not called.
	Retrying func(failure *Error, pause time.Duration)
}

// NewClient returns a client with the functions' policy. baseURL "" means Twilio's own hosts.
func NewClient(account, workspace, baseURL string, keys Secrets) *Client {
	return &Client{
		AccountSID:   account,
		WorkspaceSID: workspace,
		BaseURL:      baseURL,
		Secrets:      keys,
		Policy:       FunctionPolicy,
		Pause:        Wait,
	}
}

// services are twilio-go's, bound to one context: twilio-go itself takes none.
type services struct {
	voice      *api.ApiService
	taskrouter *taskrouter.ApiService
}

// request is Do over twilio-go's two services that the functions use.
func (c *Client) request(ctx context.Context, what string, retry func(*Error) bool, do func(services) error) error {
	return c.Do(ctx, what, retry, func(rest client.BaseClient) error {
		return do(services{api.NewApiServiceWithClient(rest), taskrouter.NewApiServiceWithClient(rest)})
	})
}

// Do makes one operation over REST, such as all pages of a list. what names it for errors: "list
// workers". It repeats a failed operation as the policy says, if retry reports that a repetition is
// safe and may help. err is an *Error, or that of the Secrets.
func (c *Client) Do(ctx context.Context, what string, retry func(*Error) bool, do func(client.BaseClient) error) error {
	set, err := c.Secrets.Get(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	pauses := backoff{policy: c.Policy}
	for try := 1; ; try++ {
		failure := c.attempt(ctx, what, set, do)
		if failure == nil {
			return nil
		}
		if renewed, err := c.renewed(ctx, failure); err == nil && renewed != set {
			set = renewed // Twilio did nothing: the request is safe to repeat
			continue
		}
		if try >= c.Policy.Tries || !retry(failure) {
			return failure
		}
		pause := pauses.next(failure)
		if c.Retrying != nil {
			c.Retrying(failure, pause)
		}
		if c.Pause(ctx, pause) != nil {
			return failure
		}
	}
}

// renewed returns the secrets as they are now, if Twilio did not know the ones that were used.
func (c *Client) renewed(ctx context.Context, failure *Error) (secrets.Set, error) {
	if failure.Status != http.StatusUnauthorized {
		return secrets.Set{}, failure
	}
	return c.Secrets.Renew(ctx)
}

func (c *Client) attempt(ctx context.Context, what string, set secrets.Set, do func(client.BaseClient) error) *Error {
	ctx, cancel := context.WithTimeout(ctx, c.Policy.Timeout)
	defer cancel()
	wire := &Transport{Context: ctx, BaseURL: c.BaseURL, Next: c.Transport}
	rest := &client.Client{
		Credentials: credentials(c.AccountSID, set),
		HTTPClient:  &http.Client{Transport: wire, CheckRedirect: noRedirect},
	}
	rest.SetAccountSid(c.AccountSID)
	err := do(rest)
	if err == nil {
		return nil
	}
	failure := &Error{What: what, Status: wire.Status, Sent: wire.sent, RetryAfter: wire.retryAfter, Err: err}
	var refused *client.TwilioRestError
	if errors.As(err, &refused) {
		failure.Code, failure.Message = refused.Code, refused.Message
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
