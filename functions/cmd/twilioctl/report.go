package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v3"

	"switchboard/functions/cmd/twilioctl/internal/figures"
	"switchboard/functions/cmd/twilioctl/internal/report"
	"switchboard/shared/ledger"
	"switchboard/shared/settings"
)

// defaultWithin is how soon a call is to be answered for the service level.
const defaultWithin = 20 * time.Second

// maxDays is how many days a report has at most: the ledger keeps a call for 90.
const maxDays = 92

func (p program) reportCommand() *cli.Command {
	return &cli.Command{
		Name:  "report",
		Usage: "write what the calls of a day, or of several, add up to: a page and a CSV",
		Description: `The page needs nothing but itself; one day prints on two pages. AWS credentials need GetItem on the stack's table
LedgerTable, Query on its index by-day, and, without --timezone, ssm:GetParameters below the secrets.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "day", Usage: "`date`, such as 2026-11-24; default: yesterday"},
			&cli.StringFlag{Name: "from", Usage: "first `date`"},
			&cli.StringFlag{Name: "to", Usage: "last `date`"},
			&cli.StringFlag{Name: "timezone", Usage: "IANA `name` of the desk's time zone, such as Europe/Berlin (default: the one in the desk's settings, or UTC)"},
			&cli.DurationFlag{Name: "within", Value: defaultWithin, Usage: "how soon a call is to be answered for the service `level`"},
			&cli.StringFlag{Name: "output", Value: ".", Usage: "`folder` for the two files"},
			&cli.StringFlag{Name: "items", Usage: "`file` with the ledger's items in JSON lines, - = standard input, in place of the stack's table"},
		},
		Action: p.report,
	}
}

// reportDocument is what report --json prints.
type reportDocument struct {
	Page  string `json:"page"` // paths
	CSV   string `json:"csv"`
	Calls int    `json:"calls"`
}

func (p program) report(ctx context.Context, cmd *cli.Command) error {
	day, from, to, within := cmd.String("day"), cmd.String("from"), cmd.String("to"), cmd.Duration("within")
	switch {
	case cmd.Args().Present():
		return usage(errors.New("report takes no arguments"))
	case (from == "") != (to == "") || day != "" && from != "":
		return usage(errors.New("give --day, or --from and --to, or none of them for yesterday"))
	case within <= 0 || within%time.Second != 0:
		return usage(errors.New("--within is a time in whole seconds, such as 20s"))
	}
	calls, zone, err := p.ledgerOf(ctx, cmd)
	if err != nil {
		return err
	}
	switch {
	case day != "":
		from, to = day, day
	case from == "":
		yesterday := p.now().In(zone).AddDate(0, 0, -1).Format(time.DateOnly)
		from, to = yesterday, yesterday
	}
	period, err := figures.NewPeriod(from, to, zone)
	if err != nil {
		return usage(err)
	}
	if len(period.Days) > maxDays {
		return usage(fmt.Errorf("%d days are too many: a report has up to %d", len(period.Days), maxDays))
	}
	p.progress("read the ledger")
	read, err := figures.Read(ctx, calls, period)
	p.clearProgress()
	if err != nil {
		return err
	}
	name := "calls-" + from
	if to != from {
		name += "-to-" + to
	}
	computed := figures.Of(read, figures.Options{Period: period, Within: within, Now: p.now()})
	written, err := writeReport(cmd.String("output"), name, computed, p.now())
	if err != nil {
		return err
	}
	if cmd.Bool("json") {
		return p.printJSON(written)
	}
	fmt.Fprintf(p.out, "%s\n%s\n", written.Page, written.CSV)
	return nil
}

// writeReport writes the page and the CSV into a folder, which it makes.
func writeReport(folder, name string, f figures.Figures, made time.Time) (written reportDocument, err error) {
	page, err := report.Page(f, made)
	if err != nil {
		return reportDocument{}, err
	}
	csv, err := report.CSV(f)
	if err != nil {
		return reportDocument{}, err
	}
	if folder, err = filepath.Abs(folder); err != nil {
		return reportDocument{}, fmt.Errorf("find folder %s: %w", folder, err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return reportDocument{}, fmt.Errorf("make folder: %w", err)
	}
	written = reportDocument{Page: filepath.Join(folder, name+".html"), CSV: filepath.Join(folder, name+".csv"), Calls: f.Total.Calls}
	for path, text := range map[string][]byte{written.Page: page, written.CSV: csv} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return reportDocument{}, fmt.Errorf("write report: %w", err)
		}
	}
	return written, nil
}

// ledgerOf returns the ledger that the command line names, and the desk's time zone.
func (p program) ledgerOf(ctx context.Context, cmd *cli.Command) (calls ledger.Ledger, zone *time.Location, err error) {
	name := cmd.String("timezone")
	if path := cmd.String("items"); path != "" {
		if zone, err = zoneOf(name); err != nil {
			return ledger.Ledger{}, nil, err
		}
		calls, err = p.readItems(ctx, path)
		return calls, zone, err
	}
	// A report needs AWS alone, and no credentials of Twilio.
	c := &connector{program: p, cmd: cmd}
	s := session{aws: c.aws}
	if err := c.findStack(ctx, &s); err != nil {
		return ledger.Ledger{}, nil, err
	}
	if calls, _, _, err = p.kept(ctx, s); err != nil {
		return ledger.Ledger{}, nil, err
	}
	if name == "" {
		store, err := p.settingsStore(ctx, cmd)
		if err != nil {
			return ledger.Ledger{}, nil, err
		}
		held, err := store.Read(ctx)
		if err != nil {
			return ledger.Ledger{}, nil, fmt.Errorf("read the desk's time zone: %w; or give --timezone", err)
		}
		desk, _ := settings.Join(held) // a topic that cannot be read leaves the zone as it is
		name = desk.Zone
	}
	zone, err = zoneOf(name)
	return calls, zone, err
}

// zoneOf returns a time zone; "" is UTC.
func zoneOf(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, usage(fmt.Errorf("the time zone is %q: give an IANA name, such as Europe/Berlin", name))
	}
	return zone, nil
}

// readItems returns a ledger with the items of a file.
func (p program) readItems(ctx context.Context, path string) (ledger.Ledger, error) {
	in := p.in
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return ledger.Ledger{}, fmt.Errorf("open the ledger's items: %w", err)
		}
		defer file.Close()
		in = file
	}
	store := &ledger.Memory{}
	decoder := json.NewDecoder(bufio.NewReader(in))
	for line := 1; ; line++ {
		var fields ledger.Fields
		err := decoder.Decode(&fields)
		if errors.Is(err, io.EOF) {
			return ledger.Ledger{Store: store, Now: p.now}, nil
		}
		if err == nil && fields["call_sid"] == "" {
			err = errors.New("no call_sid")
		}
		if err != nil {
			return ledger.Ledger{}, usage(fmt.Errorf("read item %d of the ledger in %s: %w", line, path, err))
		}
		if _, _, err := store.Apply(ctx, ledger.Change{CallSID: fields["call_sid"], Set: fields}); err != nil {
			return ledger.Ledger{}, err
		}
	}
}
