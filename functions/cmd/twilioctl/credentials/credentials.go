// Package credentials finds what opens Twilio's REST API: Twilio's own environment variables, or the parameters of SSM that the functions
// use too.
package credentials

import (
	"context"
	"errors"
	"fmt"

	"switchboard/functions/cmd/twilioctl/account"
	"switchboard/shared/secrets"
	"switchboard/shared/taskrouter"
)

// Store reads the secrets below the stack's SSM path.
type Store interface {
	Get(context.Context) (secrets.Set, error)
}

// FromEnvironment takes the variables that Twilio's own tools use (docs/usage/secure-credentials): TWILIO_API_KEY with
// TWILIO_API_SECRET, or TWILIO_AUTH_TOKEN. found is false when neither is set; the error is one half of a pair.
func FromEnvironment(getenv func(string) string, accountSID string) (found bool, credentials account.Credentials, err error) {
	key, secret, token := getenv("TWILIO_API_KEY"), getenv("TWILIO_API_SECRET"), getenv("TWILIO_AUTH_TOKEN")
	switch {
	case (key == "") != (secret == ""):
		return false, account.Credentials{}, errors.New("TWILIO_API_KEY and TWILIO_API_SECRET go together, and one of them is not set")
	case key != "":
		if !taskrouter.ValidSID("SK", key) {
			return false, account.Credentials{}, errors.New("TWILIO_API_KEY is not the SID of an API key, SK and 32 hexadecimal digits")
		}
		return true, account.Credentials{User: key, Password: secrets.New(secret), Source: "API key in TWILIO_API_KEY"}, nil
	case token != "":
		return true, account.Credentials{User: accountSID, Password: secrets.New(token), Source: "auth token in TWILIO_AUTH_TOKEN"}, nil
	}
	return false, account.Credentials{}, nil
}

// FromStore takes the API key below an SSM path, or else the auth token.
func FromStore(ctx context.Context, store Store, prefix, accountSID string) (account.Credentials, error) {
	set, err := store.Get(ctx)
	if err != nil {
		return account.Credentials{}, fmt.Errorf("%w; or set TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET", err)
	}
	if !set.APIKeySID.Empty() && !set.APIKeySecret.Empty() {
		return account.Credentials{User: set.APIKeySID.Reveal(), Password: set.APIKeySecret, Source: "API key in SSM " + prefix + "/api-key-sid"}, nil
	}
	return account.Credentials{User: accountSID, Password: set.AuthToken, Source: "auth token in SSM " + prefix + "/auth-token"}, nil
}
