package bridge

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"switchboard/shared/deferred"
	"switchboard/shared/voicequeue"
)

// limit writes down what it was asked for, on the desk.
type limit struct {
	desk *desk
	err  error
}

func (l limit) Set(_ context.Context, size int) (voicequeue.Report, error) {
	l.desk.did = append(l.desk.did, fmt.Sprint("limit ", size))
	return voicequeue.Report{}, l.err
}

func TestTheQueueIsLimitedToWhatTheStackWasDeployedWith(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		err       error
		wantAgain bool
	}{{"Twilio takes it", nil, false}, {"Twilio does not", errors.New("HTTP status 503"), true}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk()
			d.handler.Limit, d.handler.QueueMaxSize = limit{d, test.err}, 200
			if again := d.deliver(t, deferred.Message{QueueLimit: &deferred.QueueLimit{Found: 100}}); again != test.wantAgain {
				t.Errorf("comes again: %t, want %t", again, test.wantAgain)
			}
			d.want(t, "limit 200")
		})
	}
}
