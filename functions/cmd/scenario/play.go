package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/fakecrm"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/rules"
	"switchboard/functions/internal/section"
	"switchboard/functions/internal/timeline"
	"switchboard/functions/internal/trigger"
	"switchboard/functions/linkedcalls"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/scenario"
	"switchboard/shared/simulator/wire"
	"switchboard/shared/taskrouter"
)

// outcome is the application section of a caller's expectations: what the ledger has of the call.
type outcome struct {
	Score   *string           `yaml:"score"`
	Answers map[string]string `yaml:"answers"` // to the desk's own questions; nil = not expected
}

// play is a scenario and what happened in it.
type play struct {
	file     string
	variant  variant
	scenario *scenario.Scenario // nil if the file could not be read
	played   *scenario.Play

	twilio *simulator.Twilio
	timeline.Timeline
	links  []linkedcalls.Link // by caller
	logs   bytes.Buffer
	dead   []*trigger.Message
	sweeps int // runs of the sweeper

	unmet  []string // expectations that were not met
	broken rules.Broken
	err    error // why it could not be played
}

func (p *play) failed() (is bool) { return p.err != nil || len(p.unmet) > 0 || len(p.broken) > 0 }

// playFile plays one file. An error in the file is part of the play.
func playFile(ctx context.Context, file string, under variant) *play {
	p := &play{file: file, variant: under}
	if p.scenario, p.err = scenario.Read(file); p.err == nil {
		p.err = p.run(ctx)
	}
	return p
}

func (p *play) run(ctx context.Context) error {
	set, expected, err := p.read()
	if err != nil {
		return err
	}
	settings, err := set.Environment(p.scenario)
	if err != nil {
		return err
	}
	p.variant.change(settings, p.scenario)
	loop, secrets := clock.NewVirtual(account.Morning), account.Secrets(p.variant.seed)
	if set.Callers != nil {
		if err := secrets.Write(account.SecretsPrefix, *set.Callers); err != nil {
			return err
		}
	}
	p.Timeline = timeline.Timeline{Base: account.BaseURL, Start: loop.Now()}
	crm := &fakecrm.CRM{
		Secret: secrets[account.CRMSecret],
		Now:    loop.Now,
		Trace:  p.Add,
		Fails:  set.FailsCRM(p.scenario, loop),
	}
	process := inprocess.New(loop, settings, bundle.Clients{
		Parameters: secrets,
		CRM:        wire.InProcess(crm),
		Logger:     slog.New(slog.NewJSONHandler(&p.logs, nil)),
	})
	config := process.Config(p.variant.seed, p.Add)
	config.Readings = p.variant.readings
	p.twilio = simulator.New(p.scenario.Config(config))
	p.twilio.AddRecordings(account.Music)
	if set.Callers != nil {
		p.twilio.AddRecordings(set.Callers.Waiting.Music...)
	}
	process.Twilio.Set(p.twilio)
	if err := rules.Forged(process, p.Base, p.broken.Add); err != nil {
		return err
	}
	if p.played, err = p.scenario.SetUp(p.twilio, section.Site()); err != nil {
		return err
	}
	process.Sweeps.Until = p.Start.Add(p.played.LastAction())
	process.Sweeps.Start(ctx)
	if err := loop.Run(ctx); err != nil {
		return err
	}
	p.dead, p.sweeps = append(process.Queue.Dead, process.Recordings.Dead...), len(process.Sweeps.Reports)
	if err := p.askLedger(ctx, process.Links); err != nil {
		return err
	}
	p.unmet = append(p.played.Unmet(), p.unmetByLedger(expected)...)
	p.judge(secrets)
	for _, finding := range process.Sweeps.Findings() {
		p.broken.Add(rules.Idle, "%s", finding)
	}
	return nil
}

// read decodes the scenario's sections for Switchboard.
func (p *play) read() (section.Section, []outcome, error) {
	set, err := section.Read(p.scenario)
	if err != nil {
		return set, nil, err
	}
	expected := make([]outcome, len(p.scenario.Callers))
	for i, caller := range p.scenario.Callers {
		if err := p.scenario.Decode(caller.Expect.Application, &expected[i]); err != nil {
			return set, nil, err
		}
	}
	return set, expected, nil
}

func (p *play) askLedger(ctx context.Context, links linkedcalls.Handler) error {
	for i := range p.scenario.Callers {
		report, err := links.Handle(ctx, linkedcalls.Request{CallSID: p.played.Caller(i).SID})
		if err != nil {
			return err
		}
		link := linkedcalls.Link{}
		if len(report.Calls) == 1 {
			link = report.Calls[0]
		}
		p.links = append(p.links, link)
	}
	return nil
}

// judge adds the rules that were broken. The scenario's expectations, not the rules, judge entries
// in Twilio's debugger and how reservations end.
func (p *play) judge(secrets map[string]string) {
	twilio, breaks := rules.Of(p.twilio), p.broken.Add
	rules.DeadLetters(p.dead, breaks)
	rules.Answers(p.Entries, breaks)
	twilio.Requests(p.twilio.Requests(), breaks)
	rules.Logs(p.logs.Bytes(), secrets, breaks)
	rules.Workers(p.twilio.Workers(), []string{account.WrappingUpSID, account.UnavailableSID}, breaks)
	twilio.WorkerCalls(twilio.CallerEnded, breaks)
	twilio.Ends(rules.Open{}, breaks)
	twilio.Callers(p.Entries, breaks)
	for i, link := range p.links {
		rules.Link(link, p.played.Caller(i), breaks)
	}
}

func (p *play) unmetByLedger(expected []outcome) []string {
	var unmet []string
	for i, want := range expected {
		if want.Score != nil && p.links[i].Score != *want.Score {
			line := p.scenario.Line(fmt.Sprintf("callers[%d].expect.application.score", i))
			unmet = append(unmet, fmt.Sprintf("%s:%d: the ledger has score %q, want %q",
				p.scenario.File(), line, p.links[i].Score, *want.Score))
		}
		if has := answers(p.links[i]); want.Answers != nil && !maps.Equal(has, want.Answers) {
			line := p.scenario.Line(fmt.Sprintf("callers[%d].expect.application.answers", i))
			unmet = append(unmet, fmt.Sprintf("%s:%d: the ledger has answers %q, want %q",
				p.scenario.File(), line, has, want.Answers))
		}
	}
	return unmet
}

// answers are what the ledger has of the desk's own questions, with "recorded" for any recording:
// its SID differs by seed.
func answers(link linkedcalls.Link) map[string]string {
	named := maps.Clone(link.Answers)
	for question, answer := range named {
		if taskrouter.ValidSID("RE", answer) {
			named[question] = "recorded"
		}
	}
	return named
}
