package bundle

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"switchboard/shared/secrets"
	"switchboard/shared/settings"
)

// Parameters stands in for SSM: full name -> value.
type Parameters map[string]string

// Write puts the desk's settings below the prefix, as twilioctl apply does.
func (p Parameters) Write(prefix string, desk settings.Settings) error {
	for _, topic := range append(settings.Topics(), settings.OfClosed) {
		text, err := desk.Encode(topic)
		if err != nil {
			return err
		}
		p[prefix+"/"+secrets.Settings+topic] = text
	}
	return nil
}

// PutParameter implements requests.Parameters.
func (p Parameters) PutParameter(_ context.Context, input *ssm.PutParameterInput, _ ...func(*ssm.Options)) (*ssm.PutParameterOutput, error) {
	p[aws.ToString(input.Name)] = aws.ToString(input.Value)
	return &ssm.PutParameterOutput{}, nil
}

// GetParameters implements secrets.Parameters.
func (p Parameters) GetParameters(_ context.Context, input *ssm.GetParametersInput, _ ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	if !aws.ToBool(input.WithDecryption) {
		return nil, errors.New("GetParameters without WithDecryption returns no usable SecureString")
	}
	var output ssm.GetParametersOutput
	for _, name := range input.Names {
		if value, found := p[name]; found {
			output.Parameters = append(output.Parameters, types.Parameter{Name: aws.String(name), Value: aws.String(value)})
		} else {
			output.InvalidParameters = append(output.InvalidParameters, name)
		}
	}
	return &output, nil
}
