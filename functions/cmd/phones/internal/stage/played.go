package stage

import (
	"context"
	"fmt"
	"strings"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/section"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/scenario"
	inproc "switchboard/shared/simulator/wire"
)

// Play returns a running stage on which a scenario's people follow their scripts, with Switchboard
// behind it. Errors in the scenario have file and line.
func Play(ctx context.Context, file *scenario.Scenario) (*Stage, error) {
	set, err := section.Read(file)
	if err != nil {
		return nil, err
	}
	settings, err := set.Environment(file)
	if err != nil {
		return nil, err
	}
	section.Vary(settings, file, first(set.Modes), first(set.Desks))
	s, keys := newStage(file.Title, account.BaseURL), account.Secrets(1)
	if set.Callers != nil {
		if err := keys.Write(account.SecretsPrefix, *set.Callers); err != nil {
			return nil, err
		}
	}
	var web inprocess.Late
	s.Twilio = simulator.New(file.Config(s.config(simulator.Config{
		AccountSID: account.SID, WorkspaceSID: account.WorkspaceSID, AuthToken: keys[account.AuthToken], Seed: 1,
	}, inproc.InProcess(bins{&web}))))
	s.AddRecordings(account.Music)
	if set.Callers != nil {
		s.AddRecordings(set.Callers.Waiting.Music...)
	}
	s.runFunctions(settings, keys, &web, set.FailsCRM(file, s.loop))
	if err := s.perform(file, section.Site()); err != nil {
		return nil, err
	}
	s.start(ctx)
	return s, nil
}

// first returns the first of a list, "" of an empty one.
func first(list scenario.Texts) string {
	for _, each := range list {
		return each
	}
	return ""
}

// perform sets a scenario up and gives its people phones.
func (s *Stage) perform(file *scenario.Scenario, site scenario.Site) (err error) {
	if s.cast, err = file.SetUp(s.Twilio, site); err != nil {
		return fmt.Errorf("set the scenario up: %w", err)
	}
	seen := map[string]bool{}
	for _, caller := range file.Callers {
		name := caller.Name
		if name == "" || strings.HasPrefix(name, "+") {
			name = "Caller " + ending(caller.From)
		}
		if !seen[caller.From] {
			s.cover(person{name: name, address: caller.From, role: roleCaller, scripted: true}, len(seen))
		}
		seen[caller.From] = true
	}
	records := s.Workers()
	for i, worker := range file.Account.Workers {
		s.cover(person{name: worker.Name, address: worker.Contact(), role: roleWorker, sid: records[i].SID, scripted: true}, i)
	}
	return nil
}

// maxPhones is the number of phones that a stage shows of callers and of workers.
const maxPhones = 12

// cover adds a person's phone, or counts it if there are enough before it.
func (s *Stage) cover(p person, before int) {
	if before < maxPhones {
		s.people = append(s.people, p)
	} else {
		s.more++
	}
}

// ending returns the end of a phone number, by which people tell numbers apart.
func ending(number string) string { return number[max(len(number)-4, 0):] }
