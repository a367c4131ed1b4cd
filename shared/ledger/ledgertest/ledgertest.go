// Package ledgertest creates the ledger's table in an emulator, for tests and campaigns.
package ledgertest

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"switchboard/shared/dynamodbtest"
)

// CreateTable creates a table with the key and the indexes that template.yaml declares, and waits
// until it exists.
func CreateTable(ctx context.Context, client *dynamodb.Client, name string) error {
	return dynamodbtest.Create(ctx, client, name, "call_sid",
		dynamodbtest.Index("by-task", "task_sid"),
		dynamodbtest.Index("by-worker-call", "worker_call_sid"),
		dynamodbtest.Index("by-day", "day", "first_seen"),
		dynamodbtest.Index("by-phase", "phase", "first_seen"),
	)
}
