package secrets

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
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
	names  []string // of the last request
}

func (p *parameters) GetParameters(_ context.Context, input *ssm.GetParametersInput, _ ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	p.asked++
	p.names = input.Names
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
	return &Store{Client: source, Prefix: "/switchboard", Needs: []Need{Webhooks, REST, CRM}, Now: clock.Now}, source, clock
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
		if set.AuthToken.Reveal() != "12345" || set.CRMSecret.Reveal() != "whsec_x" || !set.APIKeySID.Empty() {
			t.Fatalf("set = %q %q %q", set.AuthToken.Reveal(), set.CRMSecret.Reveal(), set.APIKeySID.Reveal())
		}
	}
	if source.asked != 1 {
		t.Errorf("SSM was asked %d times, want 1", source.asked)
	}
	clock.now = clock.now.Add(Fresh)
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
	clock.now = clock.now.Add(Fresh)
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

// TestEnvironmentsReadAtDifferentTimes has 1,000 environments begin within a second, and SSM fail
// once for half of them.
func TestEnvironmentsReadAtDifferentTimes(t *testing.T) {
	t.Parallel()
	const environments, admitted = 1000, 40 // a second
	begin := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	perSecond, failed := map[int64]int{}, map[int64]int{}
	for n := range environments {
		store, source, clock := newStore(map[string]string{"/switchboard/auth-token": "12345"})
		born := begin.Add(time.Duration(n) * time.Millisecond)
		clock.now = born
		if _, err := store.Get(t.Context()); err != nil {
			t.Fatal(err)
		}
		again := store.renewAt
		if after := again.Sub(born); after > Fresh || after < Fresh*3/4 {
			t.Fatalf("values are read again after %s", after)
		}
		perSecond[again.Unix()]++
		source.err, clock.now = errors.New("throttled"), again
		if _, err := store.Get(t.Context()); err != nil {
			t.Fatal(err)
		}
		failed[store.renewAt.Sub(again).Milliseconds()/1000]++
	}
	if most := slices.Max(slices.Collect(maps.Values(perSecond))); most > admitted {
		t.Errorf("%d environments read in the same second", most)
	}
	if len(failed) < 7 {
		t.Errorf("all try again after %v seconds", failed)
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

func TestOnlyWhatIsNeededIsRead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		needs []Need
		want  string
	}{
		{
			name:  "webhooks",
			needs: []Need{Webhooks},
			want:  "auth-token auth-token-secondary",
		},
		{
			name:  "REST",
			needs: []Need{REST},
			want:  "api-key-secret api-key-sid auth-token",
		},
		{
			name:  "webhooks and REST",
			needs: []Need{Webhooks, REST},
			want:  "api-key-secret api-key-sid auth-token auth-token-secondary",
		},
		{
			name:  "REST and CRM",
			needs: []Need{REST, CRM},
			want:  "api-key-secret api-key-sid auth-token crm-authorization crm-secret",
		},
		{
			name:  "CRM",
			needs: []Need{CRM},
			want:  "crm-authorization crm-secret",
		},
		{
			name:  "duty",
			needs: []Need{Duty},
			want:  "duty-pin",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			store, source, _ := newStore(map[string]string{})
			store.Needs = test.needs
			want := strings.Fields(test.want)
			for _, name := range want {
				source.values["/switchboard/"+name] = "value of " + name
			}
			set, err := store.Get(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(source.names, " "); got != "/switchboard/"+strings.Join(want, " /switchboard/") || source.asked != 1 {
				t.Errorf("SSM was asked %d times, for %s, want once for %s", source.asked, got, test.want)
			}
			for _, name := range Names(Webhooks, REST, CRM, Duty) {
				wanted := ""
				if slices.Contains(want, name) {
					wanted = "value of " + name
				}
				if got := set.field(name).Reveal(); got != wanted {
					t.Errorf("%s = %q, want %q", name, got, wanted)
				}
			}
		})
	}
}

func TestOutlookIsReadWithSecrets(t *testing.T) {
	t.Parallel()
	store, source, clock := newStore(map[string]string{"/switchboard/auth-token": "12345", "/switchboard/outlook": "no worker"})
	store.Needs = []Need{Webhooks, Waits, Expectations}
	store.Lasts = func(outlook string) time.Duration {
		if outlook == "no worker" {
			return time.Minute
		}
		return Fresh
	}
	for _, step := range []struct {
		after time.Duration
		asked int
		want  string
	}{
		{0, 1, "no worker"},
		{45 * time.Second, 1, "no worker"},
		{time.Minute, 2, "three workers"},
		{time.Minute + Fresh*3/4, 2, "three workers"},
	} {
		clock.now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC).Add(step.after)
		text, err := store.Outlook(t.Context())
		settings, _ := store.Settings(t.Context())
		if err != nil || text != step.want || source.asked != step.asked || len(settings) > 0 {
			t.Errorf("after %s: %q, %v after %d requests, want %q after %d; settings %q", step.after, text, err, source.asked, step.want, step.asked, settings)
		}
		source.values["/switchboard/outlook"] = "three workers"
	}
	source.values, store.haveAny = nil, false
	if text, err := store.Outlook(t.Context()); err == nil || text != "" {
		t.Errorf("%q without a token", text)
	}
}

