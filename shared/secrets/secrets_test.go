package secrets

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// parameters stands in for SSM: what is stored, and how often it was asked.
type parameters struct {
	values map[string]string
	err    error
	asked  int
}

func (p *parameters) GetParameters(_ context.Context, input *ssm.GetParametersInput, _ ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	p.asked++
	if p.err != nil {
		return nil, p.err
	}
	if !aws.ToBool(input.WithDecryption) {
		return nil, errors.New("asked without decryption")
	}
	var output ssm.GetParametersOutput
	for _, name := range input.Names {
		if value, found := p.values[name]; found {
			output.Parameters = append(output.Parameters, types.Parameter{Name: aws.String(name), Value: aws.String(value)})
		} else {
			output.InvalidParameters = append(output.InvalidParameters, name)
		}
	}
	return &output, nil
}

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func newStore(values map[string]string) (*Store, *parameters, *clock) {
	source := &parameters{values: values}
	clock := &clock{now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	return &Store{Client: source, Prefix: "/switchboard", Now: clock.Now}, source, clock
}

func TestSSMErrorsAreNotQuoted(t *testing.T) {
	t.Parallel()
	store, source, _ := newStore(nil)
	source.err = errors.New("the value hunter2 of +14155550123")
	_, err := store.Get(t.Context())
	if !errors.Is(err, source.err) || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "4155550123") {
		t.Errorf("err = %v, want one that wraps SSM's without its words", err)
	}
}

func TestSecretsAreReadOnceAndKept(t *testing.T) {
	t.Parallel()
	store, source, clock := newStore(map[string]string{"/switchboard/auth-token": " 12345\n", "/switchboard/crm-secret": "whsec_x"})
	for range 3 {
		set, err := store.Get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if set.AuthToken.Reveal() != "12345" || set.CRMSecret.Reveal() != "whsec_x" || set.APIKeySID != "" {
			t.Fatalf("set = %q %q %q", set.AuthToken.Reveal(), set.CRMSecret.Reveal(), set.APIKeySID.Reveal())
		}
	}
	if source.asked != 1 {
		t.Errorf("SSM was asked %d times, want 1", source.asked)
	}
	clock.now = clock.now.Add(ttl)
	source.values["/switchboard/auth-token"] = "67890"
	if set, _ := store.Get(t.Context()); set.AuthToken.Reveal() != "67890" {
		t.Error("secrets older than the TTL were served")
	}
}

func TestStaleSecretsServeWhileSSMFails(t *testing.T) {
	t.Parallel()
	store, source, clock := newStore(map[string]string{"/switchboard/auth-token": "12345"})
	if _, err := store.Get(t.Context()); err != nil {
		t.Fatal(err)
	}
	source.err = errors.New("throttled")
	clock.now = clock.now.Add(ttl)
	for range 2 {
		set, err := store.Get(t.Context())
		if err != nil || set.AuthToken.Reveal() != "12345" {
			t.Fatalf("Get = %q, %v", set.AuthToken.Reveal(), err)
		}
	}
	if source.asked != 2 {
		t.Errorf("SSM was asked %d times, want 2: a failing SSM must not be asked on each call", source.asked)
	}
	clock.now = clock.now.Add(retryAfter)
	if _, err := store.Get(t.Context()); err != nil || source.asked != 3 {
		t.Errorf("SSM was asked %d times, want 3 (%v)", source.asked, err)
	}
}

func TestAFirstFailureIsNotKept(t *testing.T) {
	t.Parallel()
	store, source, _ := newStore(map[string]string{})
	_, err := store.Get(t.Context())
	if err == nil || !strings.Contains(err.Error(), "/switchboard/auth-token") {
		t.Fatalf("err = %v, want one that names the missing parameter", err)
	}
	source.values["/switchboard/auth-token"] = "12345"
	if _, err := store.Get(t.Context()); err != nil {
		t.Errorf("second Get: %v", err)
	}
}

func TestRenewAsksAtMostOnceAMinute(t *testing.T) {
	t.Parallel()
	store, source, clock := newStore(map[string]string{"/switchboard/auth-token": "old"})
	if _, err := store.Get(t.Context()); err != nil {
		t.Fatal(err)
	}
	source.values["/switchboard/auth-token"] = "new"
	if set, _ := store.Renew(t.Context()); set.AuthToken.Reveal() != "new" {
		t.Error("Renew served the old token")
	}
	for range 5 {
		clock.now = clock.now.Add(renewEvery / 10)
		if _, err := store.Renew(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if source.asked != 2 {
		t.Errorf("SSM was asked %d times, want 2", source.asked)
	}
}

func TestASecretIsNeverShown(t *testing.T) {
	t.Parallel()
	set := Set{AuthToken: "hunter2", CRMSecret: "hunter2"}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", set.AuthToken, "set", set)
	document, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{fmt.Sprintf("%v %+v %#v %s %q", set, set, set, set.AuthToken, set.AuthToken), log.String(), string(document)} {
		if strings.Contains(shown, "hunter2") {
			t.Errorf("the secret shows in %s", shown)
		}
	}
}
