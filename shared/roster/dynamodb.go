package roster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"switchboard/shared/awsenv"
	"switchboard/shared/cause"
	"switchboard/shared/metric"
)

// Table is the part of DynamoDB's client that DynamoDB calls.
type Table interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	Scan(context.Context, *dynamodb.ScanInput, ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error)
}

// maxPages bounds a scan: a page has 1 MB, and an item less than 1 kB.
const maxPages = 20

// DynamoDB keeps the records in a table with the key worker_sid, one item for each worker.
type DynamoDB struct {
	Client Table
	Name   string // of the table
}

// NewDynamoDB returns the store in the named table. It uses the credentials of the function's role.
func NewDynamoDB(env awsenv.Environment, table string) DynamoDB {
	client := dynamodb.New(dynamodb.Options{
		Region: env.Region(), Credentials: env.Credentials(),
		BaseEndpoint: env.Endpoint("DYNAMODB"), HTTPClient: env.HTTPClient(), APIOptions: env.CountErrors(metric.DynamoDB),
	})
	return DynamoDB{client, table}
}

// Load implements Store with one consistent read.
func (d DynamoDB) Load(ctx context.Context, sid string) (Record, error) {
	output, err := d.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName:      aws.String(d.Name),
		Key:            map[string]types.AttributeValue{workerSID: &types.AttributeValueMemberS{Value: sid}},
		ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return Record{}, fmt.Errorf("read record of worker %s: %w", sid, cause.Hide(err))
	}
	return recordOf(sid, output.Item), nil
}

// Save implements Store with one conditional PutItem. The SDK repeats a request whose answer was
// lost: that finds its own write, and saved is false.
func (d DynamoDB) Save(ctx context.Context, record Record) (bool, error) {
	item := map[string]types.AttributeValue{
		workerSID: &types.AttributeValueMemberS{Value: record.WorkerSID},
		version:   &types.AttributeValueMemberN{Value: strconv.Itoa(record.version + 1)},
	}
	for name, value := range encode(record) {
		item[name] = &types.AttributeValueMemberS{Value: value}
	}
	input := &dynamodb.PutItemInput{
		TableName: aws.String(d.Name), Item: item, ConditionExpression: aws.String("attribute_not_exists(#version)"),
		ExpressionAttributeNames: map[string]string{"#version": version},
	}
	if record.version > 0 {
		input.ConditionExpression = aws.String("#version = :version")
		input.ExpressionAttributeValues = map[string]types.AttributeValue{
			":version": &types.AttributeValueMemberN{Value: strconv.Itoa(record.version)},
		}
	}
	_, err := d.Client.PutItem(ctx, input)
	var refused *types.ConditionalCheckFailedException
	if errors.As(err, &refused) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("write record of worker %s: %w", record.WorkerSID, cause.Hide(err))
	}
	return true, nil
}

// All implements Store with a scan: a desk has some hundred workers.
func (d DynamoDB) All(ctx context.Context) ([]Record, error) {
	pages := dynamodb.NewScanPaginator(d.Client, &dynamodb.ScanInput{TableName: aws.String(d.Name)})
	var all []Record
	for read := 0; pages.HasMorePages() && read < maxPages; read++ {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read records of workers: %w", cause.Hide(err))
		}
		for _, item := range page.Items {
			if sid, ok := item[workerSID].(*types.AttributeValueMemberS); ok {
				all = append(all, recordOf(sid.Value, item))
			}
		}
	}
	slices.SortFunc(all, func(a, b Record) int { return strings.Compare(a.WorkerSID, b.WorkerSID) })
	return all, nil
}

func recordOf(sid string, item map[string]types.AttributeValue) Record {
	fields, saved := map[string]string{}, 0
	for name, value := range item {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			fields[name] = v.Value
		case *types.AttributeValueMemberN:
			if name == version {
				saved = number(v.Value)
			}
		}
	}
	return decode(sid, saved, fields)
}
