package inprocess

import (
	"maps"
	"slices"
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/meter"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
)

// mostUnits is how many write units a plain call may cost.
const mostUnits = 40

// TestWriteUnitsOfPlainCall has one caller talk to one worker and answer the survey.
func TestWriteUnitsOfPlainCall(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"deferred", "dequeue"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			loop, table := clock.NewVirtual(account.Morning), &meter.Ledger{}
			settings := account.Settings(mode)
			settings["CRM_URL"] = ""
			process := New(loop, settings, bundle.Clients{Parameters: account.Secrets(1), Table: table})
			twilio := simulator.New(process.Config(1, nil))
			process.Twilio.Set(twilio)
			desk := account.Desk{Workers: []account.Worker{newWorker("+14155550191", pressesOne(2*time.Second, 20*time.Second))}}
			if _, err := account.SetUp(twilio, account.Example, desk); err != nil {
				t.Fatal(err)
			}
			twilio.Call(customer, account.OurNumber, script.Hears("one to five"), script.Presses("5"), script.HangsUpAfter(20*time.Second))
			process.Sweeps.Start(t.Context())
			if err := loop.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			units, by := table.Units().Writes, table.WriteUnits()
			writes, largest := table.Writes()
			for _, name := range slices.Sorted(maps.Keys(by)) {
				t.Logf("%-15s %3d write units", name, by[name])
			}
			t.Logf("%.0f write units in %d writes, %d bytes", units, writes, largest)
			if units > mostUnits {
				t.Errorf("a plain call costs %.0f write units, want at most %d", units, mostUnits)
			}
		})
	}
}
