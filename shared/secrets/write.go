package secrets

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"switchboard/shared/environment"
)

// Writing is the part of SSM's client that Put calls.
type Writing interface {
	PutParameter(context.Context, *ssm.PutParameterInput, ...func(*ssm.Options)) (*ssm.PutParameterOutput, error)
}

// SettingsWriter writes the desk's settings.
type SettingsWriter struct {
	Client Writing
	Prefix string // SSM path, such as /switchboard
}

// ReadWriter returns the writer below the prefix that the environment names. A nil client is SSM,
// with the function's own role.
func ReadWriter(env *environment.Reader, client Writing) SettingsWriter {
	if client == nil {
		client = NewClient(env)
	}
	return SettingsWriter{Client: client, Prefix: env.Required("SECRETS_PREFIX")}
}

// Write replaces a topic's text. Functions use it within Fresh. err has the words of AWS, which an
// operator needs. A retry is safe.
func (w SettingsWriter) Write(ctx context.Context, topic, text string) error {
	name := strings.TrimSuffix(w.Prefix, "/") + "/" + Settings + topic
	if err := Put(ctx, w.Client, name, text); err != nil {
		return fmt.Errorf("write SSM parameter %s: %w", name, err)
	}
	return nil
}

// Put writes a parameter that is no secret, or replaces it. err is SSM's; a retry is safe.
func Put(ctx context.Context, client Writing, name, text string) error {
	_, err := client.PutParameter(ctx, &ssm.PutParameterInput{
		Name: aws.String(name), Value: aws.String(text), Type: types.ParameterTypeString, Overwrite: aws.Bool(true),
	})
	return err
}
