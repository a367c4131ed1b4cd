package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"switchboard/functions/linkedcalls"
	"switchboard/shared/crm"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/scenario"
	"switchboard/shared/simulator/wire"
)

const errFailed failure = "scenarios failed"

// outcome is the application section of what a caller expects: what Switchboard's ledger has of the call.
type outcome struct {
	Score *string `yaml:"score"`
}

// played is a scenario as it was played.
type played struct {
	take     // Call has nothing of the scenario: many people may call in it
	file     string
	under    variant
	scenario *scenario.Scenario // nil when the file could not be read
	play     *scenario.Play
	links    []linkedcalls.Link // by caller
	unmet    []string           // expectations that were not met
	sweeps   int                // runs of the sweeper
	err      error              // it could not be played
}

func (p *played) failed() bool { return p.err != nil || len(p.unmet) > 0 || len(p.Broken) > 0 }

// playScenarios plays a file, or every file of a folder, and fails unless all that was expected came, within the rules.
func playScenarios(ctx context.Context, out io.Writer, o options) error {
	files, err := scenarioFiles(o.scenario)
	if err != nil {
		return err
	}
	var plays []*played
	failed := 0
	for _, file := range files {
		for _, under := range waysOf(file, variant{seed: o.seed, mode: o.mode, readings: o.readings}) {
			p := playFile(ctx, file, under)
			if !o.json {
				p.tell(out)
			}
			if p.failed() {
				failed++
			}
			plays = append(plays, p)
		}
	}
	if o.json {
		err = writeScenarios(out, plays)
	} else {
		verdicts(out, plays)
	}
	if err == nil && failed > 0 {
		err = fmt.Errorf("%d of %d %w", failed, len(plays), errFailed)
	}
	return err
}

func scenarioFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("find scenario: %w", err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var files []string
	err = filepath.WalkDir(path, func(file string, _ fs.DirEntry, err error) error {
		if slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(file)) {
			files = append(files, file)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("find scenarios: no .yaml file in %s", path)
	}
	return files, err
}

// playFile plays one file. An error that its contents cause is part of what was played.
func playFile(ctx context.Context, file string, under variant) *played {
	p := &played{file: file, under: under}
	if p.scenario, p.err = scenario.Read(file); p.err == nil {
		p.err = p.run(ctx, under)
	}
	return p
}

func (p *played) run(ctx context.Context, under variant) error {
	set, expected, err := p.read()
	if err != nil {
		return err
	}
	loop := clock.NewVirtual(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC))
	keys := madeUpSecrets(under.seed)
	var logs bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&logs, nil))
	desk := &desk{secret: keys["/switchboard/crm-secret"]}
	desk.trace = func(document crm.Document, status int) { p.note(loop.Now(), document, status) }
	desk.fails = set.contactsWithoutCRM(p.scenario)
	desk.down = func() bool { return set.crmDown.holds(loop.Now().Sub(p.Start)) }

	var rest swap
	p.Base, p.Start = "https://switchboard.example", loop.Now()
	chosen, err := set.stack(p.scenario)
	if err != nil {
		return err
	}
	under.change(chosen, p.scenario)
	bundle := newBundle(loop, chosen, keys, wire.InProcess(&rest), wire.InProcess(desk), logger)
	twilio := simulator.New(p.scenario.Config(simulator.Config{
		AccountSID: accountSID, WorkspaceSID: workspaceSID, AuthToken: keys["/switchboard/auth-token"], Seed: under.seed, Loop: loop, Readings: under.readings, Web: wire.InProcess(bundle),
		Trace: func(entry simulator.Entry) {
			if !bundle.patrol.busy {
				p.Entries = append(p.Entries, entry)
			}
		},
	}))
	twilio.AddRecordings(chosen["HOLD_MUSIC_URL"])
	rest.set(twilio)
	p.World = &world{Twilio: twilio}
	if p.Broken, err = forge(bundle, p.Base); err != nil {
		return err
	}
	if p.play, err = p.scenario.SetUp(twilio, site(p.Base)); err != nil {
		return err
	}
	bundle.patrol.until = p.Start.Add(p.play.LastDeed())
	bundle.patrol.start(ctx)
	if err := loop.Run(ctx); err != nil {
		return err
	}
	p.Logs, p.Dead, p.sweeps = logs.Bytes(), bundle.queue.dead, len(bundle.patrol.reports)
	if err := p.askLedger(ctx, bundle.links); err != nil {
		return err
	}
	p.unmet = append(p.play.Unmet(), p.unmetByLedger(expected)...)
	p.Broken = append(p.Broken, p.brokenByMany(keys)...)
	for _, finding := range bundle.patrol.mended() {
		p.Broken = append(p.Broken, "the sweeper found: "+finding)
	}
	return nil
}

// read decodes what the scenario has for Switchboard.
func (p *played) read() (settings, []outcome, error) {
	var set settings
	if err := p.scenario.Decode(p.scenario.Application, &set); err != nil {
		return set, nil, err
	}
	expected := make([]outcome, len(p.scenario.Callers))
	for i, caller := range p.scenario.Callers {
		if err := p.scenario.Decode(caller.Expect.Application, &expected[i]); err != nil {
			return set, nil, err
		}
	}
	return set, expected, set.check(p.scenario)
}

// check finds workers whom the scenario does not have.
func (s settings) check(file *scenario.Scenario) error {
	for _, name := range s.crmFailsFor {
		if !slices.ContainsFunc(file.Account.Workers, func(w scenario.Worker) bool { return w.Name == name }) {
			return &scenario.Error{File: file.File(), Line: file.Line("application.crm_fails_for"), Text: fmt.Sprintf("no worker is called %q", name)}
		}
	}
	return nil
}

func (p *played) askLedger(ctx context.Context, links linkedcalls.Handler) error {
	for i := range p.scenario.Callers {
		report, err := links.Handle(ctx, linkedcalls.Request{CallSID: p.play.Caller(i).SID})
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
