package awsenv

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

func environment(variables map[string]string) Environment {
	return func(name string) string { return variables[name] }
}

func TestEndpoint(t *testing.T) {
	t.Parallel()
	const own, general = "http://127.0.0.1:4566", "http://127.0.0.1:4567"
	tests := []struct {
		name      string
		variables map[string]string
		want      string // "" = nil
	}{
		{"none", nil, ""},
		{"declared empty", map[string]string{"AWS_ENDPOINT_URL_SQS": "", "AWS_ENDPOINT_URL": ""}, ""},
		{"the service's", map[string]string{"AWS_ENDPOINT_URL_SQS": own}, own},
		{"the general one", map[string]string{"AWS_ENDPOINT_URL": general}, general},
		{"the service's comes first", map[string]string{"AWS_ENDPOINT_URL_SQS": own, "AWS_ENDPOINT_URL": general}, own},
		{"the general one where the service's is empty", map[string]string{"AWS_ENDPOINT_URL_SQS": "", "AWS_ENDPOINT_URL": general}, general},
		{"another service's", map[string]string{"AWS_ENDPOINT_URL_SSM": own}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := environment(test.variables).Endpoint("SQS")
			if (got != nil) != (test.want != "") || aws.ToString(got) != test.want {
				t.Errorf("Endpoint = %q, want %q", aws.ToString(got), test.want)
			}
		})
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	const id, secret, session = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
	tests := []struct {
		name      string
		variables map[string]string
		wantErr   bool
	}{
		{"a role's", map[string]string{id: "AKIA1", secret: "hunter2", session: "token"}, false},
		{"without a session", map[string]string{id: "AKIA1", secret: "hunter2"}, false},
		{"none", nil, true},
		{"no secret", map[string]string{id: "AKIA1", session: "token"}, true},
		{"no key", map[string]string{secret: "hunter2", session: "token"}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := environment(test.variables).Credentials().Retrieve(t.Context())
			if test.wantErr {
				if err == nil || !strings.Contains(err.Error(), id) || strings.Contains(err.Error(), "hunter2") || got.HasKeys() {
					t.Errorf("credentials = %+v, %v; want an error that names %s", got, err, id)
				}
				return
			}
			if err != nil || got.AccessKeyID != "AKIA1" || got.SecretAccessKey != "hunter2" || got.SessionToken != test.variables[session] || got.CanExpire {
				t.Errorf("credentials = %+v, %v", got, err)
			}
		})
	}
}

func TestRegionAndPatience(t *testing.T) {
	t.Parallel()
	env := environment(map[string]string{"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"})
	if got := env.Region(); got != "eu-west-1" {
		t.Errorf("Region = %q, want the function's own", got)
	}
	// An assignment callback must be answered in 5 s: one request may not take longer than its
	// share.
	if got := env.HTTPClient().(*awshttp.BuildableClient).GetTimeout(); got != requestTimeout || got.Seconds() != 2 {
		t.Errorf("a request may take %s, want 2s", got)
	}
}
