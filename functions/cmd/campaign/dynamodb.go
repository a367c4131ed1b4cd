package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"switchboard/shared/awsenv"
	"switchboard/shared/ledger"
	"switchboard/shared/ledger/ledgertest"
)

// callStore is the ledger of one world. forget ends it.
type callStore interface {
	ledger.Store
	forget(context.Context) error
}

type memoryStore struct{ *ledger.Memory }

func (memoryStore) forget(context.Context) error { return nil }

// callTable is a table for one run, in a DynamoDB or in what stands in for it.
type callTable struct {
	env    awsenv.Environment
	client *dynamodb.Client
	name   string
}

const callSID = "call_sid" // the table's key

// createTable makes one at an endpoint.
func createTable(ctx context.Context, endpoint string) (*callTable, error) {
	env := awsenv.Environment(func(name string) string {
		// An emulator takes any credentials.
		return map[string]string{"AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL_DYNAMODB": endpoint, "AWS_ACCESS_KEY_ID": "campaign", "AWS_SECRET_ACCESS_KEY": "campaign"}[name]
	})
	t := &callTable{
		env: env, name: "campaign-" + rand.Text(),
		client: dynamodb.New(dynamodb.Options{Region: env.Region(), Credentials: env.Credentials(), BaseEndpoint: env.Endpoint("DYNAMODB"), HTTPClient: env.HTTPClient()}),
	}
	if err := ledgertest.CreateTable(ctx, t.client, t.name); err != nil {
		return nil, fmt.Errorf("table for the campaign at %s: %w", endpoint, err)
	}
	return t, nil
}

// drop deletes the table, after an interrupt also.
func (t *callTable) drop(ctx context.Context) error {
	if _, err := t.client.DeleteTable(context.WithoutCancel(ctx), &dynamodb.DeleteTableInput{TableName: aws.String(t.name)}); err != nil {
		return fmt.Errorf("delete table %s: %w", t.name, err)
	}
	return nil
}

func (t *callTable) store() callStore {
	return &tableStore{DynamoDB: ledger.NewDynamoDB(t.env, t.name, start), table: t, calls: map[string]bool{}}
}

// tableStore keeps the ledger of one world. The world stands still while it asks DynamoDB: that
// takes the machine's time, and none of the world's. So no deadline of the world's applies.
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

// forget takes the world's calls out of the table: the same world may be taken again. A call that
// stays would be in the way of every world after it, so that is the end of the run.
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
