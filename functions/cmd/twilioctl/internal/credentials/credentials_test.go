package credentials

import (
	"context"
	"errors"
	"strings"
	"testing"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/shared/secrets"
)

const (
	accountSID = "AC00000000000000000000000000000001"
	keySID     = "SK00000000000000000000000000000001"
)

func TestFromEnvironment(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		env       map[string]string
		wantFound bool
		want      account.Credentials
		wantErr   string
	}{
		{"none", nil, false, account.Credentials{}, ""},
		{
			name:      "a token",
			env:       map[string]string{"TWILIO_AUTH_TOKEN": "t"},
			wantFound: true,
			want:      account.Credentials{User: accountSID, Password: secrets.New("t"), Source: "auth token in TWILIO_AUTH_TOKEN"},
		},
		{
			name:      "a key before a token",
			env:       map[string]string{"TWILIO_AUTH_TOKEN": "t", "TWILIO_API_KEY": keySID, "TWILIO_API_SECRET": "s"},
			wantFound: true,
			want:      account.Credentials{User: keySID, Password: secrets.New("s"), Source: "API key in TWILIO_API_KEY"},
		},
		{
			name:    "a key without its secret",
			env:     map[string]string{"TWILIO_AUTH_TOKEN": "t", "TWILIO_API_KEY": keySID},
			want:    account.Credentials{},
			wantErr: "TWILIO_API_SECRET",
		},
		{
			name:    "a secret without its key",
			env:     map[string]string{"TWILIO_API_SECRET": "s"},
			want:    account.Credentials{},
			wantErr: "TWILIO_API_SECRET",
		},
		{
			name:    "a secret for a key",
			env:     map[string]string{"TWILIO_API_KEY": "hunter2", "TWILIO_API_SECRET": "s"},
			want:    account.Credentials{},
			wantErr: "is not the SID of an API key",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			found, got, err := FromEnvironment(func(name string) string { return test.env[name] }, accountSID)
			if found != test.wantFound || got != test.want {
				t.Errorf("credentials = %t, %+v; want %t, %+v", found, got, test.wantFound, test.want)
			}
			if (err != nil) != (test.wantErr != "") || err != nil && (!strings.Contains(err.Error(), test.wantErr) || strings.Contains(err.Error(), "hunter2")) {
				t.Errorf("err = %v, want %q", err, test.wantErr)
			}
		})
	}
}

// store returns a set of secrets, or an error.
type store struct {
	set secrets.Set
	err error
}

func (s store) Get(context.Context) (secrets.Set, error) { return s.set, s.err }

func TestFromStore(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		set  secrets.Set
		want account.Credentials
	}{
		{
			name: "a token",
			set:  secrets.Set{AuthToken: secrets.New("t")},
			want: account.Credentials{User: accountSID, Password: secrets.New("t"), Source: "auth token in SSM /x/auth-token"},
		},
		{
			name: "a key",
			set:  secrets.Set{AuthToken: secrets.New("t"), APIKeySID: secrets.New(keySID), APIKeySecret: secrets.New("s")},
			want: account.Credentials{User: keySID, Password: secrets.New("s"), Source: "API key in SSM /x/api-key-sid"},
		},
		{
			name: "half a key",
			set:  secrets.Set{AuthToken: secrets.New("t"), APIKeySID: secrets.New(keySID)},
			want: account.Credentials{User: accountSID, Password: secrets.New("t"), Source: "auth token in SSM /x/auth-token"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got, err := FromStore(t.Context(), store{set: test.set}, "/x", accountSID); err != nil || got != test.want {
				t.Errorf("credentials = %+v, %v; want %+v", got, err, test.want)
			}
		})
	}
	failure := errors.New("no right")
	if _, err := FromStore(t.Context(), store{err: failure}, "/x", accountSID); !errors.Is(err, failure) || !strings.Contains(err.Error(), "TWILIO_AUTH_TOKEN") {
		t.Errorf("err = %v, want the cause and another way", err)
	}
}
