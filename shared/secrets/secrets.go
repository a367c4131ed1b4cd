// Package secrets reads the bundle's secrets, and with them the desk's settings, from SSM Parameter
// Store: one GetParameters for all that a function needs, kept for some minutes, and the last good
// values while SSM fails.
package secrets

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"switchboard/shared/awsenv"
	"switchboard/shared/cause"
	"switchboard/shared/environment"
	"switchboard/shared/metric"
)

// Fresh is how long values count as fresh: a function uses a change after at most that time.
const Fresh = 5 * time.Minute

const (
	// maxNames is SSM's maximum in one request
	// (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html).
	// No function asks for more; twilioctl reads all settings.
	maxNames = 10

	retryAfter  = 30 * time.Second // how long stale values serve before SSM is asked again
	readTimeout = 2 * time.Second  // leaves an assignment callback time to answer
	maxFirst    = 10 * time.Second // of the first read, without which there is no answer
	answerTime  = 2 * time.Second  // what the first read leaves of the function's time

	// Renew may ask SSM every renewEvery; up to renewBurst unused times are saved up. So forged
	// requests, however many, cost one execution environment at most 123 requests to SSM in ten
	// minutes, and a replaced token is known after renewEvery. One forged request a minute never
	// uses up the saved times.
	renewEvery = 5 * time.Second
	renewBurst = 3
)

// Set has the requested secrets below the prefix. Other fields, and those of parameters that do not
// exist, are empty; AuthToken never is if it was requested.
type Set struct {
	AuthToken          Secret // auth-token
	AuthTokenSecondary Secret // auth-token-secondary: accepted while a token is being rotated
	APIKeySID          Secret // api-key-sid: with its secret, used for REST in place of the token
	APIKeySecret       Secret // api-key-secret
	CRMSecret          Secret // crm-secret: signs the CRM step's request
	CRMAuthorization   Secret // crm-authorization: the Authorization header of the CRM step's request, such as "Bearer …"
	DutyPIN            Secret // duty-pin: what workers who call to sign on or off are asked for
}

// AuthTokens lists the tokens that Twilio may have signed a webhook with.
func (s Set) AuthTokens() []Secret {
	if s.AuthTokenSecondary.Empty() {
		return []Secret{s.AuthToken}
	}
	return []Secret{s.AuthToken, s.AuthTokenSecondary}
}

// Parameters is the part of SSM's client that Store calls.
type Parameters interface {
	GetParameters(context.Context, *ssm.GetParametersInput, ...func(*ssm.Options)) (*ssm.GetParametersOutput, error)
}

// Store reads and keeps a Set, for one function. It is safe for concurrent use.
type Store struct {
	Client Parameters
	Prefix string // SSM path, such as /switchboard
	Needs  []Need // what is read
	Now    func() time.Time
	Lasts  func(outlook string) time.Duration // how long values serve that were read with this outlook; nil = Fresh

	mu       sync.Mutex
	kept     Set
	settings map[string]string // read with the kept set
	outlook  string            // the same
	haveAny  bool
	renewAt  time.Time // when the kept set is due
	granted  time.Time // when the last renewal used was granted, had none been saved up
}

// Read returns a store that reads what is needed below the prefix that the environment names. A nil
// client is SSM, with the function's own role.
func Read(env *environment.Reader, client Parameters, now func() time.Time, needs ...Need) *Store {
	if client == nil {
		client = NewClient(env)
	}
	return &Store{Client: client, Prefix: env.Required("SECRETS_PREFIX"), Needs: needs, Now: now}
}

// NewClient returns SSM's client, with the function's own role.
func NewClient(env *environment.Reader) *ssm.Client {
	aws := awsenv.Environment(env.Lookup)
	return ssm.New(ssm.Options{
		Region: aws.Region(), Credentials: aws.Credentials(), BaseEndpoint: aws.Endpoint("SSM"), HTTPClient: aws.HTTPClient(),
		APIOptions: aws.CountErrors(metric.SSM),
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = Tries
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return rand.N(MaxPause), nil })
		}),
	})
}

// SSM admits 40 requests a second of all environments
// (https://docs.aws.amazon.com/general/latest/gr/ssm.html), and when a desk gets busy some hundred
// begin within a second. The SDK's own pauses, up to 2 and up to 4 s, would end after the caller's
// patience: these are short, and random so that environments do not ask again together.
const (
	Tries    = 40
	MaxPause = 500 * time.Millisecond // between two tries
)

// Get returns the secrets, from memory while they are fresh. If SSM fails it returns the last good
// ones; err means that there never were any, and the next call asks again.
func (s *Store) Get(ctx context.Context) (Set, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.haveAny && s.Now().Before(s.renewAt) {
		return s.kept, nil
	}
	return s.read(ctx)
}

