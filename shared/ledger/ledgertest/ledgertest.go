// Package ledgertest makes the ledger's table where no template does: in an emulator, for tests and campaigns.
package ledgertest

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// CreateTable makes a table with the key and the indexes that template.yaml declares, and waits until it is there.
func CreateTable(ctx context.Context, client *dynamodb.Client, name string) error {
	var attributes []types.AttributeDefinition
	for _, name := range []string{"call_sid", "task_sid", "worker_call_sid", "day", "first_seen", "phase"} {
		attributes = append(attributes, types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: types.ScalarAttributeTypeS})
	}
	index := func(name string, projection types.ProjectionType, keys ...string) types.GlobalSecondaryIndex {
		return types.GlobalSecondaryIndex{IndexName: aws.String(name), KeySchema: schema(keys...), Projection: &types.Projection{ProjectionType: projection}}
	}
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String(name), BillingMode: types.BillingModePayPerRequest, AttributeDefinitions: attributes, KeySchema: schema("call_sid"),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{
			index("by-task", types.ProjectionTypeAll, "task_sid"),
			index("by-worker-call", types.ProjectionTypeAll, "worker_call_sid"),
			index("by-day", types.ProjectionTypeAll, "day", "first_seen"),
			index("by-phase", types.ProjectionTypeKeysOnly, "phase", "first_seen"),
		},
	})
	if err != nil {
		return fmt.Errorf("create table %s: %w", name, err)
	}
	if err := dynamodb.NewTableExistsWaiter(client).Wait(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(name)}, time.Minute); err != nil {
		return fmt.Errorf("wait for table %s: %w", name, err)
	}
	return nil
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
