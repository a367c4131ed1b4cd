package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"switchboard/functions/internal/account"
	"switchboard/shared/awsenv"
	"switchboard/shared/dynamodbtest"
	"switchboard/shared/ledger"
	"switchboard/shared/ledger/ledgertest"
)

// callStore is the ledger of one world. forget deletes the world's items.
type callStore interface {
	ledger.Store
	forget(context.Context) error
}

type memoryStore struct{ *ledger.Memory }

func (memoryStore) forget(context.Context) error { return nil }

// callTable is a DynamoDB table that exists for one run.
type callTable struct {
	env    awsenv.Environment
	client *dynamodb.Client
	name   string
}

const callSID = "call_sid" // the table's key

// createTable creates the table at an endpoint.
func createTable(ctx context.Context, endpoint string) (*callTable, error) {
	env := dynamodbtest.Environment(endpoint)
	t := &callTable{
		env: env, name: "campaign-" + rand.Text(),
		client: dynamodb.New(dynamodb.Options{
			Region: env.Region(), Credentials: env.Credentials(), BaseEndpoint: env.Endpoint("DYNAMODB"),
			HTTPClient: env.HTTPClient(),
		}),
	}
	if err := ledgertest.CreateTable(ctx, t.client, t.name); err != nil {
		return nil, fmt.Errorf("create table at %s: %w", endpoint, err)
	}
	return t, nil
}

// drop deletes the table, even after an interrupt.
func (t *callTable) drop(ctx context.Context) error {
	if _, err := t.client.DeleteTable(context.WithoutCancel(ctx), &dynamodb.DeleteTableInput{TableName: aws.String(t.name)}); err != nil {
		return fmt.Errorf("delete table %s: %w", t.name, err)
	}
	return nil
}

func (t *callTable) store() callStore {
	now := func() time.Time { return account.Morning }
	return &tableStore{DynamoDB: ledger.NewDynamoDB(t.env, t.name, now), table: t, calls: map[string]bool{}}
}

// tableStore keeps the ledger of one world in DynamoDB. The world's clock stands still during a
// request, so the world's deadlines do not apply to it.
type tableStore struct {
	*ledger.DynamoDB
	table *callTable
	calls map[string]bool
}

// Apply implements ledger.Store.
func (s *tableStore) Apply(ctx context.Context, change ledger.Change) (ledger.Fields, bool, error) {
	s.calls[change.CallSID] = true
	return s.DynamoDB.Apply(context.WithoutCancel(ctx), change)
}

// Get implements ledger.Store.
func (s *tableStore) Get(ctx context.Context, call string) (ledger.Fields, error) {
	return s.DynamoDB.Get(context.WithoutCancel(ctx), call)
}

// Find implements ledger.Store.
func (s *tableStore) Find(ctx context.Context, index ledger.Index, value string) ([]ledger.Fields, error) {
	return s.DynamoDB.Find(context.WithoutCancel(ctx), index, value)
}

// forget deletes the world's items, because the same world may run again. If it fails, the run
// ends: an item that stays would disturb every later world.
func (s *tableStore) forget(ctx context.Context) error {
	var failures []error
	for call := range s.calls {
		_, err := s.table.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: aws.String(s.table.name), Key: map[string]types.AttributeValue{callSID: &types.AttributeValueMemberS{Value: call}},
		})
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}
