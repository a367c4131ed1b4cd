// Package account reads and sets up the Twilio side of Switchboard over twilio-go: a TaskRouter
// workspace with its resources, the account's phone numbers, and the size of voice queues. Of tasks
// and reservations it only reads whether some are open.
package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/twilio/twilio-go/client"

	"switchboard/shared/secrets"
	"switchboard/shared/twilio"
)

// Credentials open the REST API: an API key, or the account's SID with its auth token.
type Credentials struct {
	User     string // SK… or AC…
	Password secrets.Secret
	Source   string // where they come from, for people
}

// Get implements twilio.Secrets.
func (c Credentials) Get(context.Context) (secrets.Set, error) {
	if strings.HasPrefix(c.User, "AC") {
		return secrets.Set{AuthToken: c.Password}, nil
	}
	return secrets.Set{APIKeySID: secrets.New(c.User), APIKeySecret: c.Password}, nil
}

// Renew implements twilio.Secrets. The credentials of a command do not change while it runs.
func (c Credentials) Renew(ctx context.Context) (secrets.Set, error) { return c.Get(ctx) }

// Client makes REST requests for one account.
type Client struct {
	AccountSID  string
	Credentials Credentials
	BaseURL     string            // "" = Twilio's own hosts; see twilio.Transport
	Transport   http.RoundTripper // nil = http.DefaultTransport
	// Policy says how often a read is tried; zero = twilio.OperatorPolicy.
	Policy twilio.Policy
	// Pause waits between tries and returns early with ctx's error; nil = twilio.Wait.
	Pause func(ctx context.Context, d time.Duration) error
	// Progress is called with what the client does now, for a terminal; nil = not called.
	Progress func(string)
}

// Twilio returns a client of the functions' REST calls, with an operator's patience.
func (c *Client) Twilio(workspaceSID string) *twilio.Client {
	made := twilio.NewClient(c.AccountSID, workspaceSID, c.BaseURL, c.Credentials)
	made.Transport, made.Policy = c.Transport, cmp.Or(c.Policy, twilio.OperatorPolicy)
	if c.Pause != nil {
		made.Pause = c.Pause
	}
	made.Retrying = func(failure *twilio.Error, pause time.Duration) {
		c.progress(fmt.Sprintf("%v; retry in %s", failure, pause))
	}
	return made
}

// Do reads over REST, through a client that twilio-go's services take, such as
// monitor.NewApiServiceWithClient. It calls read again if a try fails for a cause that may pass.
// what names the operation for errors: "list workers". An error wraps a *twilio.Error, a
// *twilio.SIDError if AccountSID is malformed, or the context's own if that has ended.
func (c *Client) Do(ctx context.Context, what string, read func(client.BaseClient) error) error {
	return c.do(ctx, what, (*twilio.Error).Transient, read)
}

func (c *Client) do(ctx context.Context, what string, retry func(*twilio.Error) bool,
	do func(client.BaseClient) error) error {
	if err := twilio.CheckSID(what, "AC", c.AccountSID); err != nil {
		return err
	}
	c.progress(what)
	unlessInterrupted := func(failure *twilio.Error) bool { return ctx.Err() == nil && retry(failure) }
	err := c.Twilio("").Do(ctx, what, unlessInterrupted, do)
	var failure *twilio.Error
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return &interruptedError{what, ctx.Err()}
	case errors.As(err, &failure):
		return &explainedError{failure}
	}
	return err
}

func (c *Client) progress(what string) {
	if c.Progress != nil {
		c.Progress(what)
	}
}

// interruptedError is an operation that the operator interrupted with Ctrl-C.
type interruptedError struct {
	what string
	err  error
}

func (e *interruptedError) Error() string { return e.what + ": interrupted" }

func (e *interruptedError) Unwrap() error { return e.err }

// explainedError is a failure for the operator to read: unlike a *twilio.Error, which it unwraps
// to, it says Twilio's words.
type explainedError struct{ failure *twilio.Error }

func (e *explainedError) Error() string {
	f := e.failure
	switch {
	case f.Code != 0:
		return fmt.Sprintf("%s: Twilio answered %d, error %d: %s (https://www.twilio.com/docs/api/errors/%d)",
			f.What, f.Status, f.Code, f.Message, f.Code)
	case f.Status != 0 && f.Status < 400:
		return fmt.Sprintf("%s: Twilio answered %d: %v", f.What, f.Status, f.Err)
	case f.Status != 0:
		return fmt.Sprintf("%s: Twilio answered %d", f.What, f.Status)
	}
	var broken *url.Error
	if errors.As(f.Err, &broken) {
		return fmt.Sprintf("%s: no answer from %s: %v", f.What, broken.URL, broken.Err)
	}
	return fmt.Sprintf("%s: %v", f.What, f.Err)
}

func (e *explainedError) Unwrap() error { return e.failure }
