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

// errPIN is a secret that cannot be what workers are to enter. It closes the line: a desk that
// wants a PIN must not be without one for a slip of the pen.
var errPIN = errors.New("read duty-pin: it has to be 4 to 8 digits")

// pin reads the PIN; empty = workers are asked for none.
func (v visit) pin(ctx context.Context) (secrets.Secret, error) {
	set, err := v.h.Secrets.Get(ctx)
	if err != nil || set.DutyPIN.Empty() {
		return secrets.Secret{}, err
	}
	digits := set.DutyPIN.Reveal()
	if len(digits) < shortestPIN || len(digits) > longestPIN || strings.Trim(digits, "0123456789") != "" {
		return secrets.Secret{}, errPIN
	}
	return set.DutyPIN, nil
}

// ask asks for the PIN, for the first time or once more.
func (v visit) ask() twiml.Document { return twiml.AskPIN(v.url("pin", v.times), v.times > 0) }

// tried compares what the worker entered.
func (v visit) tried(ctx context.Context) twiml.Document {
	pin, err := v.pin(ctx)
	switch {
	case err != nil:
		v.log.ErrorContext(ctx, "line for staff closed", "error", err)
		return twiml.DutyFailed()
	case same(pin, v.request.Form.Get("Digits")):
		v.times = 0
		return v.menu(ctx)
	}
	v.log.WarnContext(ctx, "wrong PIN entered", "tries", v.times+1)
	v.times++
	if v.times >= maxTries {
		return twiml.WrongPIN()
	}
	return v.ask()
}

// same compares in a time that depends on neither the digits nor how many there are.
func same(pin secrets.Secret, digits string) bool {
	want, got := sha256.Sum256([]byte(pin.Reveal())), sha256.Sum256([]byte(digits))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}