// Settings returns the texts of the desk's settings that exist, by their topics, as Get would read
// them. Do not change them. Package settings decodes them.
func (s *Store) Settings(ctx context.Context) (map[string]string, error) {
	if _, err := s.Get(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings, nil
}

// Outlook returns the text of what callers can expect, as Get would read it; "" if there is none.
// Package outlook decodes it.
func (s *Store) Outlook(ctx context.Context) (string, error) {
	if _, err := s.Get(ctx); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.outlook, nil
}

// Renew asks SSM now, because an operator may just have replaced a token. A signature mismatch
// calls it, which any sender can cause: so it asks at most every five seconds, or three times in a
// row after a quiet time. In between, and if SSM fails, it returns what Get would.
func (s *Store) Renew(ctx context.Context) (Set, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.haveAny && !s.mayRenew() {
		return s.kept, nil
	}
	return s.read(ctx)
}

// mayRenew uses up one of the saved times, if there is one.
func (s *Store) mayRenew() bool {
	now := s.Now()
	next := s.granted.Add(renewEvery)
	if oldest := now.Add(-(renewBurst - 1) * renewEvery); next.Before(oldest) {
		next = oldest
	}
	if next.After(now) {
		return false
	}
	s.granted = next
	return true
}

func (s *Store) read(ctx context.Context) (Set, error) {
	set, settings, outlook, err := s.fetch(ctx)
	switch {
	case err == nil:
		s.kept, s.settings, s.outlook, s.haveAny = set, settings, outlook, true
		s.renewAt = renewal(s.Now(), s.lasts(outlook))
		return set, nil
	case s.haveAny:
		s.renewAt = renewal(s.Now(), retryAfter)
		return s.kept, nil
	}
	return Set{}, err
}

// renewal returns when values are read again that serve for d at most: up to a quarter sooner.
func renewal(now time.Time, d time.Duration) time.Time { return now.Add(d - Scatter(now, d/4)) }

// Scatter returns a time from 0, and below most, by which to do something at another time than
// other environments that began in the same second: they would do it in the same second forever.
// Their clocks differ in nanoseconds, which decide, so that the same simulated day has the same
// times.
func Scatter(now time.Time, most time.Duration) time.Duration {
	const (
		golden = 0x9e3779b97f4a7c15 // Knuth's multiplicative hash
		bits   = 24
	)
	hash := uint64(now.UnixNano()) * golden >> (64 - bits)
	return time.Duration(hash * uint64(most) >> bits)
}

func (s *Store) lasts(outlook string) time.Duration {
	if s.Lasts == nil {
		return Fresh
	}
	return s.Lasts(outlook)
}

// limit returns how long SSM may take. The first read gets what the function can spare of the time
// until it is ended, which Lambda puts into ctx: a caller hears nothing if it fails.
func (s *Store) limit(ctx context.Context) time.Duration {
	ends, known := ctx.Deadline()
	if s.haveAny || !known {
		return readTimeout
	}
	return min(max(readTimeout, time.Until(ends)-answerTime), maxFirst)
}

func (s *Store) fetch(ctx context.Context) (set Set, settings map[string]string, outlook string, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.limit(ctx))
	defer cancel()
	wanted := Names(s.Needs...)
	names := make([]string, len(wanted))
	for i, name := range wanted {
		names[i] = s.path(name)
	}
	var parameters []types.Parameter
	for batch := range slices.Chunk(names, maxNames) {
		output, err := s.Client.GetParameters(ctx, &ssm.GetParametersInput{Names: batch, WithDecryption: aws.Bool(true)})
		if err != nil {
			return Set{}, nil, "", fmt.Errorf("read secrets below %s from SSM: %w", s.Prefix, cause.Hide(err))
		}
		parameters = append(parameters, output.Parameters...)
	}
	settings = map[string]string{}
	for _, parameter := range parameters {
		i := slices.Index(names, aws.ToString(parameter.Name))
		if i < 0 {
			continue
		}
		// A token pasted with a line end would fail every signature, and the log would not show
		// why.
		value := strings.TrimSpace(aws.ToString(parameter.Value))
		topic, isSetting := strings.CutPrefix(wanted[i], Settings)
		switch {
		case isSetting:
			settings[topic] = value
		case wanted[i] == Outlook:
			outlook = value
		default:
			*set.field(wanted[i]) = New(value)
		}
	}
	if slices.Contains(wanted, authToken) && set.AuthToken.Empty() {
		return Set{}, nil, "", fmt.Errorf("no SSM parameter %s: put the Twilio auth token there as a SecureString", s.path(authToken))
	}
	return set, settings, outlook, nil
}

func (s *Store) path(name string) string { return strings.TrimSuffix(s.Prefix, "/") + "/" + name }
