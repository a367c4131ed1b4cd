// Package awsenv builds AWS client options from the Lambda environment. The SDK's own config
// package also looks for profiles, SSO and instance metadata; leaving those out saves a tenth of a
// cold start. The packages that use clients build them, so that a function links only what it
// calls.
package awsenv

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// requestTimeout is the maximum time of one try of a request; the SDK makes up to three. Most of
// the time a caller or a worker waits on the phone.
const requestTimeout = 2 * time.Second

// Environment returns variables; os.Getenv outside tests.
type Environment func(string) string

// Region returns the function's own region.
func (e Environment) Region() string { return e("AWS_REGION") }

// Endpoint is another address for a service ("SSM", "SQS", "DYNAMODB") by the SDK's own variables,
// nil when neither the service's nor the general one is set.
func (e Environment) Endpoint(service string) *string {
	for _, name := range []string{"AWS_ENDPOINT_URL_" + service, "AWS_ENDPOINT_URL"} {
		if address := e(name); address != "" {
			return aws.String(address)
		}
	}
	return nil
}

// Credentials are those of the function's role.
func (e Environment) Credentials() aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		found := aws.Credentials{AccessKeyID: e("AWS_ACCESS_KEY_ID"), SecretAccessKey: e("AWS_SECRET_ACCESS_KEY"), SessionToken: e("AWS_SESSION_TOKEN"), Source: "environment"}
		if !found.HasKeys() {
			return aws.Credentials{}, fmt.Errorf("no AWS credentials in the environment: Lambda sets AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
		}
		return found, nil
	})
}

// HTTPClient returns a client that ends a request after requestTimeout.
func (e Environment) HTTPClient() aws.HTTPClient {
	return awshttp.NewBuildableClient().WithTimeout(requestTimeout)
}
