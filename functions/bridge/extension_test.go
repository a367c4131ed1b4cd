package bridge

import (
	"context"
	"testing"
	"time"

	"switchboard/shared/deferred"
	"switchboard/shared/twilio"
)

// switchedTwilio keeps the call that the bridge places.
type switchedTwilio struct {
	*desk
	placed twilio.WorkerCall
}

func (v *switchedTwilio) PlaceCall(ctx context.Context, call twilio.WorkerCall) (string, time.Duration, error) {
	v.placed = call
	return v.desk.PlaceCall(ctx, call)
}

func TestExtensionIsPressed(t *testing.T) {
	t.Parallel()
	d := newDesk()
	voice := &switchedTwilio{desk: d}
	d.handler.Twilio = voice
	work := d.bridge()
	work.Contact = "+18005551212xW123"
	d.deliver(t, deferred.Message{Bridge: &work})
	if voice.placed.To != "+18005551212" || voice.placed.SendDigits != "W123" {
		t.Errorf("To %q, SendDigits %q, want the number and its extension", voice.placed.To, voice.placed.SendDigits)
	}
}
