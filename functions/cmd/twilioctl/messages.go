package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/urfave/cli/v3"

	"switchboard/functions/cmd/twilioctl/internal/forget"
	"switchboard/functions/cmd/twilioctl/internal/unheard"
	"switchboard/shared/awsenv"
	"switchboard/shared/bucket"
	"switchboard/shared/ledger"
	"switchboard/shared/recording"
	"switchboard/shared/taskrouter"
)

// table is the stack's ledger.
type table interface {
	ledger.Store
	forget.Items
}

// operatorsOf gives the clients of the functions the credentials and the region of the operator.
func operatorsOf(ctx context.Context, loaded aws.Config) (awsenv.Environment, error) {
	keys, err := loaded.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, fmt.Errorf("find AWS credentials: %w", err)
	}
	own := map[string]string{
		"AWS_REGION": loaded.Region, "AWS_ACCESS_KEY_ID": keys.AccessKeyID, "AWS_SECRET_ACCESS_KEY": keys.SecretAccessKey,
		"AWS_SESSION_TOKEN": keys.SessionToken,
	}
	return func(name string) string {
		if value, found := own[name]; found {
			return value
		}
		return os.Getenv(name)
	}, nil
}

func (p program) messagesCommand() *cli.Command {
	return &cli.Command{
		Name:  "messages",
		Usage: "list messages that are not marked as done, and call backs that were not made",
		Description: `AWS credentials need GetItem on the stack's table LedgerTable, and Query on its index by-phase. A recording is a file of
the bucket RecordingsBucket: aws s3 cp s3://BUCKET/FILE . With --done the table needs UpdateItem, too.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "done", Usage: "mark the message or call back with this `key` (RE… or CB…) as done"},
		},
		Action: p.messages,
	}
}

// messagesDocument is what messages --json prints.
type messagesDocument struct {
	Messages []unheard.Row `json:"messages"`
}

func (p program) messages(ctx context.Context, cmd *cli.Command) error {
	if cmd.Args().Present() {
		return usage(errors.New("messages takes no arguments"))
	}
	done := cmd.String("done")
	if cmd.IsSet("done") && !taskrouter.IsRequest(done) {
		return usage(errors.New("--done is a key that messages lists: RE or CB and 32 hexadecimal digits in lower case"))
	}
	s, err := p.connect(ctx, cmd)
	if err != nil {
		return err
	}
	if done != "" {
		return p.markDone(ctx, cmd, s, done)
	}
	calls, _, name, err := p.kept(ctx, s)
	if err != nil {
		return err
	}
	rows, err := unheard.Rows(ctx, calls, func(sid string) string { return "s3://" + name + "/" + recording.Key(sid) })
	if err != nil {
		return err
	}
	p.clearProgress()
	if cmd.Bool("json") {
		return p.printJSON(messagesDocument{filled(rows)})
	}
	p.printMessages(rows)
	return nil
}

// doneDocument is what messages --done --json prints.
type doneDocument struct {
	Key  string `json:"key"`
	Done bool   `json:"done"` // false: there is nothing to do, see why
	Why  string `json:"why,omitempty"`
}

// markDone marks a message or call back as done.
func (p program) markDone(ctx context.Context, cmd *cli.Command, s session, key string) error {
	calls, _, _, err := p.kept(ctx, s)
	if err != nil {
		return err
	}
	workspace, err := s.workspace(ctx, "")
	if err != nil {
		return err
	}
	desk := unheard.Desk{Ledger: calls, Twilio: s.account.Twilio(workspace.SID)}
	nothing, err := desk.MarkDone(ctx, key)
	if err != nil {
		return err
	}
	p.clearProgress()
	if cmd.Bool("json") {
		return p.printJSON(doneDocument{Key: key, Done: nothing == "", Why: nothing})
	}
	if nothing == "" {
		nothing = "marked as done"
	}
	fmt.Fprintf(p.out, "%s: %s\n", key, nothing)
	return nil
}

// kept returns the stack's ledger, and the bucket of recordings with its name.
func (p program) kept(ctx context.Context, s session) (calls ledger.Ledger, items table, bucketName string, err error) {
	if s.stack == nil {
		return ledger.Ledger{}, nil, "", errors.New("find the ledger: " + s.noStack)
	}
	name, bucketName := s.stack.Outputs["LedgerTable"], s.stack.Outputs["RecordingsBucket"]
	if name == "" || bucketName == "" {
		return ledger.Ledger{}, nil, "", fmt.Errorf("find the ledger: %s has no outputs LedgerTable and RecordingsBucket", s.stack.Source)
	}
	found, err := s.aws(ctx)
	if err != nil {
		return ledger.Ledger{}, nil, "", err
	}
	items = found.Ledger(name, p.now)
	return ledger.Ledger{Store: items, Now: p.now}, items, bucketName, nil
}

func (p program) printMessages(rows []unheard.Row) {
	out := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "KIND\tFROM\tDIALED\tLEFT\tSTATE\tKEY")
	kinds := map[taskrouter.Kind]int{}
	for _, row := range rows {
		kinds[row.Kind]++
		name := "message"
		if row.Kind == taskrouter.Callback {
			name = "call back"
		}
		cells := []string{name, cell(row.Number), cell(row.Dialed), p.since(row.Left), row.What(p.now(), p.clock), row.Key}
		fmt.Fprintln(out, strings.Join(cells, "\t"))
	}
	_ = out.Flush()
	fmt.Fprintf(p.out, "\n%s, %s\n", count(kinds[taskrouter.Message], "message"), count(kinds[taskrouter.Callback], "call back"))
}

func (p program) forgetCommand() *cli.Command {
	return &cli.Command{
		Name:  "forget",
		Usage: "delete what Switchboard keeps of a caller: recordings, ledger items, tasks that have ended",
		Description: `AWS credentials need GetItem, UpdateItem and DeleteItem on the stack's table LedgerTable, Query on its index by-phase, and
DeleteObject on the bucket RecordingsBucket. What no command can delete is listed.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "call", Usage: "forget this `call` (CA…) of a caller"},
			&cli.StringFlag{Name: "number", Usage: "forget all calls from this `number`, such as +14155550123"},
			&cli.BoolFlag{Name: "yes", Usage: "delete without confirmation"},
		},
		Action: p.forget,
	}
}

