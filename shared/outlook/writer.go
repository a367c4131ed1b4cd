package outlook

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"switchboard/shared/cause"
	"switchboard/shared/environment"
	"switchboard/shared/secrets"
)

const (
	// writeEvery is how often an execution environment writes what events say, or up to a quarter
	// more often. A new one waits up to half of it: when a desk gets busy, some hundred begin in a
	// second, and need what SSM admits for their secrets. It does not wait to write that a worker
	// takes calls: at a quiet desk the next event may come much later.
	writeEvery = time.Minute

	// writeTimeout is for both requests. Twilio waits 15 s for the answer to an event.
	writeTimeout = 2 * time.Second
)

// Parameters is the part of SSM's client that Writer calls.
type Parameters interface {
	secrets.Parameters
	secrets.Writing
}

// Writer writes the outlook. It is safe for concurrent use. Two writers at the same time may lose
// facts of one of them, until the next write: SSM has no conditional one.
type Writer struct {
	Client Parameters
	Name   string // of the parameter
	Now    func() time.Time
	Logger *slog.Logger

	mu    sync.Mutex
	owed  Outlook   // what Note has not written yet
	wrote time.Time // when Note last tried to
	isNew bool      // Note was not called yet
}

// NewWriter returns a writer of the parameter below the prefix that the environment names. A nil
// client is SSM, with the function's own role.
func NewWriter(env *environment.Reader, client Parameters, now func() time.Time, logger *slog.Logger) *Writer {
	if client == nil {
		client = secrets.NewClient(env)
	}
	return &Writer{
		Client: client,
		Name:   strings.TrimSuffix(env.Required("SECRETS_PREFIX"), "/") + "/" + secrets.Outlook,
		Now:    now,
		Logger: logger,
		isNew:  true,
	}
}

// Note takes facts that an event shows, and writes what it has, about once a minute. Facts that
// are not due, or that could not be written, wait for the next event. It logs a failure.
func (w *Writer) Note(ctx context.Context, facts Outlook) {
	owed, due := w.take(facts)
	if !due {
		return
	}
	if err := w.Change(ctx, owed.Merge); err != nil {
		w.Logger.WarnContext(ctx, "outlook not written", "error", err)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.owed = w.owed.Merge(owed)
	}
}

// take adds facts to those owed, and returns all of them if a write is due.
func (w *Writer) take(facts Outlook) (owed Outlook, due bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.owed = w.owed.Merge(facts)
	now := w.Now()
	if w.isNew && facts.Seen.IsZero() {
		w.wrote = now.Add(secrets.Scatter(now, writeEvery/2) - writeEvery)
	}
	w.isNew = false
	if w.owed == (Outlook{}) || now.Sub(w.wrote) < writeEvery {
		return Outlook{}, false
	}
	owed, w.owed, w.wrote = w.owed, Outlook{}, now.Add(-secrets.Scatter(now, writeEvery/4))
	return owed, true
}

// Change replaces the outlook with what change makes of it, in two requests. An outlook that cannot
// be read is replaced, too. err is SSM's; a retry is safe if change is.
func (w *Writer) Change(ctx context.Context, change func(Outlook) Outlook) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	output, err := w.Client.GetParameters(ctx, &ssm.GetParametersInput{Names: []string{w.Name}, WithDecryption: aws.Bool(true)})
	if err != nil {
		return fmt.Errorf("read SSM parameter %s: %w", w.Name, cause.Hide(err))
	}
	var held Outlook
	for _, parameter := range output.Parameters {
		held, _ = Decode(aws.ToString(parameter.Value)) // or nothing is known
	}
	text, err := change(held).Encode()
	if err != nil {
		return err
	}
	if err := secrets.Put(ctx, w.Client, w.Name, text); err != nil {
		return fmt.Errorf("write SSM parameter %s: %w", w.Name, cause.Hide(err))
	}
	return nil
}
