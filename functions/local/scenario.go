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
	"switchboard/shared/simulator/scenario"
)

const errFailed failure = "scenarios failed"

// settings are the application section of a scenario: Switchboard's parameters, by their names in template.yaml, and what
// happens beside the calls.
type settings struct {
	// BridgeMode and Desks may be lists: the scenario is played in each.
	BridgeMode         scenario.Texts  `yaml:"BridgeMode"`
	Desks              scenario.Texts  `yaml:"desks"`
	WorkerGate         scenario.Text   `yaml:"WorkerGate"`
	WorkerAnnouncement scenario.Text   `yaml:"WorkerAnnouncement"`
	NumberAttributes   scenario.Object `yaml:"NumberAttributes"`
	TaskPriority       *int            `yaml:"TaskPriority"`
	TaskTimeoutSeconds *int            `yaml:"TaskTimeoutSeconds"`
	WorkerRingSeconds  *int            `yaml:"WorkerRingSeconds"`
	WorkerCallerID     scenario.Text   `yaml:"WorkerCallerId"`
	WrapUpSeconds      *int            `yaml:"WrapUpSeconds"`
	HoldMusicURL       *scenario.Text  `yaml:"HoldMusicUrl"`
	QueueMaxSize       *int            `yaml:"QueueMaxSize"`
	// PostWorkActivity is an activity's name; "" = it stays as it is after a call.
	PostWorkActivity *scenario.Text `yaml:"PostWorkActivitySid"`
	MissedCallPause  *int           `yaml:"MissedCallPauseSeconds"`
	MissedCallLimit  *int           `yaml:"MissedCallLimit"`
	NotifyFrom       scenario.Text  `yaml:"NotifyFrom"`
	// CRMFailsFor names the workers for whom the CRM step fails; CRMDown is how long it fails for all,
	// from the beginning.
	CRMFailsFor scenario.Texts `yaml:"crm_fails_for"`
	CRMDown     scenario.Span  `yaml:"crm_down"`
}

// outcome is the application section of what a caller expects: what Switchboard's ledger has of the call.
type outcome struct {
	Score *scenario.Text `yaml:"score"`
}

// played is a scenario as it was played.
type played struct {
	take     // Call has nothing of the scenario: many people may call in it
	file     string
	scenario *scenario.Scenario // nil when the file could not be read
	way      way
	play     *scenario.Play
	links    []linkedcalls.Link // by caller
	unmet    []string           // expectations that were not met
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
		for _, p := range playFile(ctx, file, o.seed, o.readings) {
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

// playFile plays one file in each of its ways. An error that its contents cause is part of what was played. readings are
// the simulated Twilio's where the file names none.
func playFile(ctx context.Context, file string, seed uint64, readings simulator.Readings) []*played {
	var plays []*played
	for _, way := range waysOf(file) {
		p := &played{file: file, way: way}
		if p.scenario, p.err = scenario.Read(file); p.err == nil {
			p.err = p.run(ctx, seed, readings)
		}
		plays = append(plays, p)
	}
	return plays
}

func (p *played) run(ctx context.Context, seed uint64, readings simulator.Readings) error {
	set, expected, err := p.read()
	if err != nil {
		return err
	}
	loop := simulator.NewVirtual(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC))
	keys := madeUpSecrets(seed)
	var logs bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&logs, nil))
	desk := &desk{secret: keys["/switchboard/crm-secret"], down: set.CRMDown > 0}
	desk.trace = func(document crm.Document, status int) { p.note(loop.Now(), document, status) }
	desk.fails = set.contactsWithoutCRM(p.scenario)
	loop.After(time.Duration(set.CRMDown), desk.recover)

	var rest swap
	p.Base, p.Start = "https://switchboard.example", loop.Now()
	chosen, err := set.stack(p.scenario, p.way)
	if err != nil {
		return err
	}
	bundle := newBundle(loop, chosen, keys, simulator.InProcess(&rest), simulator.InProcess(desk), logger)
	twilio := simulator.New(p.scenario.Config(simulator.Config{
		AccountSID: accountSID, WorkspaceSID: workspaceSID, AuthToken: keys["/switchboard/auth-token"], Seed: seed, Loop: loop, Web: simulator.InProcess(bundle),
		Readings: readings,
		Trace: func(entry simulator.Entry) {
			if !bundle.patrol.busy {
				p.Entries = append(p.Entries, entry)
			}
		},
	}))
	twilio.AddRecordings(chosen.MusicURL)
	rest.set(twilio)
	p.World = &world{Twilio: twilio}
	if p.Broken, err = forge(bundle, p.Base); err != nil {
		return err
	}
	p.way.prepare(p.scenario)
	if p.play, err = p.scenario.SetUp(twilio, site(p.Base)); err != nil {
		return err
	}
	bundle.patrol.until = p.Start.Add(p.play.LastDeed())
	bundle.patrol.start(ctx)
	if err := loop.Run(ctx); err != nil {
		return err
	}
	p.Logs, p.Dead = logs.Bytes(), bundle.queue.dead
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

func (s settings) check(file *scenario.Scenario) error {
	wrong := func(key, format string, values ...any) error {
		return &scenario.Error{File: file.File(), Line: file.Line("application." + key), Text: fmt.Sprintf(format, values...)}
	}
	for _, mode := range s.BridgeMode {
		if mode != "deferred" && mode != "dequeue" {
			return wrong("BridgeMode", "BridgeMode is %q: want deferred or dequeue", mode)
		}
	}
	for _, desk := range s.Desks {
		if desk != multitasking && desk != singleTasking {
			return wrong("desks", "a desk is %q: want %s or %s", desk, multitasking, singleTasking)
		}
	}
	if !slices.Contains([]scenario.Text{"", "press-1", "none"}, s.WorkerGate) {
		return wrong("WorkerGate", "WorkerGate is %q: want press-1 or none", s.WorkerGate)
	}
	if name := s.PostWorkActivity; name != nil && *name != "" && activitySID(string(*name)) == "" {
		return wrong("PostWorkActivitySid", "no activity is called %q", *name)
	}
	for _, name := range s.CRMFailsFor {
		if !slices.ContainsFunc(file.Account.Workers, func(w scenario.Worker) bool { return w.Name == name }) {
			return wrong("crm_fails_for", "no worker is called %q", name)
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
