package requests

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/twilio"
)

// refusing is an account that answers the creation of a task with a status.
type refusing struct {
	account
	status int
}

func (r *refusing) CreateTask(context.Context, twilio.NewTask) (string, error) {
	return "", &twilio.Error{What: "create task", Status: r.status, Sent: true}
}

func TestTaskThatIsNotCreated(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		want   ledger.RequestState
	}{
		"no filter matches its attributes": {
			status: http.StatusBadRequest,
			want:   ledger.GivenUp,
		},
		"too many requests": {
			status: http.StatusTooManyRequests,
			want:   ledger.Left,
		},
		"a wrong token": {
			status: http.StatusUnauthorized,
			want:   ledger.Left,
		},
		"no outcome": {
			status: http.StatusInternalServerError,
			want:   ledger.Creating,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kept, asked := left(t, 1)
			d := Desk{Ledger: kept, Twilio: &refusing{status: test.status}, Now: noon, Logger: slog.New(slog.DiscardHandler)}
			created, err := d.Create(t.Context(), asked)
			if created || (err == nil) != (test.want == ledger.GivenUp) {
				t.Errorf("created %t, %v", created, err)
			}
			known, _, err := kept.ByCall(t.Context(), key)
			if err != nil || known.Request().State != test.want {
				t.Errorf("state %s, %v, want %s", known.Request().State, err, test.want)
			}
		})
	}
}

// repeating is a ledger whose client repeats each write, since the first answer was lost: the
// second is refused.
type repeating struct{ ledger.Ledger }

func (r repeating) Again(ctx context.Context, seen ledger.Request, at time.Time, why string) (ledger.Call, bool, error) {
	if _, _, err := r.Ledger.Again(ctx, seen, at, why); err != nil {
		return ledger.Call{}, false, err
	}
	return r.Ledger.Again(ctx, seen, at, why)
}

func (r repeating) GiveUp(ctx context.Context, seen ledger.Request, why string) (ledger.Call, bool, error) {
	if _, _, err := r.Ledger.GiveUp(ctx, seen, why); err != nil {
		return ledger.Call{}, false, err
	}
	return r.Ledger.GiveUp(ctx, seen, why)
}

func (r repeating) Withdraw(ctx context.Context, key, why string) (ledger.Call, bool, error) {
	if _, _, err := r.Ledger.Withdraw(ctx, key, why); err != nil {
		return ledger.Call{}, false, err
	}
	return r.Ledger.Withdraw(ctx, key, why)
}

// TestRepeatedWriteStillCancelsTask: a worker would keep the reservation of a try that is over.
func TestRepeatedWriteStillCancelsTask(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string]func(context.Context, Desk, ledger.Request) error{
		"tried again": func(ctx context.Context, d Desk, r ledger.Request) error {
			_, err := d.Missed(ctx, r, "CRM down", false)
			return err
		},
		"given up": func(ctx context.Context, d Desk, r ledger.Request) error { return d.GiveUp(ctx, r, "CRM down") },
		"withdrawn": func(ctx context.Context, d Desk, r ledger.Request) error {
			return d.Withdraw(ctx, r.Key, "called again")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kept, known := waiting(t, 3)
			a := &account{}
			d := Desk{Ledger: repeating{kept}, Twilio: a, Now: noon, Logger: slog.New(slog.DiscardHandler)}
			if err := ends(t.Context(), d, known.Request()); err != nil || !slices.Equal(a.did, []string{"cancel " + taskSID}) {
				t.Errorf("did %q, %v", a.did, err)
			}
		})
	}
}