// forgetDocument is what forget --json prints.
type forgetDocument struct {
	forget.Report
	Beyond []string `json:"beyond"` // what no command can delete
}

func (p program) forget(ctx context.Context, cmd *cli.Command) error {
	call, number := cmd.String("call"), cmd.String("number")
	switch {
	case cmd.Args().Present() || (call == "") == (number == ""):
		return usage(errors.New("give one of --call CA… and --number +…"))
	case call != "" && !taskrouter.ValidSID("CA", call):
		return usage(errors.New("--call is a call's SID: CA and 32 hexadecimal digits in lower case"))
	case number != "" && !taskrouter.Contact(number).IsPhone():
		return usage(errors.New("--number is a phone number in E.164 form, such as +14155550123"))
	case cmd.Bool("json") && !cmd.Bool("yes"):
		return usage(errors.New("forget --json cannot ask for confirmation: give --yes"))
	}
	s, err := p.connect(ctx, cmd)
	if err != nil {
		return err
	}
	desk, err := p.forgetful(ctx, s)
	if err != nil {
		return err
	}
	p.clearProgress()
	if !cmd.Bool("yes") && !p.agreed(ctx, "Delete what is kept of "+call+number+"?") {
		fmt.Fprintln(p.out, "Nothing was deleted.")
		return nil
	}
	var report forget.Report
	if call != "" {
		err = desk.Call(ctx, call, &report)
	} else {
		err = desk.Number(ctx, number, &report)
	}
	p.clearProgress()
	if cmd.Bool("json") {
		report.Calls, report.Recordings, report.Requests = filled(report.Calls), filled(report.Recordings), filled(report.Requests)
		report.Tasks, report.Left = filled(report.Tasks), filled(report.Left)
		return errors.Join(p.printJSON(forgetDocument{report, forget.Beyond()}), err)
	}
	p.printForgotten(report)
	return err
}

// forgetful connects to where callers are forgotten.
func (p program) forgetful(ctx context.Context, s session) (forget.Desk, error) {
	calls, items, name, err := p.kept(ctx, s)
	if err != nil {
		return forget.Desk{}, err
	}
	workspace, err := s.workspace(ctx, "")
	if err != nil {
		return forget.Desk{}, err
	}
	found, err := s.aws(ctx)
	if err != nil {
		return forget.Desk{}, err
	}
	files := bucket.Bucket{Name: name, AWS: found.Environment, Transport: found.Files, Now: p.now}
	return forget.Desk{Ledger: calls, Items: items, Files: files, Twilio: s.account.Twilio(workspace.SID)}, nil
}

func (p program) printForgotten(report forget.Report) {
	for _, each := range []struct {
		sids []string
		what string
	}{
		{report.Recordings, "recording"}, {report.Requests, "message or call back"}, {report.Tasks, "task at Twilio"}, {report.Calls, "call in the ledger"},
	} {
		fmt.Fprintf(p.out, "deleted: %s\n", strings.TrimSpace(fmt.Sprintf("%d %s  %s", len(each.sids), each.what, strings.Join(each.sids, " "))))
	}
	for _, each := range report.Left {
		fmt.Fprintf(p.out, "left: %s\n", each)
	}
	for _, each := range forget.Beyond() {
		fmt.Fprintf(p.out, "not reached: %s\n", each)
	}
}
