// Package ledgertest creates the ledger's table in an emulator, for tests and campaigns.
package ledgertest

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"switchboard/shared/dynamodbtest"
)

// CreateTable creates a table with the key and the indexes that template.yaml declares, and waits
// until it exists.
func CreateTable(ctx context.Context, client *dynamodb.Client, name string) error {
	return dynamodbtest.Create(ctx, client, name, "call_sid",
		dynamodbtest.Index("by-task", types.ProjectionTypeAll, "task_sid"),
		dynamodbtest.Index("by-worker-call", types.ProjectionTypeAll, "worker_call_sid"),
		dynamodbtest.Index("by-day", types.ProjectionTypeAll, "day", "first_seen"),
		dynamodbtest.Index("by-phase", types.ProjectionTypeKeysOnly, "phase", "first_seen"),
	)
}
