package bridge

import (
	"context"
	"testing"

	"switchboard/shared/deferred"
	"switchboard/shared/twilio"
)

// switchedVoice keeps the call that the bridge places.
type switchedVoice struct {
	*desk
	placed twilio.WorkerCall
}

func (v *switchedVoice) PlaceCall(ctx context.Context, call twilio.WorkerCall) (string, error) {
	v.placed = call
	return v.desk.PlaceCall(ctx, call)
}

func TestExtensionIsPressed(t *testing.T) {
	t.Parallel()
	d := newDesk()
	voice := &switchedVoice{desk: d}
	d.handler.Voice = voice
	work := d.bridge()
	work.Contact = "+18005551212xW123"
	d.deliver(t, deferred.Message{Bridge: &work})
	if voice.placed.To != "+18005551212" || voice.placed.SendDigits != "W123" {
		t.Errorf("To %q, SendDigits %q, want the number and its extension", voice.placed.To, voice.placed.SendDigits)
	}
}
