package ledger

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"switchboard/shared/awsenv"
	"switchboard/shared/cause"
	"switchboard/shared/metric"
)

// expiresAt is the table's TTL attribute, a number of Unix seconds. It is not a field of a call.
const expiresAt = "expires_at"

// Table is the part of DynamoDB's client that DynamoDB calls.
type Table interface {
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
}

// keep is how long a call stays in the table after its first change.
const keep = 90 * 24 * time.Hour

// maxPages is how many pages of a query are read. A page has 1 MB, the keys of some 4,000 calls.
const maxPages = 4 * maxFound / 4000

// The limits of BatchGetItem
// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html). An answer
// has up to 16 MB, and leaves out items beyond that, and those that DynamoDB throttles.
const (
	maxBatch    = 100
	batchRounds = 8
)

// DynamoDB stores calls in a table, one item each, keyed by the caller's CallSid.
type DynamoDB struct {
	client Table
	table  string
	now    func() time.Time
}

// NewDynamoDB returns the store in the named table, which has the key and indexes that
// template.yaml declares. It uses the credentials of the function's role.
func NewDynamoDB(env awsenv.Environment, table string, now func() time.Time) *DynamoDB {
	client := dynamodb.New(dynamodb.Options{
		Region: env.Region(), Credentials: env.Credentials(),
		BaseEndpoint: env.Endpoint("DYNAMODB"), HTTPClient: env.HTTPClient(), APIOptions: env.CountErrors(metric.DynamoDB),
	})
	return &DynamoDB{client, table, now}
}

// Apply implements Store with one UpdateItem.
func (d *DynamoDB) Apply(ctx context.Context, change Change) (fields Fields, made bool, err error) {
	output, err := d.client.UpdateItem(ctx, d.update(change))
	var refused *types.ConditionalCheckFailedException
	switch {
	case errors.As(err, &refused):
		return fieldsOf(refused.Item), false, nil
	case isItemFull(err):
		return nil, false, fmt.Errorf("update ledger item %s: %w", change.CallSID, ErrItemFull)
	case err != nil:
		return nil, false, fmt.Errorf("update ledger item %s: %w", change.CallSID, cause.Hide(err))
	}
	return fieldsOf(output.Attributes), true, nil
}

// isItemFull reports whether DynamoDB rejects a write because of the item's size. The SDK has no
// type for that error, and its text differs by operation: "Item size to update has exceeded the
// maximum allowed size", "Item size has exceeded the maximum allowed size".
func isItemFull(err error) bool {
	var answer interface {
		ErrorCode() string
		ErrorMessage() string
	}
	if !errors.As(err, &answer) || answer.ErrorCode() != "ValidationException" {
		return false
	}
	text := strings.ToLower(answer.ErrorMessage())
	return strings.Contains(text, "item size") && strings.Contains(text, "exceed")
}

