package apply

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/plan"
	"switchboard/functions/cmd/twilioctl/internal/workspacefile"
	"switchboard/shared/secrets"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/wire"
)

// newApplier returns an applier for a file, with a simulated account that has no workspace.
func newApplier(t *testing.T, file string) (Applier, *simulator.Twilio) {
	t.Helper()
	parsed, err := workspacefile.Parse("w.yaml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	twilio := simulator.New(simulator.Config{Empty: true})
	client := &account.Client{
		AccountSID: twilio.AccountSID(), Credentials: account.Credentials{User: twilio.AccountSID(), Password: secrets.New(twilio.AuthToken())},
		Transport: wire.InProcess(twilio), Pause: func(context.Context, time.Duration) error { return nil },
	}
	return Applier{Account: client, Wish: plan.Wish{File: parsed, NoStack: "there is none"}}, twilio
}

func (a Applier) now(t *testing.T) account.Snapshot {
	t.Helper()
	read, err := a.Account.Read(t.Context(), a.Wish.File.Workspace)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// TestTwiliosOwnActivitiesAreTakenOver: Twilio creates a workspace with Available, Unavailable and
// Offline.
func TestTwiliosOwnActivitiesAreTakenOver(t *testing.T) {
	t.Parallel()
	a, _ := newApplier(t, "activities: {unavailable: [Offline, Wrapping up, Unavailable], after_call: Wrapping up}")
	actual := a.now(t)
	var told []string
	a.Done = func(c plan.Change) { told = append(told, c.Name) }
	done, err := a.Run(t.Context(), a.Wish.Make(actual), actual)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range done {
		names = append(names, c.Name)
		if c.SID == "" {
			t.Errorf("%s %q was made without a SID", c.Kind, c.Name)
		}
	}
	if want := []string{"Switchboard", "Wrapping up", "Switchboard", "Everyone", "Calls"}; !slices.Equal(names, want) || !slices.Equal(told, want) {
		t.Errorf("done %q, told %q, want %q", names, told, want)
	}
	if left := a.Wish.Make(a.now(t)).Changes; len(left) > 0 {
		t.Errorf("left to do: %+v", left)
	}
}

// TestNewWorkspaceMayBlockRest: the file has an activity as available that Twilio creates as
// unavailable.
func TestNewWorkspaceMayBlockRest(t *testing.T) {
	t.Parallel()
	a, _ := newApplier(t, "activities: {available: [Unavailable], unavailable: [Offline], after_call: Offline, rejected: Offline}")
	actual := a.now(t)
	done, err := a.Run(t.Context(), a.Wish.Make(actual), actual)
	var stopped *StoppedError
	if !errors.As(err, &stopped) || len(done) != 1 || stopped.Uncertain || stopped.At.Kind == account.KindWorkspace && stopped.At.Action == plan.Create || !strings.Contains(err.Error(), "which Twilio cannot change") {
		t.Errorf("done %+v, err = %v", done, err)
	}
}

func TestInterruptedApplyIsUncertain(t *testing.T) {
	t.Parallel()
	a, _ := newApplier(t, "")
	actual := a.now(t)
	ctx, interrupt := context.WithCancel(t.Context())
	a.Account.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		interrupt()
		return nil, r.Context().Err()
	})
	_, err := a.Run(ctx, a.Wish.Make(actual), actual)
	var stopped *StoppedError
	if !errors.As(err, &stopped) || !stopped.Uncertain || !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "may have made") {
		t.Errorf("err = %v", err)
	}
}

// roundTrip is an http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
