package requests

import (
	"context"
	"log/slog"
	"net/http"
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
			now := func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }
			kept := ledger.Ledger{Store: &ledger.Memory{}, Now: now}
			asked, _, err := kept.Ask(t.Context(), ledger.Request{Key: key, Until: now().Add(time.Hour), Tries: 1, Attributes: "{}"}, ledger.Left)
			if err != nil {
				t.Fatal(err)
			}
			d := Desk{Ledger: kept, Twilio: &refusing{status: test.status}, Now: now, Logger: slog.New(slog.DiscardHandler)}
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
