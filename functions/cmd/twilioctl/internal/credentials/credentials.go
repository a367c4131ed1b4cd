// Package credentials finds the credentials for Twilio's REST API, in Twilio's environment
// variables or in the functions' SSM parameters.
package credentials

import (
	"context"
	"errors"
	"fmt"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/shared/secrets"
	"switchboard/shared/taskrouter"
)

// Store reads the secrets below the stack's SSM path.
type Store interface {
	Get(context.Context) (secrets.Set, error)
}

// FromEnvironment reads the variables of Twilio's tools
// (https://www.twilio.com/docs/usage/secure-credentials): TWILIO_API_KEY with TWILIO_API_SECRET, or
// TWILIO_AUTH_TOKEN. found is false if neither is set. err says that half of a pair is missing.
func FromEnvironment(getenv func(string) string, accountSID string) (found bool, credentials account.Credentials,
	err error) {
	key, secret, token := getenv("TWILIO_API_KEY"), getenv("TWILIO_API_SECRET"), getenv("TWILIO_AUTH_TOKEN")
	switch {
	case (key == "") != (secret == ""):
		return false, account.Credentials{}, errors.New("set both TWILIO_API_KEY and TWILIO_API_SECRET, or neither")
	case key != "":
		if !taskrouter.ValidSID("SK", key) {
			return false, account.Credentials{}, errors.New("TWILIO_API_KEY is not the SID of an API key: want SK and 32 hexadecimal digits")
		}
		return true, account.Credentials{User: key, Password: secrets.New(secret),
			Source: "API key in TWILIO_API_KEY"}, nil
	case token != "":
		return true, account.Credentials{User: accountSID, Password: secrets.New(token),
			Source: "auth token in TWILIO_AUTH_TOKEN"}, nil
	}
	return false, account.Credentials{}, nil
}

// FromStore returns the API key below an SSM path, or the auth token if there is none.
func FromStore(ctx context.Context, store Store, prefix, accountSID string) (account.Credentials, error) {
	set, err := store.Get(ctx)
	if err != nil {
		return account.Credentials{}, fmt.Errorf("%w; or set TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET", err)
	}
	if !set.APIKeySID.Empty() && !set.APIKeySecret.Empty() {
		return account.Credentials{User: set.APIKeySID.Reveal(), Password: set.APIKeySecret,
			Source: "API key in SSM " + prefix + "/api-key-sid"}, nil
	}
	return account.Credentials{User: accountSID, Password: set.AuthToken,
		Source: "auth token in SSM " + prefix + "/auth-token"}, nil
}
