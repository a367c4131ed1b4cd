package desk_test

import (
	"slices"
	"strings"
	"testing"

	"switchboard/functions/cmd/twilioctl/desk"
	"switchboard/functions/internal/account"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/wire"
)

const file = `
workers:
  - {name: Alice, contact_uri: "+14155550191"}
numbers:
  - {number: "+12065550100", menu: main}
  - {number: "+12065550133", duty: true}
menus:
  main:
    choices: [{key: 1, say: {en: Press 1.}}]
deploy: {WorkerRingSeconds: 20}
`

func TestDeskSetsAccountUp(t *testing.T) {
	t.Parallel()
	d, err := desk.Parse("desk.yaml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	twilio := account.NewEmpty(simulator.Config{})
	parameters, err := d.SetUp(t.Context(), desk.Access{
		AccountSID: twilio.AccountSID(),
		AuthToken:  twilio.AuthToken(),
		Transport:  wire.InProcess(twilio),
	}, account.BaseURL)
	if err != nil {
		t.Fatal(err)
	}
	workers := twilio.Workers()
	if len(workers) != 1 || workers[0].Name != "Alice" {
		t.Errorf("workers = %+v", workers)
	}
	if parameters["WorkspaceSid"] != twilio.WorkspaceSID() || parameters["WorkerRingSeconds"] != "20" {
		t.Errorf("parameters = %v", parameters)
	}
	if want := []desk.Worker{{Name: "Alice", Address: "+14155550191"}}; !slices.Equal(d.Workers(), want) {
		t.Errorf("workers = %v, want %v", d.Workers(), want)
	}
	if want := []desk.Number{{Number: "+12065550100"}, {Number: "+12065550133", Duty: true}}; !slices.Equal(d.Numbers(), want) {
		t.Errorf("numbers = %v, want %v", d.Numbers(), want)
	}
	if d.Available() != "Available" || d.Settings().Menus["main"].Choices == nil {
		t.Errorf("available = %q, settings = %+v", d.Available(), d.Settings())
	}
}

// TestMissingNumberBlocks: the account does not have the file's number.
func TestMissingNumberBlocks(t *testing.T) {
	t.Parallel()
	d, err := desk.Parse("desk.yaml", []byte(`numbers: ["+12065550199"]`))
	if err != nil {
		t.Fatal(err)
	}
	twilio := account.NewEmpty(simulator.Config{})
	_, err = d.SetUp(t.Context(), desk.Access{
		AccountSID: twilio.AccountSID(),
		AuthToken:  twilio.AuthToken(),
		Transport:  wire.InProcess(twilio),
	}, account.BaseURL)
	if err == nil || !strings.Contains(err.Error(), "+12065550199") {
		t.Errorf("error = %v, want one about the number", err)
	}
}