// TestForgeriesDoNotDelayARenewal replaces the token without a transition, while forged requests
// arrive, and a genuine one every three seconds.
func TestForgeriesDoNotDelayARenewal(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		every       time.Duration // between forgeries
		wantBlind   time.Duration // how long genuine requests may fail
		wantAtMost  int           // requests to SSM
		wantAtLeast int
	}{
		{
			name:        "one a minute",
			every:       time.Minute,
			wantBlind:   0,
			wantAtMost:  13,
			wantAtLeast: 10,
		},
		{
			name:        "one a second",
			every:       time.Second,
			wantBlind:   5 * time.Second,
			wantAtMost:  125, // 123, the first, and the one of the genuine request
			wantAtLeast: 120,
		},
		{
			name:        "a hundred a second",
			every:       10 * time.Millisecond,
			wantBlind:   5 * time.Second,
			wantAtMost:  125,
			wantAtLeast: 120,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			store, source, clock := newStore(map[string]string{"/switchboard/auth-token": "old"})
			if _, err := store.Get(t.Context()); err != nil {
				t.Fatal(err)
			}
			begin := clock.now
			replaced := begin.Add(5*time.Minute - 30*time.Second)
			for ; clock.now.Before(begin.Add(10 * time.Minute)); clock.now = clock.now.Add(10 * time.Millisecond) {
				since := clock.now.Sub(begin)
				if clock.now.Equal(replaced) {
					source.values["/switchboard/auth-token"] = "new"
				}
				if since%test.every == 0 {
					_, _ = store.Renew(t.Context())
				}
				if since%(3*time.Second) != 0 {
					continue
				}
				signed := source.values["/switchboard/auth-token"]
				set, _ := store.Get(t.Context())
				if set.AuthToken.Reveal() != signed {
					set, _ = store.Renew(t.Context())
				}
				if blind := clock.now.Sub(replaced); set.AuthToken.Reveal() != signed && blind > test.wantBlind {
					t.Fatalf("a genuine request failed %s after the token was replaced", blind)
				}
			}
			if source.asked < test.wantAtLeast || source.asked > test.wantAtMost {
				t.Errorf("SSM was asked %d times in ten minutes, want %d to %d", source.asked, test.wantAtLeast, test.wantAtMost)
			}
		})
	}
}

// TestRenewalsAreBounded asks for one at every moment, SSM failing or not.
// TestRenewalRightAfterForgery has a token replaced, a forged request, and a genuine one in the
// same instant.
func TestRenewalRightAfterForgery(t *testing.T) {
	t.Parallel()
	for forgeries, want := range map[int]string{0: "new", 1: "new", 2: "new", 3: "old"} {
		store, source, _ := newStore(map[string]string{"/switchboard/auth-token": "old"})
		if _, err := store.Get(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range forgeries {
			if _, err := store.Renew(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		source.values["/switchboard/auth-token"] = "new"
		if set, err := store.Renew(t.Context()); err != nil || set.AuthToken.Reveal() != want {
			t.Errorf("after %d forgeries: %q, %v, want %q", forgeries, set.AuthToken.Reveal(), err, want)
		}
	}
}

func TestRenewalsAreBounded(t *testing.T) {
	t.Parallel()
	for _, failing := range []error{nil, errors.New("throttled")} {
		store, source, clock := newStore(map[string]string{"/switchboard/auth-token": "12345"})
		if _, err := store.Get(t.Context()); err != nil {
			t.Fatal(err)
		}
		source.asked, source.err = 0, failing
		for begin := clock.now; clock.now.Before(begin.Add(10 * time.Minute)); clock.now = clock.now.Add(50 * time.Millisecond) {
			if set, err := store.Renew(t.Context()); err != nil || set.AuthToken.Reveal() != "12345" {
				t.Fatalf("Renew = %q, %v", set.AuthToken.Reveal(), err)
			}
		}
		if want := 123; source.asked > want {
			t.Errorf("SSM was asked %d times in ten minutes, want %d at most (SSM: %v)", source.asked, want, failing)
		}
	}
}

func TestASecretIsNeverShown(t *testing.T) {
	t.Parallel()
	store, _, _ := newStore(map[string]string{"/switchboard/auth-token": "hunter2", "/switchboard/crm-authorization": "hunter2"})
	set, err := store.Get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	store.Client = nil // what stands in for SSM is no secret of the store's
	for name, value := range map[string]any{
		"secret": set.AuthToken, "pointer": &set.AuthToken, "set": set, "store": store, "list": set.AuthTokens(), "map": map[string]Secret{"k": set.AuthToken},
		"unexported set": struct{ set Set }{set}, "unexported pointer": struct{ set *Set }{&set}, "error": fmt.Errorf("x: %v", set),
		"unexported deep": struct{ inner struct{ list []Secret } }{struct{ list []Secret }{set.AuthTokens()}},
	} {
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "value", value)
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "value", value)
		document, _ := json.Marshal(value)
		shown := log.String() + string(document)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			shown += fmt.Sprintf(verb, value)
		}
		for _, hidden := range []string{"hunter2", "68756e74657232", "68756E74657232"} {
			if strings.Contains(shown, hidden) {
				t.Errorf("%s shows the secret: %s", name, shown)
			}
		}
	}
}

func TestSecretsCompareByTheirValue(t *testing.T) {
	t.Parallel()
	made := strings.Repeat("a", 3)
	if New(made) != New("aaa") || New("aaa") == New("aab") || New("") != (Secret{}) || !New("").Empty() || New("a").Empty() || (Secret{}).Reveal() != "" {
		t.Error("equality of secrets is not that of their values")
	}
}
