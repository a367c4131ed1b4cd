package requests

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"switchboard/shared/awsenv"
	"switchboard/shared/cause"
	"switchboard/shared/dialing"
	"switchboard/shared/environment"
	"switchboard/shared/ledger"
	"switchboard/shared/secrets"
	"switchboard/shared/taskrouter"
)

// Parameters is the part of SSM's client that Publisher calls.
type Parameters interface {
	PutParameter(context.Context, *ssm.PutParameterInput, ...func(*ssm.Options)) (*ssm.PutParameterOutput, error)
}

// State reads the text that was published last, from memory while it is fresh; a secrets.Store is
// one.
type State interface {
	State(ctx context.Context) (string, error)
}

// Publisher tells the enqueue function which numbers have an open call back, in an SSM parameter
// that it reads with its secrets: it must not ask the ledger about each caller.
type Publisher struct {
	Client Parameters
	State  State
	Name   string // of the parameter
}

// ReadPublisher returns a publisher of the parameter below the prefix that the environment names. A
// nil client is SSM, with the function's own role.
func ReadPublisher(env *environment.Reader, client Parameters, state State) Publisher {
	if client == nil {
		aws := awsenv.Environment(env.Lookup)
		client = ssm.New(ssm.Options{
			Region: aws.Region(), Credentials: aws.Credentials(), BaseEndpoint: aws.Endpoint("SSM"), HTTPClient: aws.HTTPClient(),
		})
	}
	return Publisher{client, state, strings.TrimSuffix(env.Required("SECRETS_PREFIX"), "/") + "/" + secrets.OpenCallbacks}
}

// emptyList is the text of no numbers: SSM stores no empty one.
const emptyList = "no numbers"

// Publish writes the list if it has changed. err is SSM's; a retry is safe.
func (p Publisher) Publish(ctx context.Context, open []ledger.Call) error {
	var numbers []string
	for _, known := range open {
		if r := known.Request(); taskrouter.KindOf(r.Key) == taskrouter.Callback && !r.State.Ended() {
			numbers = append(numbers, r.Number)
		}
	}
	before, err := p.State.State(ctx)
	if err != nil {
		return err
	}
	list := dialing.List(numbers)
	if list == "" && before != "" {
		list = emptyList
	}
	if list == before {
		return nil
	}
	_, err = p.Client.PutParameter(ctx, &ssm.PutParameterInput{
		Name: aws.String(p.Name), Value: aws.String(list), Type: types.ParameterTypeString, Overwrite: aws.Bool(true),
	})
	if err != nil {
		return fmt.Errorf("write SSM parameter %s: %w", p.Name, cause.Hide(err))
	}
	return nil
}
