package release

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// attributes is an item in DynamoDB's form.
type attributes = map[string]types.AttributeValue

const workerSID = "worker_sid" // the key of WorkersTable

// workersTable is WorkersTable in memory, for one function at a time: no write is refused. maker
// notes what is written; nil = nothing.
type workersTable struct {
	items map[string]attributes
	maker *maker
}

// GetItem implements roster.Table.
func (w workersTable) GetItem(_ context.Context, input *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return &dynamodb.GetItemOutput{Item: w.items[texts(input.Key)[workerSID]]}, nil
}

// PutItem implements roster.Table.
func (w workersTable) PutItem(_ context.Context, input *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	item := texts(input.Item)
	w.items[item[workerSID]] = input.Item
	if w.maker != nil && w.maker.hasNews(item) {
		w.maker.record.Workers = append(w.maker.record.Workers, item)
	}
	return &dynamodb.PutItemOutput{}, nil
}

// Scan implements roster.Table.
func (w workersTable) Scan(context.Context, *dynamodb.ScanInput, ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	output := &dynamodb.ScanOutput{}
	for _, item := range w.items {
		output.Items = append(output.Items, item)
	}
	return output, nil
}

// texts returns an item's attributes without their types.
func texts(item attributes) map[string]string {
	fields := map[string]string{}
	for name, value := range item {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			fields[name] = v.Value
		case *types.AttributeValueMemberN:
			fields[name] = v.Value
		}
	}
	return fields
}

// typed returns an item of WorkersTable with its types.
func typed(fields map[string]string) attributes {
	item := attributes{}
	for name, value := range fields {
		item[name] = &types.AttributeValueMemberS{Value: value}
	}
	item["version"] = &types.AttributeValueMemberN{Value: fields["version"]}
	return item
}
