// Package crm is the step before the worker call: it posts to the CRM who calls and who will
// answer. Only a 2xx lets the call continue.
package crm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"switchboard/shared/cause"
	"switchboard/shared/secrets"
	"switchboard/shared/taskrouter"
)

// attemptTimeout is the maximum time of one request; the reservation's deadline runs meanwhile.
const attemptTimeout = 5 * time.Second

// Longest is the maximum time of the step: a second try follows only a first one that was answered
// in time.
const Longest = 2 * attemptTimeout

// answerLimit is how much of an answer's body is read, in bytes, so that the connection can serve
// the retry. The content does not matter.
const answerLimit = 4096

// Document is the JSON body of the request to the CRM.
type Document struct {
	Task        Task        `json:"task"`
	Caller      Caller      `json:"caller"`
	Worker      Worker      `json:"worker"`
	Reservation Reservation `json:"reservation"`
}

// Task is the TaskRouter task.
type Task struct {
	SID        string          `json:"sid"`
	Attributes json.RawMessage `json:"attributes"` // JSON object, as in TaskRouter, even if the number is withheld
}

// Caller is the call that waits.
type Caller struct {
	CallSID string `json:"call_sid"`
	From    string `json:"from"` // E.164, a sip: or client: address, or empty for a withheld number
	To      string `json:"to"`   // the number that the caller dialed

	// Withheld says that Twilio has no number of the caller. Then From is empty; the task
	// attributes "from" and "caller" contain Twilio's code instead, such as +266696687
	// (taskrouter.Withheld).
	Withheld bool `json:"withheld,omitempty"`
}

// Worker is who will be called.
type Worker struct {
	SID        string             `json:"sid"`
	Name       string             `json:"name,omitempty"`
	Contact    taskrouter.Contact `json:"contact"`
	Attributes json.RawMessage    `json:"attributes"` // JSON object
}

// Reservation reserves the worker for the task until Deadline.
type Reservation struct {
	SID      string    `json:"sid"`
	Deadline time.Time `json:"deadline"` // RFC 3339
}

// Secrets returns the key that signs the request, and the value of its Authorization header.
type Secrets interface {
	Get(context.Context) (secrets.Set, error)
}

// Step posts documents to URL.
type Step struct {
	URL       string
	Secrets   Secrets
	Transport http.RoundTripper // nil = http.DefaultTransport
	Now       func() time.Time
	Logger    *slog.Logger
}

// Notify posts the document, signed as in Standard Webhooks (https://www.standardwebhooks.com):
// headers webhook-id, webhook-timestamp and webhook-signature; the id is the reservation's SID,
// also on a retry. It retries once, as long as ctx allows, if the connection failed or the CRM
// answered 5xx. Any answer but 2xx is an error, even a redirect. err is an *Error if the CRM caused
// it; other errors are about the signature, and nothing was sent.
func (s Step) Notify(ctx context.Context, document Document) error {
	body, err := json.Marshal(document)
	if err != nil {
		return fmt.Errorf("encode CRM document for %s: %w", document.Reservation.SID, cause.Hide(err))
	}
	set, err := s.Secrets.Get(ctx)
	if err != nil {
		return fmt.Errorf("sign CRM document: %w", err)
	}
	again, err := s.post(ctx, document.Reservation.SID, body, set)
	if again && ctx.Err() == nil {
		_, err = s.post(ctx, document.Reservation.SID, body, set)
	}
	return err
}

// post sends one request. again reports whether a retry may help. It may not after a timeout: that
// would take 5 seconds more.
func (s Step) post(ctx context.Context, id string, body []byte, set secrets.Set) (again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, bytes.NewReader(body))
	if err != nil {
		return false, fmt.Errorf("prepare CRM request: %w", cause.Hide(err))
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "switchboard")
	if err := authorize(request, set.CRMAuthorization); err != nil {
		return false, err
	}
	if err := s.sign(ctx, request, id, body, set.CRMSecret); err != nil {
		return false, err
	}
	answer, err := s.transport().RoundTrip(request)
	if err != nil {
		return !errors.Is(err, context.DeadlineExceeded), &Error{Err: err}
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, answerLimit)
	if answer.StatusCode/100 == 2 {
		return false, nil
	}
	return answer.StatusCode/100 == 5, &Error{Status: answer.StatusCode}
}

// authorize adds the Authorization header, if there is one. It checks the value, because net/http's
// error would quote it.
func authorize(request *http.Request, authorization secrets.Secret) error {
	value := authorization.Reveal()
	if strings.ContainsFunc(value, func(r rune) bool { return r != '\t' && unicode.IsControl(r) }) {
		return errors.New("read crm-authorization: it has characters that no HTTP header may have")
	}
	if value != "" {
		request.Header.Set("Authorization", value)
	}
	return nil
}

func (s Step) sign(ctx context.Context, request *http.Request, id string, body []byte, secret secrets.Secret) error {
	if secret.Empty() {
		s.Logger.WarnContext(ctx, "sending unsigned CRM request: SSM parameter crm-secret not found")
		return nil
	}
	signer, err := signerFor(secret)
	if err != nil {
		return fmt.Errorf("read crm-secret: %w", cause.Hide(err))
	}
	now := s.Now()
	signature, err := signer.Sign(id, now, body)
	if err != nil {
		return fmt.Errorf("sign CRM document: %w", cause.Hide(err))
	}
	request.Header.Set(standardwebhooks.HeaderWebhookID, id)
	request.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	request.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	return nil
}

// signerFor accepts both forms of a secret: "whsec_" and base64, as in Standard Webhooks, or the
// bytes themselves.
func signerFor(secret secrets.Secret) (*standardwebhooks.Webhook, error) {
	if strings.HasPrefix(secret.Reveal(), "whsec_") {
		return standardwebhooks.NewWebhook(secret.Reveal())
	}
	return standardwebhooks.NewWebhookRaw([]byte(secret.Reveal()))
}

// transport does not follow redirects, as an http.Client would.
func (s Step) transport() http.RoundTripper {
	if s.Transport == nil {
		return http.DefaultTransport
	}
	return s.Transport
}
