package requests

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"switchboard/shared/ledger"
)

// failing is a ledger that cannot say whether it recorded that the caller leaves.
type failing struct{ ledger.Ledger }

func (failing) WantCallback(context.Context, string, ledger.Call) (ledger.Call, bool, error) {
	return ledger.Call{}, false, errors.New("the answer is lost")
}

// TestCallerLeavesWhereTheLedgerIsUnsure: no worker would be connected to them if they stayed.
func TestCallerLeavesWhereTheLedgerIsUnsure(t *testing.T) {
	t.Parallel()
	kept := ledger.Ledger{Store: &ledger.Memory{}, Now: noon}
	d := Desk{Ledger: failing{kept}, Now: noon, Logger: slog.New(slog.DiscardHandler)}
	answer, err := d.Wish(t.Context(), ledger.Call{}, ledger.Request{Key: key, Number: "+14155550123", Until: noon().Add(time.Hour), Attributes: "{}"})
	if answer != Agreed || err != nil {
		t.Errorf("answer %v, %v", answer, err)
	}
}
