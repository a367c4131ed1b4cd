package ledger

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"switchboard/shared/awsenv"
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
	index := func(name string, keys ...string) types.GlobalSecondaryIndex {
		return types.GlobalSecondaryIndex{IndexName: aws.String(name), KeySchema: schema(keys...), Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll}}
	}
	var attributes []types.AttributeDefinition
	byPhase := index("by-phase", "phase", "first_seen")
	byPhase.Projection = &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly}
	for _, name := range []string{"call_sid", "task_sid", "worker_call_sid", "day", "first_seen", "phase"} {
		attributes = append(attributes, types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: types.ScalarAttributeTypeS})
	}
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String(name), BillingMode: types.BillingModePayPerRequest, AttributeDefinitions: attributes, KeySchema: schema("call_sid"),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{index("by-task", "task_sid"), index("by-worker-call", "worker_call_sid"), index("by-day", "day", "first_seen"), byPhase},
	})
	if err != nil {
		t.Fatalf("create table: %v", err)
	}
	t.Cleanup(func() {
		// The test's own context has ended by now.
		if _, err := client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: aws.String(name)}); err != nil {
			t.Errorf("delete table: %v", err)
		}
	})
	if err := dynamodb.NewTableExistsWaiter(client).Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(name)}, time.Minute); err != nil {
		t.Fatalf("wait for table: %v", err)
	}
	return name
}

// schema is a hash key and, should there be a second name, a range key.
func schema(names ...string) []types.KeySchemaElement {
	var elements []types.KeySchemaElement
	for i, kind := range []types.KeyType{types.KeyTypeHash, types.KeyTypeRange} {
		if i < len(names) {
			elements = append(elements, types.KeySchemaElement{AttributeName: aws.String(names[i]), KeyType: kind})
		}
	}
	return elements
}
