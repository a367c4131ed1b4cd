// Package dynamodbtest creates tables in an emulator of DynamoDB, for tests and campaigns.
package dynamodbtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"switchboard/shared/awsenv"
)

// Environment is that of a function whose DynamoDB is at the endpoint.
func Environment(endpoint string) awsenv.Environment {
	return func(name string) string {
		return map[string]string{
			"AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
			"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
		}[name]
	}
}

// Emulator returns the environment for the emulator at LEDGER_ENDPOINT. Without one it skips the
// test, and fails it in CI.
func Emulator(t *testing.T) awsenv.Environment {
	t.Helper()
	endpoint := os.Getenv("LEDGER_ENDPOINT")
	if endpoint == "" {
		if os.Getenv("SWITCHBOARD_CI") != "" {
			t.Fatal("LEDGER_ENDPOINT is not set: CI tests the DynamoDB store with an emulator")
		}
		t.Skip("LEDGER_ENDPOINT is not set: the DynamoDB store is not tested (CI tests it with an emulator)")
	}
	return Environment(endpoint)
}

// NewTable creates a table that exists until the test ends, and returns its name.
func NewTable(
	t *testing.T, env awsenv.Environment,
	create func(ctx context.Context, client *dynamodb.Client, name string) error,
) (name string) {
	t.Helper()
	client := dynamodb.New(dynamodb.Options{
		Region: env.Region(), Credentials: env.Credentials(),
		BaseEndpoint: env.Endpoint("DYNAMODB"), HTTPClient: env.HTTPClient(),
	})
	name = "test-" + rand.Text()
	if err := create(t.Context(), client, name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The test's own context has ended by now.
		input := &dynamodb.DeleteTableInput{TableName: aws.String(name)}
		gone := (*types.ResourceNotFoundException)(nil) // the SDK retries if an answer is late
		if _, err := client.DeleteTable(context.Background(), input); err != nil && !errors.As(err, &gone) {
			t.Errorf("delete table: %v", err)
		}
	})
	return name
}

// Create creates a table with a key and indexes of texts, and waits until it exists.
func Create(
	ctx context.Context, client *dynamodb.Client, name, key string, indexes ...types.GlobalSecondaryIndex,
) error {
	input := &dynamodb.CreateTableInput{
		TableName: aws.String(name), BillingMode: types.BillingModePayPerRequest,
		KeySchema: schema(key), GlobalSecondaryIndexes: indexes,
	}
	keys := schema(key)
	for _, index := range indexes {
		keys = append(keys, index.KeySchema...)
	}
	defined := map[string]bool{}
	for _, each := range keys {
		if !defined[*each.AttributeName] {
			input.AttributeDefinitions = append(input.AttributeDefinitions, types.AttributeDefinition{
				AttributeName: each.AttributeName, AttributeType: types.ScalarAttributeTypeS,
			})
		}
		defined[*each.AttributeName] = true
	}
	if _, err := client.CreateTable(ctx, input); err != nil {
		return fmt.Errorf("create table %s: %w", name, err)
	}
	created := &dynamodb.DescribeTableInput{TableName: aws.String(name)}
	if err := dynamodb.NewTableExistsWaiter(client).Wait(ctx, created, time.Minute); err != nil {
		return fmt.Errorf("wait for table %s: %w", name, err)
	}
	return nil
}

// Index declares an index with a hash key and, if there is a second name, a range key.
func Index(name string, keys ...string) types.GlobalSecondaryIndex {
	return types.GlobalSecondaryIndex{
		IndexName: aws.String(name), KeySchema: schema(keys...), Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
	}
}

func schema(names ...string) []types.KeySchemaElement {
	var elements []types.KeySchemaElement
	for i, name := range names {
		kind := []types.KeyType{types.KeyTypeHash, types.KeyTypeRange}[i]
		elements = append(elements, types.KeySchemaElement{AttributeName: aws.String(name), KeyType: kind})
	}
	return elements
}
