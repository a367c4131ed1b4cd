package ledger

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"switchboard/shared/dynamodbtest"
)

func TestDynamoDBErrorsAreNotQuoted(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException","message":"the value +14155550123 is invalid"}`)
	}))
	defer server.Close()
	env := dynamodbtest.Environment(server.URL)
	store := NewDynamoDB(env, "ledger", noon)
	_, _, applied := store.Apply(t.Context(), Change{CallSID: call})
	_, read := store.Get(t.Context(), call)
	_, found := store.Find(t.Context(), Index{Name: "by-task", Field: "task_sid"}, "WT00000000000000000000000000000001")
	for name, err := range map[string]error{"Apply": applied, "Get": read, "Find": found} {
		if err == nil || strings.Contains(err.Error(), "4155550123") || !strings.HasSuffix(err.Error(), ": ValidationException (status 400)") {
			t.Errorf("%s: err = %v, want one with the exception's name only", name, err)
		}
	}
}
