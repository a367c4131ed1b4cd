package ledger

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const tableName = "calls"

// endless is a table whose queries have no last page.
type endless struct {
	Table
	size    int   // calls of a page without a limit
	queries int   // so far
	limit   int32 // of the last query
	batches int   // so far
	stuck   bool  // BatchGetItem leaves out all
}

func (e *endless) Query(_ context.Context, input *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	e.queries++
	e.limit = aws.ToInt32(input.Limit)
	output := &dynamodb.QueryOutput{LastEvaluatedKey: key(fmt.Sprint(e.queries))}
	for range e.size {
		output.Items = append(output.Items, key("CA00000000000000000000000000000001"))
	}
	return output, nil
}

// BatchGetItem has calls that are open. It leaves out all but the first half of what is asked for.
func (e *endless) BatchGetItem(
	_ context.Context, input *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options),
) (*dynamodb.BatchGetItemOutput, error) {
	e.batches++
	wanted := input.RequestItems[tableName]
	half := (len(wanted.Keys) + 1) / 2
	output := &dynamodb.BatchGetItemOutput{Responses: map[string][]map[string]types.AttributeValue{}}
	for _, each := range wanted.Keys[:half] {
		item := maps.Clone(each)
		item[phase] = &types.AttributeValueMemberS{Value: phaseOpen}
		output.Responses[tableName] = append(output.Responses[tableName], item)
	}
	if wanted.Keys = wanted.Keys[half:]; len(wanted.Keys) > 0 || e.stuck {
		output.UnprocessedKeys = map[string]types.KeysAndAttributes{tableName: wanted}
	}
	if e.stuck {
		output.Responses, output.UnprocessedKeys = nil, input.RequestItems
	}
	return output, nil
}

func TestItemsThatAnAnswerLeavesOut(t *testing.T) {
	t.Parallel()
	table := &endless{size: 150}
	l := Ledger{Store: &DynamoDB{client: table, table: tableName, now: noon}, Now: noon}
	if open, err := l.Open(t.Context(), time.Unix(0, 0), noon(), 50); err != nil || len(open) != 50 || table.batches != 7+6 {
		t.Errorf("%d calls in %d answers, %v", len(open), table.batches, err)
	}
	table.stuck = true
	if _, err := l.Open(t.Context(), time.Unix(0, 0), noon(), 50); err == nil || !strings.Contains(err.Error(), "100 items left out in 8 answers") {
		t.Errorf("error %v", err)
	}
}

func TestEndlessQuery(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		size        int
		wantQueries int
		wantErr     string
	}{
		{
			name:        "full pages",
			size:        1500,
			wantQueries: 14,
			wantErr:     "more than 20,000 calls",
		},
		{
			name:        "empty pages",
			size:        0,
			wantQueries: 20,
			wantErr:     "more than 20 pages",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			table := &endless{size: test.size}
			l := Ledger{Store: &DynamoDB{client: table, table: tableName, now: noon}, Now: noon}
			_, err := l.Between(t.Context(), noon(), noon().Add(time.Hour))
			if err == nil || !strings.Contains(err.Error(), test.wantErr) || table.queries != test.wantQueries {
				t.Errorf("%v after %d queries, want %q after %d", err, table.queries, test.wantErr, test.wantQueries)
			}
		})
	}
}

func TestOpenReadsNoMore(t *testing.T) {
	t.Parallel()
	table := &endless{size: 200}
	l := Ledger{Store: &DynamoDB{client: table, table: tableName, now: noon}, Now: noon}
	open, err := l.Open(t.Context(), time.Unix(0, 0), noon(), 1000)
	if err != nil || len(open) != 1000 || table.queries != 6 || table.limit != 1000+closedMeanwhile {
		t.Errorf("%d open calls, %v after %d queries with limit %d", len(open), err, table.queries, table.limit)
	}
}

// TestManyDays has calls of several days, which fit into memory by the day and not together.
func TestManyDays(t *testing.T) {
	t.Parallel()
	l := Ledger{Store: crowded{}, Now: noon}
	if calls, err := l.Between(t.Context(), noon(), noon().Add(24*time.Hour)); err != nil || len(calls) != maxFound {
		t.Errorf("two days: %d calls, %v", len(calls), err)
	}
	if _, err := l.Between(t.Context(), noon(), noon().Add(48*time.Hour)); !errors.Is(err, errTooMany) {
		t.Errorf("three days: %v, want %v", err, errTooMany)
	}
}

// crowded is a store that has half of what fits into memory on each day.
type crowded struct{ Store }

func (crowded) Find(context.Context, Index, string) ([]Fields, error) {
	return make([]Fields, maxFound/2), nil
}
