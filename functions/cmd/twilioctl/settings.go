package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"switchboard/functions/cmd/twilioctl/internal/callers"
	"switchboard/functions/cmd/twilioctl/internal/plan"
	"switchboard/functions/cmd/twilioctl/internal/workspacefile"
)

// settingsPlan is what apply would change in the desk's settings.
type settingsPlan struct {
	callers.Comparison
	store   callers.Store
	decided bool   // the file has keys about callers
	why     string // why they were not compared with SSM's, for people

	untranslated []string // texts of the file that some callers hear in English
}

// compare compares the callers' part of a file with SSM. A plan is useful without AWS; apply is not
// to leave out half of a file.
func (p program) compare(ctx context.Context, cmd *cli.Command, s session, file *workspacefile.File) (settingsPlan, error) {
	wanted, decided := file.Settings()
	made := settingsPlan{decided: decided}
	for _, each := range wanted.Untranslated() {
		made.untranslated = append(made.untranslated, each.Field+": "+each.Text)
	}
	switch {
	case !decided:
		return made, nil
	case cmd.Bool("no-stack"):
		made.why = "--no-stack was given"
		return made, nil
	}
	held, err := p.held(ctx, cmd, s, file, &made.store)
	switch {
	case err != nil && cmd.Name == "plan" && ctx.Err() == nil:
		made.why = strings.Join(strings.Fields(err.Error()), " ")
		return made, nil
	case err != nil:
		return made, fmt.Errorf("%w\nWithout AWS, give --no-stack to leave URLs and what callers hear unchanged", err)
	}
	made.Comparison, err = callers.Compare(held, wanted)
	return made, err
}

// held reads the settings that SSM holds.
func (p program) held(ctx context.Context, cmd *cli.Command, s session, file *workspacefile.File, store *callers.Store) (map[string]string, error) {
	prefix := secretsPrefix(cmd, s.stack)
	if own := file.Deploy["SecretsPrefix"]; own != "" && !cmd.IsSet("secrets-prefix") && parameter(s.stack, "SecretsPrefix") == "" {
		prefix = own // of the stack that is to be deployed
	}
	found, err := s.aws(ctx)
	if err != nil {
		return nil, err
	}
	*store = callers.Store{Client: found.Parameters, Prefix: prefix, Now: p.now}
	p.progress("read settings below " + store.Path())
	defer p.clearProgress()
	return store.Read(ctx)
}

// addTo adds what people have to know to the plan for Twilio.
func (s settingsPlan) addTo(made plan.Plan) plan.Plan {
	made.Blocked = append(made.Blocked, s.Blocked...)
	made.Warnings = slices.Concat(made.Warnings, s.untranslated, s.Warnings)
	return made
}

// soon says when functions use what was just written.
func (p program) soon() string {
	by := p.now().Add(callers.Delay)
	return fmt.Sprintf("functions use it within %d minutes, by %s", int(callers.Delay.Minutes()), by.Format("15:04 MST"))
}

func (p program) printSettings(s settingsPlan) {
	const title = "Settings for callers"
	switch {
	case !s.decided:
	case s.why != "":
		fmt.Fprintf(p.out, "\n%s: not compared with SSM: %s\n", title, s.why)
	case len(s.Changes) == 0:
		fmt.Fprintf(p.out, "\n%s: nothing to change.\n", title)
	default:
		fmt.Fprintf(p.out, "\n%s: %s.\n\n", title, count(s.Lines(), "change"))
		for _, change := range s.Changes {
			for _, line := range change.Lines {
				fmt.Fprintf(p.out, "    %s\n", line)
			}
		}
	}
}

// writeSettings writes the settings that differ.
func (p program) writeSettings(ctx context.Context, cmd *cli.Command, s settingsPlan, o *outcome) error {
	if len(s.Changes) == 0 {
		return nil
	}
	p.progress("write settings below " + s.store.Path())
	done, err := s.store.WriteAll(ctx, s.Changes)
	p.clearProgress()
	o.Written = done
	if len(done) > 0 && !cmd.Bool("json") {
		fmt.Fprintf(p.out, "done: settings %s; %s\n", strings.Join(done, ", "), p.soon())
	}
	if err != nil {
		left := strings.Join(callers.Topics(s.Changes, done), ", ")
		return &exitError{exitStopped, errors.Join(err, fmt.Errorf("settings not written: %s", left))}
	}
	return nil
}
