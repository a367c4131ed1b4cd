package stage

import (
	"context"
	"fmt"

	"switchboard/functions/cmd/twilioctl/desk"
	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/inprocess"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
	inproc "switchboard/shared/simulator/wire"
)

// callerNumber is the caller's: a number reserved for fiction.
const callerNumber = "+14155550101"

// ByHand returns a running stage on which people take both ends of the calls of a desk, with
// Switchboard behind it. Its workers take calls from the start.
func ByHand(ctx context.Context, d desk.Desk) (*Stage, error) {
	s := newStage("Both ends of a call", account.BaseURL)
	var web inprocess.Late
	s.Twilio = simulator.New(s.config(simulator.Config{AccountSID: account.SID, Empty: true}, inproc.InProcess(bins{&web})))
	for _, each := range d.Numbers() {
		s.AddNumber(simulator.Number{Number: each.Number})
		s.numbers = append(s.numbers, Number(each))
	}
	if len(s.numbers) == 0 {
		return nil, fmt.Errorf("set the desk up: its file has no number that a caller could dial")
	}
	access := desk.Access{AccountSID: account.SID, AuthToken: s.AuthToken(), Transport: inproc.InProcess(s.Twilio)}
	parameters, err := d.SetUp(ctx, access, "")
	if err != nil {
		return nil, err
	}
	keys := bundle.Parameters{account.AuthToken: s.AuthToken(), account.CRMSecret: account.Secrets(1)[account.CRMSecret]}
	if err := keys.Write(account.SecretsPrefix, d.Settings()); err != nil {
		return nil, err
	}
	settings := environment(parameters)
	if err := settings.Check(); err != nil {
		return nil, fmt.Errorf("set the desk up: %w", err)
	}
	s.AddRecordings(append(d.Settings().Waiting.Music, account.Music)...)
	s.runFunctions(settings, keys, &web, nil)
	if _, err := d.SetUp(ctx, access, account.BaseURL); err != nil {
		return nil, err
	}
	s.on, s.off = settings["AVAILABLE_ACTIVITY_SID"], settings["OFFLINE_ACTIVITY_SID"]
	if s.off == "" {
		s.off = settings["REJECT_ACTIVITY_SID"]
	}
	s.people = []person{{name: "The caller", address: callerNumber, role: roleCaller}}
	for _, worker := range d.Workers() {
		s.hire(worker.Name, worker.Address)
	}
	s.journal.take() // how the account was set up is no part of the show
	s.start(ctx)
	return s, nil
}

// environment returns the functions' environment variables for a desk's parameters. What AWS and
// the CRM are is this program's to say.
func environment(parameters map[string]string) bundle.Environment {
	settings := account.Settings("deferred")
	settings["POST_WORK_ACTIVITY_SID"] = ""
	ours := account.Settings("deferred")
	for name, value := range parameters {
		settings[bundle.Variable(name)] = value
	}
	for _, variable := range []string{"SECRETS_PREFIX", "CRM_URL", "PUBLIC_BASE_URL"} {
		settings[variable] = ours[variable]
	}
	delete(settings, "TWILIO_API_URL")
	return settings
}

// hire adds the phone of a worker whom the account has, and lets them take calls.
func (s *Stage) hire(name, address string) {
	s.SetPhone(address, script.ByHand())
	for _, worker := range s.Workers() {
		if worker.Name == name {
			s.people = append(s.people, person{name: name, address: address, role: roleWorker, sid: worker.SID})
			_ = s.SetWorkerActivity(worker.SID, s.on) // both exist
		}
	}
}
