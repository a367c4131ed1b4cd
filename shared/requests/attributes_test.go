package requests

import (
	"strings"
	"testing"

	"switchboard/shared/ledger"
)

func TestRoutingKeepsWhatRoutes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"call_sid":"CA1","from":"+1","from_city":"X","team":"billing","language":"es","worker_call_sid":"CA2","reservation_attributes":{},"n":1}`: `{"language":"es","n":1,"team":"billing"}`,
		`null`: `{}`,
		`[]`:   `{}`,
		``:     `{}`,
	} {
		if got := Routing(text); got != want {
			t.Errorf("Routing(%s) = %s, want %s", text, got, want)
		}
	}
}

func TestAttributesNameNoCall(t *testing.T) {
	t.Parallel()
	r := ledger.Request{Key: "CB00000000000000000000000000000001", Number: "+14155550123", Dialed: "+12065550100", Try: 2, Language: "es", Attributes: `{"team":"billing"}`}
	want := `{"from":"+14155550123","language":"es","request":{"kind":"callback","key":"CB00000000000000000000000000000001","try":2},"team":"billing","to":"+12065550100"}`
	if got, err := attributes(r); got != want || err != nil {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
	r.Attributes = `{"note":"` + strings.Repeat("x", 4000) + `"}`
	if _, err := attributes(r); err == nil {
		t.Error("attributes of more than 4,096 characters are no error")
	}
}
