package meter

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Workers is the table of workers, for roster.DynamoDB, which costs what it would in DynamoDB. Its
// zero value is empty and ready.
type Workers struct {
	mu    sync.Mutex
	items map[string]map[string]types.AttributeValue
	units Units
}

// The names of the key and of the number that each write raises by one.
const key, version = "worker_sid", "version"

// Units returns the units and requests so far.
func (w *Workers) Units() Units {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.units
}

// GetItem implements roster.Table.
func (w *Workers) GetItem(_ context.Context, input *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	item := w.items[textOf(input.Key[key])]
	w.units = w.units.Plus(Units{Reads: float64(ReadUnits(sizeOf(item))), Requests: 1})
	return &dynamodb.GetItemOutput{Item: item}, nil
}

// PutItem implements roster.Table. The item must follow the one that is there.
func (w *Workers) PutItem(_ context.Context, input *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	sid := textOf(input.Item[key])
	before := w.items[sid]
	w.units = w.units.Plus(Units{Writes: float64(blocks(max(sizeOf(before), sizeOf(input.Item)), 1024)), Requests: 1})
	if textOf(before[version]) != textOf(input.ExpressionAttributeValues[":version"]) {
		return nil, &types.ConditionalCheckFailedException{Message: aws.String("the item has another version")}
	}
	if w.items == nil {
		w.items = map[string]map[string]types.AttributeValue{}
	}
	w.items[sid] = input.Item
	return &dynamodb.PutItemOutput{}, nil
}

// Scan implements roster.Table.
func (w *Workers) Scan(context.Context, *dynamodb.ScanInput, ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var output dynamodb.ScanOutput
	bytes := 0
	for _, item := range w.items {
		output.Items = append(output.Items, item)
		bytes += sizeOf(item)
	}
	slices.SortFunc(output.Items, func(a, b map[string]types.AttributeValue) int { return strings.Compare(textOf(a[key]), textOf(b[key])) })
	w.units = w.units.Plus(Units{Reads: float64(ReadUnits(bytes)) / 2, Requests: 1})
	return &output, nil
}

func textOf(value types.AttributeValue) string {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return v.Value
	}
	return ""
}

func sizeOf(item map[string]types.AttributeValue) (bytes int) {
	for name, value := range item {
		bytes += len(name) + len(textOf(value))
	}
	return bytes
}
