package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/shared/dynamodbtest"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
)

// tableRequest is a request to DynamoDB as a policy names it.
type tableRequest struct{ action, resource string }

// tableRequests measures which requests the methods of both stores make: each method is called
// once, with AWS's client and a server that notes what arrives.
type tableRequests struct {
	calls ledger.Store
	staff roster.Store

	mu      sync.Mutex
	noted   []tableRequest
	methods map[string][]tableRequest // by method and index
}

func newTableRequests(t *testing.T) *tableRequests {
	t.Helper()
	r := &tableRequests{methods: map[string][]tableRequest{}}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	env := dynamodbtest.Environment(server.URL)
	r.calls, r.staff = ledger.NewDynamoDB(env, "LedgerTable", time.Now), roster.NewDynamoDB(env, "WorkersTable")
	return r
}

// of returns the requests of a method.
func (r *tableRequests) of(method, index string) []tableRequest {
	r.mu.Lock()
	known, found := r.methods[method+index]
	r.noted = nil
	r.mu.Unlock()
	if found {
		return known
	}
	ctx, err := context.Background(), error(nil)
	switch method {
	case "Apply":
		_, _, err = r.calls.Apply(ctx, ledger.Change{CallSID: "CA1", Set: ledger.Fields{"x": "y"}})
	case "Get":
		_, err = r.calls.Get(ctx, "CA1")
	case "Find":
		_, err = r.calls.Find(ctx, ledger.Index{Name: index, Field: "field"}, "value")
	case "Load":
		_, err = r.staff.Load(ctx, "WK1")
	case "Save":
		_, err = r.staff.Save(ctx, roster.Record{WorkerSID: "WK1"})
	case "All":
		_, err = r.staff.All(ctx)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil || len(r.noted) == 0 {
		panic(fmt.Sprintf("%s of a store made %d requests: %v", method, len(r.noted), err))
	}
	r.methods[method+index] = r.noted
	return r.noted
}

// ServeHTTP implements http.Handler: a table with one item.
func (r *tableRequests) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	var input struct {
		TableName, IndexName string
		RequestItems         map[string]any
	}
	_ = json.NewDecoder(request.Body).Decode(&input)
	_, operation, _ := strings.Cut(request.Header.Get("X-Amz-Target"), ".")
	resource := input.TableName
	if input.IndexName != "" {
		resource += "/index/" + input.IndexName
	}
	for table := range input.RequestItems {
		resource = table
	}
	r.mu.Lock()
	r.noted = append(r.noted, tableRequest{"dynamodb:" + operation, resource})
	r.mu.Unlock()
	item := map[string]any{"call_sid": map[string]any{"S": "CA1"}}
	answer := map[string]any{"Items": []any{item}, "Count": 1, "Item": item, "Attributes": item}
	if operation == "BatchGetItem" {
		answer = map[string]any{"Responses": map[string]any{resource: []any{item}}}
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_ = json.NewEncoder(w).Encode(answer)
}
