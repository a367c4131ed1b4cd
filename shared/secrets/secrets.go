// Package secrets reads the bundle's secrets from SSM Parameter Store: one GetParameters for all of them, kept for some
// minutes, and the last good values while SSM fails.
package secrets

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"switchboard/shared/awsenv"
	"switchboard/shared/cause"
)

const (
	ttl         = 5 * time.Minute  // how long values count as fresh
	retryAfter  = 30 * time.Second // how long stale values serve before SSM is asked again
	renewEvery  = time.Minute      // how often a signature mismatch may ask SSM
	readTimeout = 2 * time.Second  // leaves an assignment callback time to answer
)

// Set is what lies below the prefix. Only AuthToken is always there.
type Set struct {
	AuthToken          Secret // auth-token
	AuthTokenSecondary Secret // auth-token-secondary: accepted while a token is being rotated
	APIKeySID          Secret // api-key-sid: with its secret, used for REST in place of the token
	APIKeySecret       Secret // api-key-secret
	CRMSecret          Secret // crm-secret: signs the CRM step's request
}

// AuthTokens lists the tokens that Twilio may have signed a webhook with.
func (s Set) AuthTokens() []Secret {
	if s.AuthTokenSecondary == "" {
		return []Secret{s.AuthToken}
	}
	return []Secret{s.AuthToken, s.AuthTokenSecondary}
}

// Parameters is the part of SSM's client that Store calls.
type Parameters interface {
	GetParameters(context.Context, *ssm.GetParametersInput, ...func(*ssm.Options)) (*ssm.GetParametersOutput, error)
}

// Store reads and keeps a Set. It is for use by one function; its methods may run at once.
type Store struct {
	Client Parameters
	Prefix string // SSM path, such as /switchboard
	Now    func() time.Time

	mu      sync.Mutex
	kept    Set
	haveAny bool
	renewAt time.Time // when the kept set is due
	forced  time.Time // when Renew last asked SSM
}

// NewStore returns a store that reads below prefix with the function's own role.
func NewStore(env awsenv.Environment, prefix string, now func() time.Time) *Store {
	client := ssm.New(ssm.Options{Region: env.Region(), Credentials: env.Credentials(), BaseEndpoint: env.Endpoint("SSM"), HTTPClient: env.HTTPClient()})
	return &Store{Client: client, Prefix: prefix, Now: now}
}

// Get returns the secrets, from memory while they are fresh. When SSM fails it returns the last good ones; an error
// means that there never were any, and the next call asks again.
func (s *Store) Get(ctx context.Context) (Set, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.haveAny && s.Now().Before(s.renewAt) {
		return s.kept, nil
	}
	return s.read(ctx)
}

// Renew asks SSM at once, for a token may just have been rotated, but at most once a minute. Otherwise, and when SSM
// fails, it returns what Get would.
func (s *Store) Renew(ctx context.Context) (Set, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.haveAny && s.Now().Sub(s.forced) < renewEvery {
		return s.kept, nil
	}
	s.forced = s.Now()
	return s.read(ctx)
}

func (s *Store) read(ctx context.Context) (Set, error) {
	set, err := s.fetch(ctx)
	switch {
	case err == nil:
		s.kept, s.haveAny, s.renewAt = set, true, s.Now().Add(ttl)
		return set, nil
	case s.haveAny:
		s.renewAt = s.Now().Add(retryAfter)
		return s.kept, nil
	}
	return Set{}, err
}

func (s *Store) fetch(ctx context.Context) (Set, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	var set Set
	names := []string{s.name("auth-token"), s.name("auth-token-secondary"), s.name("api-key-sid"), s.name("api-key-secret"), s.name("crm-secret")}
	fields := []*Secret{&set.AuthToken, &set.AuthTokenSecondary, &set.APIKeySID, &set.APIKeySecret, &set.CRMSecret}
	output, err := s.Client.GetParameters(ctx, &ssm.GetParametersInput{Names: names, WithDecryption: aws.Bool(true)})
	if err != nil {
		return Set{}, fmt.Errorf("read secrets below %s from SSM: %w", s.Prefix, cause.Hide(err))
	}
	for _, parameter := range output.Parameters {
		if i := slices.Index(names, aws.ToString(parameter.Name)); i >= 0 {
			// A token pasted with a line end would fail every signature, and nobody could see why.
			*fields[i] = Secret(strings.TrimSpace(aws.ToString(parameter.Value)))
		}
	}
	if set.AuthToken == "" {
		return Set{}, fmt.Errorf("no SSM parameter %s: put the Twilio auth token there as a SecureString", s.name("auth-token"))
	}
	return set, nil
}

func (s *Store) name(leaf string) string { return strings.TrimSuffix(s.Prefix, "/") + "/" + leaf }