func (d *DynamoDB) update(change Change) *dynamodb.UpdateItemInput {
	var (
		names                      = map[string]string{}
		values                     = map[string]types.AttributeValue{}
		sets, removes, adds, holds []string
	)
	name := func(field string) string {
		placeholder := "#n" + strconv.Itoa(len(names))
		names[placeholder] = field
		return placeholder
	}
	value := func(v types.AttributeValue) string {
		placeholder := ":v" + strconv.Itoa(len(values))
		values[placeholder] = v
		return placeholder
	}
	once := func(field string, v types.AttributeValue) {
		n := name(field)
		sets = append(sets, fmt.Sprintf("%s = if_not_exists(%s, %s)", n, n, value(v)))
	}
	once(expiresAt, &types.AttributeValueMemberN{Value: strconv.FormatInt(d.now().Add(keep).Unix(), 10)})
	for _, field := range slices.Sorted(maps.Keys(change.Once)) {
		once(field, &types.AttributeValueMemberS{Value: change.Once[field]})
	}
	for _, field := range slices.Sorted(maps.Keys(change.Set)) {
		sets = append(sets, name(field)+" = "+value(&types.AttributeValueMemberS{Value: change.Set[field]}))
	}
	for _, field := range change.Absent {
		holds = append(holds, "attribute_not_exists("+name(field)+")")
	}
	for _, field := range change.Present {
		holds = append(holds, "attribute_exists("+name(field)+")")
	}
	for _, field := range slices.Sorted(maps.Keys(change.Within)) {
		var allowed []string
		for _, text := range change.Within[field] {
			allowed = append(allowed, value(&types.AttributeValueMemberS{Value: text}))
		}
		n := name(field)
		holds = append(holds, fmt.Sprintf("(attribute_not_exists(%s) OR %s IN (%s))", n, n, strings.Join(allowed, ", ")))
	}
	if change.EventSID != "" {
		n := name(change.eventSet())
		sid := value(&types.AttributeValueMemberS{Value: change.EventSID})
		holds = append(holds, fmt.Sprintf("NOT contains(%s, %s)", n, sid))
		adds = append(adds, n+" "+value(&types.AttributeValueMemberSS{Value: []string{change.EventSID}}))
	}
	for _, field := range change.Forget {
		removes = append(removes, name(field))
	}
	expression := "SET " + strings.Join(sets, ", ")
	if len(removes) > 0 {
		expression += " REMOVE " + strings.Join(removes, ", ")
	}
	if len(adds) > 0 {
		expression += " ADD " + strings.Join(adds, ", ")
	}
	input := &dynamodb.UpdateItemInput{
		TableName:                           aws.String(d.table),
		Key:                                 key(change.CallSID),
		UpdateExpression:                    aws.String(expression),
		ExpressionAttributeNames:            names,
		ExpressionAttributeValues:           values,
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	if len(holds) > 0 {
		input.ConditionExpression = aws.String(strings.Join(holds, " AND "))
	}
	return input
}

// Get implements Store with one consistent read.
func (d *DynamoDB) Get(ctx context.Context, call string) (Fields, error) {
	input := &dynamodb.GetItemInput{TableName: aws.String(d.table), Key: key(call), ConsistentRead: aws.Bool(true)}
	output, err := d.client.GetItem(ctx, input)
	if err != nil {
		return nil, fmt.Errorf("read ledger item %s: %w", call, cause.Hide(err))
	}
	return fieldsOf(output.Item), nil
}

// Find implements Store with one query for each page of the index, until it has index.Most calls,
// and one BatchGetItem for each 100 calls. The indexes hold keys only: each write to a call would
// be one to each index, too.
func (d *DynamoDB) Find(ctx context.Context, index Index, value string) ([]Fields, error) {
	keys, err := d.keys(ctx, index, value)
	if err != nil {
		return nil, fmt.Errorf("query ledger index %s for %s: %w", index.Name, value, err)
	}
	var found []Fields
	for batch := range slices.Chunk(keys, maxBatch) {
		items, err := d.items(ctx, batch)
		if err != nil {
			return nil, fmt.Errorf("read ledger items of index %s for %s: %w", index.Name, value, err)
		}
		found = append(found, items...)
	}
	// BatchGetItem has no order.
	slices.SortFunc(found, older)
	return found, nil
}

// keys returns the keys of an index's items, in the order of its range key, up to index.Most.
func (d *DynamoDB) keys(ctx context.Context, index Index, value string) (keys []string, err error) {
	input := &dynamodb.QueryInput{
		TableName:                 aws.String(d.table),
		IndexName:                 aws.String(index.Name),
		KeyConditionExpression:    aws.String("#field = :value"),
		ExpressionAttributeNames:  map[string]string{"#field": index.Field},
		ExpressionAttributeValues: map[string]types.AttributeValue{":value": &types.AttributeValueMemberS{Value: value}},
	}
	if first, last, bounded := index.bounds(); bounded {
		if first > last {
			return nil, nil // DynamoDB would return an error
		}
		input.KeyConditionExpression = aws.String("#field = :value AND #seen BETWEEN :first AND :last")
		input.ExpressionAttributeNames["#seen"] = firstSeen
		input.ExpressionAttributeValues[":first"] = &types.AttributeValueMemberS{Value: first}
		input.ExpressionAttributeValues[":last"] = &types.AttributeValueMemberS{Value: last}
	}
	if index.Most > 0 {
		input.Limit = aws.Int32(int32(min(index.Most, maxFound)))
	}
	pages := dynamodb.NewQueryPaginator(d.client, input)
	for read := 0; pages.HasMorePages() && !index.full(len(keys)); read++ {
		if read == maxPages {
			return nil, fmt.Errorf("more than %d pages", maxPages)
		}
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, cause.Hide(err)
		}
		for _, item := range page.Items {
			keys = append(keys, fieldsOf(item)[callSID])
		}
		if err := index.check(len(keys)); err != nil {
			return nil, err
		}
	}
	if index.full(len(keys)) {
		keys = keys[:index.Most]
	}
	return keys, nil
}

// items reads up to maxBatch items, as the last Apply left them; those that are gone are left out.
func (d *DynamoDB) items(ctx context.Context, keys []string) (found []Fields, err error) {
	wanted := types.KeysAndAttributes{ConsistentRead: aws.Bool(true)}
	for _, sid := range keys {
		wanted.Keys = append(wanted.Keys, key(sid))
	}
	for range batchRounds {
		input := &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{d.table: wanted}}
		output, err := d.client.BatchGetItem(ctx, input)
		if err != nil {
			return nil, cause.Hide(err)
		}
		for _, item := range output.Responses[d.table] {
			found = append(found, fieldsOf(item))
		}
		left, throttled := output.UnprocessedKeys[d.table]
		if !throttled || len(left.Keys) == 0 {
			return found, nil
		}
		wanted = left
	}
	return nil, fmt.Errorf("%d items left out in %d answers", len(wanted.Keys), batchRounds)
}

func key(call string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{callSID: &types.AttributeValueMemberS{Value: call}}
}

// fieldsOf leaves out the table's own attributes, which are not strings.
func fieldsOf(item map[string]types.AttributeValue) Fields {
	if len(item) == 0 {
		return nil
	}
	fields := Fields{}
	for name, value := range item {
		if text, ok := value.(*types.AttributeValueMemberS); ok {
			fields[name] = text.Value
		}
	}
	return fields
}

// Delete deletes an item, if there is one. No function does so, only twilioctl forget; a retry is
// safe.
func (d *DynamoDB) Delete(ctx context.Context, key string) error {
	_, err := d.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: aws.String(d.table), Key: map[string]types.AttributeValue{callSID: &types.AttributeValueMemberS{Value: key}},
	})
	if err != nil {
		return fmt.Errorf("delete ledger item %s: %w", key, cause.Hide(err))
	}
	return nil
}
