package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"switchboard/functions/cmd/twilioctl/internal/callers"
	"switchboard/shared/prompt"
	"switchboard/shared/settings"
)

func (p program) closeCommand() *cli.Command {
	var flags []cli.Flag
	for _, language := range prompt.Languages() {
		flags = append(flags, &cli.StringFlag{
			Name: reasonFlag(string(language)), Usage: "`text` or https URL of a recording that callers hear in " + string(language),
		})
	}
	return &cli.Command{
		Name:        "close",
		Usage:       "close all numbers now, in an emergency",
		Description: "Callers hear the reason, or the prompt closed. Then they get what their number's hours say under when_closed.",
		Flags:       flags,
		Action: func(ctx context.Context, cmd *cli.Command) error {
			wanted := settings.Closed{Now: true}
			for _, language := range prompt.Languages() {
				if text := cmd.String(reasonFlag(string(language))); text != "" {
					if wanted.Reason == nil {
						wanted.Reason = map[string]string{}
					}
					wanted.Reason[string(language)] = text
				}
			}
			return p.setClosed(ctx, cmd, wanted)
		},
	}
}

func (p program) openCommand() *cli.Command {
	return &cli.Command{
		Name:   "open",
		Usage:  "end what close began: the hours of each number decide again",
		Action: func(ctx context.Context, cmd *cli.Command) error { return p.setClosed(ctx, cmd, settings.Closed{}) },
	}
}

// reasonFlag is the flag of the reason in a language.
func reasonFlag(language string) string {
	if language == string(prompt.English) {
		return "reason"
	}
	return "reason-" + language
}

// closedDocument is what close and open print for scripts.
type closedDocument struct {
	Closed bool              `json:"closed"`
	By     time.Time         `json:"by"`    // when every function uses it
	Hears  map[string]string `json:"hears"` // what callers hear, by language; only while closed
	Notes  []string          `json:"notes"`
}

func (p program) setClosed(ctx context.Context, cmd *cli.Command, wanted settings.Closed) error {
	if cmd.Args().Present() {
		return usage(fmt.Errorf("%s takes no %q: quote a reason with spaces", cmd.Name, cmd.Args().First()))
	}
	for _, each := range (settings.Settings{Closed: wanted}).Check() {
		language := strings.TrimPrefix(each.Field, "closed.reason.")
		return usage(fmt.Errorf("--%s: %s", reasonFlag(language), each.Text))
	}
	store, err := p.settingsStore(ctx, cmd)
	if err != nil {
		return err
	}
	held, err := store.Read(ctx)
	if err != nil {
		return err
	}
	all, faults := settings.Join(held)
	if errors.Is(faults[settings.OfClosed], settings.ErrNewer) {
		return fmt.Errorf("a newer twilioctl has written %s%s: use that version", store.Path(), settings.OfClosed)
	}
	all.Closed = wanted
	text, err := all.Encode(settings.OfClosed)
	if err != nil {
		return err
	}
	if err := store.Write(ctx, settings.OfClosed, text); err != nil {
		return err
	}
	p.clearProgress()
	return p.printClosed(cmd, all)
}

// settingsStore finds the settings of the stack. A mistyped --stack must not close another desk.
func (p program) settingsStore(ctx context.Context, cmd *cli.Command) (callers.Store, error) {
	c := &connector{program: p, cmd: cmd}
	var s session
	if err := c.findStack(ctx, &s); err != nil {
		return callers.Store{}, err
	}
	if s.stack == nil && !cmd.Bool("no-stack") && !cmd.IsSet("secrets-prefix") {
		return callers.Store{}, fmt.Errorf("%s: give another --stack, or --secrets-prefix", s.noStack)
	}
	found, err := c.aws(ctx)
	if err != nil {
		return callers.Store{}, err
	}
	return callers.Store{Client: found.Parameters, Prefix: secretsPrefix(cmd, s.stack), Now: p.now}, nil
}

func (p program) printClosed(cmd *cli.Command, all settings.Settings) error {
	document := closedDocument{Closed: all.Closed.Now, By: p.now().Add(callers.Delay), Hears: map[string]string{}, Notes: []string{}}
	if all.Closed.Now {
		document.Hears, document.Notes = hears(all)
	} else {
		document.Notes = closedByHours(all, p.now())
	}
	if cmd.Bool("json") {
		return p.printJSON(document)
	}
	if all.Closed.Now {
		fmt.Fprintf(p.out, "Closed for every number: %s.\n", p.soon())
	} else {
		fmt.Fprintf(p.out, "No longer closed by hand: %s.\n", p.soon())
	}
	for _, language := range slices.Sorted(maps.Keys(document.Hears)) {
		fmt.Fprintf(p.out, "    %s: new callers hear %q\n", language, document.Hears[language])
	}
	for _, note := range document.Notes {
		fmt.Fprintf(p.out, "    %s\n", note)
	}
	if all.Closed.Now {
		fmt.Fprintln(p.out, "Then they get what their number's hours say under when_closed; by default they can leave a message.\n"+
			"Callers who wait already stay in line. twilioctl open opens again.")
	}
	return nil
}

// hears returns what callers hear while the desk is closed by hand, by the languages of its
// numbers.
func hears(all settings.Settings) (texts map[string]string, notes []string) {
	languages := map[string]bool{}
	for _, number := range all.Numbers {
		languages[cmp.Or(number.Language, string(prompt.English))] = true
	}
	if _, found := all.Numbers[settings.OtherNumbers]; !found {
		languages[string(prompt.English)] = true
	}
	texts, notes = map[string]string{}, []string{}
	for _, language := range slices.Sorted(maps.Keys(languages)) {
		text := settings.SayIn(all.Closed.Reason, language)
		if text == "" {
			line := all.Book(language).Line(prompt.Closed, nil)
			text = cmp.Or(line.URL, line.Text)
		} else if all.Closed.Reason[language] == "" {
			notes = append(notes, fmt.Sprintf("%s: they hear the English reason; give --%s", language, reasonFlag(language)))
		}
		texts[language] = text
	}
	return texts, notes
}

// closedByHours lists the numbers that are closed although no longer by hand.
func closedByHours(all settings.Settings, now time.Time) []string {
	notes := []string{}
	for _, dialed := range slices.Sorted(maps.Keys(all.Numbers)) {
		calendar, err := all.Calendar(all.Numbers[dialed].Hours)
		if err != nil || calendar.At(now).Open {
			continue // without hours a number is open
		}
		who := "number " + dialed
		if dialed == settings.OtherNumbers {
			who = "other numbers"
		}
		until := ", for good"
		if change, found := calendar.Next(now); found {
			until = ", until " + change.Format("Mon 2006-01-02 15:04 MST")
		}
		notes = append(notes, who+": closed by the hours "+all.Numbers[dialed].Hours+until)
	}
	return notes
}
