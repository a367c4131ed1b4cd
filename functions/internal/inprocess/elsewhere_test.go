package inprocess

import (
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	words "switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/script"
)

// TestWaitingCallerLeavesForAnotherNumber has callers of a desk without workers, in each language.
func TestWaitingCallerLeavesForAnotherNumber(t *testing.T) {
	t.Parallel()
	const elsewhere = "+12065550177"
	for _, language := range words.Languages() {
		for answers, phone := range map[bool]script.Phone{
			true: script.AnswersAfter(2*time.Second, script.Talks(5*time.Second), script.HangsUp()), false: script.Busy(),
		} {
			t.Run(string(language), func(t *testing.T) {
				t.Parallel()
				loop, keys := clock.NewVirtual(account.Morning), account.Secrets(1)
				desk := settings.Settings{
					NoWorker: &settings.NoWorker{After: 60, Offer: settings.AnotherNumber, Number: elsewhere},
					Numbers:  map[string]settings.Number{account.OurNumber: {Language: string(language)}},
				}
				if err := keys.Write(account.SecretsPrefix, desk); err != nil {
					t.Fatal(err)
				}
				environment := account.Settings("deferred")
				environment["CRM_URL"] = ""
				process := New(loop, environment, bundle.Clients{Parameters: keys})
				twilio := simulator.New(process.Config(1, nil))
				process.Twilio.Set(twilio)
				if _, err := account.SetUp(twilio, account.Example, account.Desk{Workers: []account.Worker{newWorker("+14155550191")}}); err != nil {
					t.Fatal(err)
				}
				if err := twilio.SetWorkerActivity(twilio.Workers()[0].SID, account.OfflineSID); err != nil {
					t.Fatal(err)
				}
				twilio.SetPhone(elsewhere, phone)
				book := desk.Book(string(language))
				said := func(name words.Name) string { return book.Line(name, nil).Text }
				line := twilio.Call(customer, account.OurNumber, script.Hears(said(words.OfferNumber)), script.Presses("2"), script.Waits(time.Minute), script.HangsUp())
				process.Sweeps.Until = account.Morning.Add(20 * time.Minute)
				process.Sweeps.Start(t.Context())
				if err := loop.Run(t.Context()); err != nil {
					t.Fatal(err)
				}
				heard := strings.Join(oneCaller{Twilio: twilio}.record(t, line).Heard, " ")
				for name, want := range map[words.Name]bool{words.NoWorkers: true, words.Connecting: true, words.NotTaken: !answers} {
					if strings.Contains(heard, said(name)) != want {
						t.Errorf("heard %q, and %s: want %t", heard, name, want)
					}
				}
			})
		}
	}
}
