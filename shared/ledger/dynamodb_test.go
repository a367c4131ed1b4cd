package ledger

import (
	"context"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"switchboard/shared/awsenv"
	"switchboard/shared/ledger/ledgertest"
)

// TestDynamoDBKeepsTheContract needs DynamoDB, or something that can stand in for it, at LEDGER_ENDPOINT.
func TestDynamoDBKeepsTheContract(t *testing.T) {
	t.Parallel()
	endpoint := os.Getenv("LEDGER_ENDPOINT")
	if endpoint == "" {
		if os.Getenv("SWITCHBOARD_CI") != "" {
			t.Fatal("LEDGER_ENDPOINT is not set: CI judges the DynamoDB store against an emulator")
		}
		t.Skip("LEDGER_ENDPOINT is not set: the DynamoDB store is not judged (CI judges it against an emulator)")
	}
	env := awsenv.Environment(func(name string) string {
		return map[string]string{
			"AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
			"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
		}[name]
	})
	testContract(t, NewDynamoDB(env, newTable(t, env), noon))
}

// newTable creates a table as template.yaml declares it, until the test ends.
func newTable(t *testing.T, env awsenv.Environment) string {
	t.Helper()
	client := dynamodb.New(dynamodb.Options{Region: env.Region(), Credentials: env.Credentials(), BaseEndpoint: env.Endpoint("DYNAMODB"), HTTPClient: env.HTTPClient()})
	name := newSID("ledger-")
	if err := ledgertest.CreateTable(t.Context(), client, name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The test's own context has ended by now.
		if _, err := client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: aws.String(name)}); err != nil {
			t.Errorf("delete table: %v", err)
		}
	})
	return name
}
