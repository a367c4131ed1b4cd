// Package desk sets an account up as a desk's file says, for programs that show the desk at work.
// It plans and applies as twilioctl does; in place of a deployment the caller runs the functions
// with the parameters that come out.
package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/apply"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/plan"
	"switchboard/functions/cmd/twilioctl/internal/workspacefile"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
)

// Desk is a desk's file (../workspace.yaml has all keys).
type Desk struct{ file *workspacefile.File }

// Worker takes calls at an address: +E.164, client:name or sip:….
type Worker struct{ Name, Address string }

// Number is a phone number of the account. Duty marks the number that workers call to sign on and
// off.
type Number struct {
	Number string
	Duty   bool
}

// Read reads a desk's file. Errors in its contents have file, line and field.
func Read(path string) (Desk, error) {
	file, err := workspacefile.Read(path)
	return Desk{file}, err
}

// Parse is Read for a file's contents.
func Parse(name string, data []byte) (Desk, error) {
	file, err := workspacefile.Parse(name, data)
	return Desk{file}, err
}

// Workers lists the workers in the file's order.
func (d Desk) Workers() []Worker {
	var workers []Worker
	for _, each := range d.file.Workers {
		workers = append(workers, Worker{Name: each.Name, Address: each.ContactURI})
	}
	return workers
}

// Numbers lists the account's numbers in the file's order.
func (d Desk) Numbers() []Number {
	var numbers []Number
	for _, each := range d.file.OfAccount() {
		numbers = append(numbers, Number{Number: each.Number, Duty: each.Duty})
	}
	return numbers
}

// Settings returns what the desk decides about its callers, which apply writes to SSM.
func (d Desk) Settings() settings.Settings {
	decided, _ := d.file.Settings()
	return decided
}

// Available returns the name of the activity in which workers take calls.
func (d Desk) Available() string { return d.file.Activities.SignedOn }

// Access is a way to an account's REST API.
type Access struct {
	AccountSID, AuthToken string
	Transport             http.RoundTripper
}

// SetUp makes the account as the file says, with the URLs of a stack at base, such as
// https://switchboard.example; "" leaves URLs out, for a stack that does not run yet. It returns
// the stack's parameters, by the names in template.yaml, with those of the file's key deploy.
// The account must have the file's numbers.
func (d Desk) SetUp(ctx context.Context, access Access, base string) (parameters map[string]string, err error) {
	s := setUp{wish: plan.Wish{File: d.file}, client: &account.Client{
		AccountSID:  access.AccountSID,
		Credentials: account.Credentials{User: access.AccountSID, Password: secrets.New(access.AuthToken)},
		Transport:   access.Transport,
		Pause:       func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}}
	if base == "" {
		s.wish.NoStack = "it does not run yet"
	} else if err := s.at(base); err != nil {
		return nil, err
	}
	if err := s.apply(ctx); err != nil {
		return nil, fmt.Errorf("set the account up: %w", err)
	}
	made, err := s.plan(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the account: %w", err)
	}
	parameters = map[string]string{}
	for _, each := range made.Deploy.Parameters {
		parameters[each.Name] = each.Value
	}
	return parameters, nil
}

type setUp struct {
	client *account.Client
	wish   plan.Wish
	actual account.Snapshot
}

func (s *setUp) at(base string) (err error) {
	if s.wish.Stack, err = deployment.At(base); err != nil {
		return err
	}
	s.wish.URLs, err = s.wish.Stack.URLs()
	return err
}

// plan compares the file with the account as it is now.
func (s *setUp) plan(ctx context.Context) (made plan.Plan, err error) {
	if s.actual, err = s.client.Read(ctx, s.wish.File.Workspace); err != nil {
		return made, err
	}
	made = s.wish.Make(s.actual)
	if len(made.Blocked) > 0 {
		return made, errors.New(strings.Join(made.Blocked, "; "))
	}
	return made, nil
}

func (s *setUp) apply(ctx context.Context) error {
	made, err := s.plan(ctx)
	if err != nil {
		return err
	}
	_, err = apply.Applier{Account: s.client, Wish: s.wish}.Run(ctx, made, s.actual)
	return err
}
