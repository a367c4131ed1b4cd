// Package account reads and sets up the Twilio side of Switchboard over twilio-go: a TaskRouter workspace with what it consists
// of, the account's phone numbers, and the size of voice queues. It has no way to a task, a reservation or a queue's member but
// to count them.
package account

import (
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
	Source   string // where they come from, in words
}

// Set holds the credentials as a function's secrets.
func (c Credentials) Set() secrets.Set {
	if strings.HasPrefix(c.User, "AC") {
		return secrets.Set{AuthToken: c.Password}
	}
	return secrets.Set{APIKeySID: secrets.New(c.User), APIKeySecret: c.Password}
}

// Client makes REST requests for one account. A request that Twilio throttles is made again, and so is a read that fails in passing.
type Client struct {
	AccountSID  string
	Credentials Credentials
	BaseURL     string            // "" = Twilio's own hosts; see twilio.Transport
	Transport   http.RoundTripper // nil = http.DefaultTransport
	// Pause waits between tries and returns early with ctx's error; twilio.Wait outside tests.
	Pause func(ctx context.Context, d time.Duration) error
	// Progress is told what is going on, for a terminal; nil for nobody.
	Progress func(string)
}

// Do makes the requests of do, through a client that twilio-go's services take, such as
// monitor.NewApiServiceWithClient. what says what for: "list workers". An error is an *Error, a
// *twilio.SIDError when AccountSID is malformed, or the context's own when that has ended.
func (c *Client) Do(ctx context.Context, what string, do func(client.BaseClient) error) error {
	if err := twilio.CheckSID(what, "AC", c.AccountSID); err != nil {
		return err
	}
	c.progress(what)
	wire := &twilio.Transport{Context: ctx, BaseURL: c.BaseURL, Next: patient{c.Transport, c.Pause, c.progress}}
	rest := &client.Client{
		Credentials: client.NewCredentials(c.Credentials.User, c.Credentials.Password.Reveal()),
		HTTPClient:  &http.Client{Transport: wire, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	rest.SetAccountSid(c.AccountSID)
	err := do(rest)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return &interruptedError{what, ctx.Err()}
	}
	failure := &Error{What: what, Status: wire.Status, Err: err}
	var refused *client.TwilioRestError
	if errors.As(err, &refused) {
		failure.Code, failure.Message = refused.Code, refused.Message
	}
	return failure
}

func (c *Client) progress(what string) {
	if c.Progress != nil {
		c.Progress(what)
	}
}

// interruptedError is a request at which somebody pressed Ctrl-C.
type interruptedError struct {
	what string
	err  error
}

func (e *interruptedError) Error() string { return e.what + ": interrupted" }

func (e *interruptedError) Unwrap() error { return e.err }

// Error is a request that failed.
type Error struct {
	What    string // what was tried
	Status  int    // HTTP status as received; 0 when no answer came
	Code    int    // Twilio's own error code, 0 when there is none
	Message string // Twilio's words
	Err     error
}

// Error gives what was tried, Twilio's words, and the page that explains the code.
func (e *Error) Error() string {
	switch {
	case e.Code != 0:
		return fmt.Sprintf("%s: Twilio answered %d, error %d: %s (https://www.twilio.com/docs/api/errors/%d)", e.What, e.Status, e.Code, e.Message, e.Code)
	case e.Status != 0 && e.Status < 400:
		return fmt.Sprintf("%s: Twilio answered %d: %v", e.What, e.Status, e.Err)
	case e.Status != 0:
		return fmt.Sprintf("%s: Twilio answered %d", e.What, e.Status)
	}
	var broken *url.Error
	if errors.As(e.Err, &broken) {
		return fmt.Sprintf("%s: no answer from %s: %v", e.What, broken.URL, broken.Err)
	}
	return fmt.Sprintf("%s: %v", e.What, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Unknown reports that nobody knows whether Twilio did what was asked for: no answer came, or a server error, or one that says nothing.
func (e *Error) Unknown() bool { return e.Status < 400 || e.Status >= 500 }

// Denied reports that the credentials do not open this.
func (e *Error) Denied() bool {
	return e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden
}

// Throttled reports that Twilio had no time for it and did nothing (docs/api/errors/20429).
func (e *Error) Throttled() bool { return e.Status == http.StatusTooManyRequests }
