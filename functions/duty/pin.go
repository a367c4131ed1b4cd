package duty

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"strings"

	"switchboard/shared/secrets"
	"switchboard/shared/twiml"
)

// A PIN has 4 to 8 digits.
const (
	shortestPIN = 4
	longestPIN  = 8
)

// errPIN reports a secret that cannot be a PIN. It closes the line: a typo must not open a line
// that should ask for a PIN.
var errPIN = errors.New("read duty-pin: want 4 to 8 digits")

// pin returns the PIN; empty = workers need none.
func (w workerRequest) pin(ctx context.Context) (secrets.Secret, error) {
	set, err := w.handler.Secrets.Get(ctx)
	if err != nil || set.DutyPIN.Empty() {
		return secrets.Secret{}, err
	}
	digits := set.DutyPIN.Reveal()
	if len(digits) < shortestPIN || len(digits) > longestPIN || strings.Trim(digits, "0123456789") != "" {
		return secrets.Secret{}, errPIN
	}
	return set.DutyPIN, nil
}

// ask asks for the PIN, for the first time or again.
func (w workerRequest) ask() twiml.Document { return twiml.AskPIN(w.url("pin", w.times), w.times > 0) }

// tried compares the PIN with what the worker entered.
func (w workerRequest) tried(ctx context.Context) twiml.Document {
	pin, err := w.pin(ctx)
	switch {
	case err != nil:
		w.log.ErrorContext(ctx, "line for staff closed", "error", err)
		return twiml.DutyFailed()
	case same(pin, w.request.Form.Get("Digits")):
		w.times = 0
		return w.menu(ctx)
	}
	w.log.WarnContext(ctx, "wrong PIN entered", "tries", w.times+1)
	w.times++
	if w.times >= maxTries {
		return twiml.WrongPIN()
	}
	return w.ask()
}

// same compares in constant time: the time depends on neither the digits nor their number.
func same(pin secrets.Secret, digits string) bool {
	want, got := sha256.Sum256([]byte(pin.Reveal())), sha256.Sum256([]byte(digits))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}
