package limits

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"switchboard/shared/outlook"
	"switchboard/shared/secrets"
)

// ParameterReads is how many requests a second SSM admits for parameters, of all functions of an
// account in a region (https://docs.aws.amazon.com/general/latest/gr/ssm.html). PutParameter is one
// of them (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html).
const ParameterReads = 40

// SSM is the Parameter Store with its standard throughput.
type SSM struct {
	Network
	Next outlook.Parameters
	Rate *Rate

	Requests, Throttled, Failed int // tries, those that were throttled, and requests that failed
	Peak                        Peak
}

// GetParameters implements outlook.Parameters.
func (s *SSM) GetParameters(ctx context.Context, input *ssm.GetParametersInput, options ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	if err := s.admit(ctx); err != nil {
		return nil, err
	}
	return s.Next.GetParameters(ctx, input, options...)
}

// PutParameter implements outlook.Parameters.
func (s *SSM) PutParameter(ctx context.Context, input *ssm.PutParameterInput, options ...func(*ssm.Options)) (*ssm.PutParameterOutput, error) {
	if err := s.admit(ctx); err != nil {
		return nil, err
	}
	return s.Next.PutParameter(ctx, input, options...)
}

// ofSecrets is the policy of the client that secrets.NewClient makes.
func ofSecrets() policy {
	return policy{secrets.Tries, func(int) time.Duration { return secrets.MaxPause }}
}

func (s *SSM) admit(ctx context.Context) error {
	err := s.retried(ctx, ofSecrets(), toSSM, func() bool {
		s.Requests++
		s.Peak.Count(s.Loop.Now(), 1)
		admitted := s.Rate.Take()
		if !admitted {
			s.Throttled++
		}
		return admitted
	})
	if err != nil {
		s.Failed++
	}
	return err
}
