package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"switchboard/functions/cmd/twilioctl/internal/unheard"
	"switchboard/shared/bucket"
	"switchboard/shared/ledger"
)

const (
	leftMessage  = "RE00000000000000000000000000000001"
	leftCallback = "CB00000000000000000000000000000002"
	leftIn       = "CA00000000000000000000000000000001"
)

// awsOf is the operator's environment.
func awsOf(name string) string {
	return map[string]string{"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "key"}[name]
}

// withMessages is a stack with a message, and a call back that was given up.
func withMessages(t *testing.T) *bench {
	t.Helper()
	b := staffed(t).withStack()
	stack := b.stacks["switchboard"]
	stack.Outputs = append(stack.Outputs,
		types.Output{OutputKey: aws.String("LedgerTable"), OutputValue: aws.String("Ledger")},
		types.Output{OutputKey: aws.String("RecordingsBucket"), OutputValue: aws.String("kept")})
	b.stacks["switchboard"] = stack
	l := ledger.Ledger{Store: b.ledger, Now: time.Now}
	for _, r := range []ledger.Request{
		{Key: leftMessage, Number: "+14155550123", Dialed: "+12065550100", Asked: time.Now()},
		{Key: leftCallback, Number: "+14155550124", Dialed: "+12065550100", Asked: time.Now()},
	} {
		if _, made, err := l.Ask(t.Context(), r, ledger.Left); err != nil || !made {
			t.Fatal(made, err)
		}
	}
	given, _, err := l.ByCall(t.Context(), leftCallback)
	if err != nil {
		t.Fatal(err)
	}
	if given, _, err = l.GiveUp(t.Context(), given.Request(), "no-answer"); err != nil {
		t.Fatal(err)
	}
	if made, err := l.CloseRequest(t.Context(), given.Request(), "complete"); err != nil || !made {
		t.Fatal(made, err)
	}
	files := bucket.Bucket{Name: "kept", AWS: awsOf, Transport: b.files, Now: time.Now}
	if err := files.Put(t.Context(), leftMessage+".mp3", "audio/mpeg", []byte("ID3")); err != nil {
		t.Fatal(err)
	}
	if err := l.LeftVoicemail(t.Context(), leftIn, leftMessage); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMessagesAreListed(t *testing.T) {
	t.Parallel()
	b := withMessages(t)
	out := b.must("messages")
	for _, want := range []string{
		"message    +14155550123  +12065550100", "waits for a worker", leftMessage, "call back  +14155550124", "given up: no-answer", "1 message, 1 call back",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the table has no %q:\n%s", want, out)
		}
	}
	var document messagesDocument
	if err := json.Unmarshal([]byte(b.must("messages", "--json")), &document); err != nil || len(document.Messages) != 2 {
		t.Fatalf("%+v, %v", document, err)
	}
	i := slices.IndexFunc(document.Messages, func(r unheard.Row) bool { return r.Key == leftMessage })
	if row := document.Messages[max(i, 0)]; row.Key != leftMessage || row.File != "s3://kept/"+leftMessage+".mp3" || row.State != ledger.Left {
		t.Errorf("row %+v", row)
	}
}

func TestCallerIsForgotten(t *testing.T) {
	t.Parallel()
	b := withMessages(t)
	b.input = strings.NewReader("no\n")
	if out := b.must("forget", "--call", leftIn); !strings.Contains(out, "Nothing was deleted.") || len(b.files.Keys()) != 1 {
		t.Errorf("without confirmation:\n%s", out)
	}
	out := b.must("forget", "--yes", "--call", leftIn)
	for _, want := range []string{"1 recording  " + leftMessage, "1 message or call back  " + leftMessage, "1 call in the ledger  " + leftIn, "not reached: point-in-time backups"} {
		if !strings.Contains(out, want) {
			t.Errorf("the report has no %q:\n%s", want, out)
		}
	}
	l := ledger.Ledger{Store: b.ledger, Now: time.Now}
	for _, key := range []string{leftIn, leftMessage} {
		if _, found, err := l.ByCall(t.Context(), key); found || err != nil {
			t.Errorf("%s is in the ledger: %t, %v", key, found, err)
		}
	}
	if files := b.files.Keys(); len(files) > 0 {
		t.Errorf("files %q", files)
	}
	if out := b.must("forget", "--yes", "--json", "--number", "+14155550124"); !strings.Contains(out, leftCallback) {
		t.Errorf("the number's call back is left:\n%s", out)
	}
	if out := b.must("messages"); !strings.Contains(out, "0 messages, 0 call backs") {
		t.Errorf("left:\n%s", out)
	}
}

// TestMessagesAreMarkedAsDone marks a message that waits, and a call back that was given up, twice.
func TestMessagesAreMarkedAsDone(t *testing.T) {
	t.Parallel()
	b := withMessages(t)
	for _, key := range []string{leftMessage, leftCallback} {
		if out := b.must("messages", "--done", key); !strings.Contains(out, key+": marked as done") {
			t.Errorf("the first time:\n%s", out)
		}
		if out := b.must("messages", "--done", key); !strings.Contains(out, key+": it is done already") {
			t.Errorf("the second time:\n%s", out)
		}
	}
	if out := b.must("messages"); !strings.Contains(out, "0 messages, 0 call backs") {
		t.Errorf("left:\n%s", out)
	}
	var document doneDocument
	if err := json.Unmarshal([]byte(b.must("messages", "--json", "--done", leftMessage)), &document); err != nil || document.Done || document.Key != leftMessage || document.Why == "" {
		t.Errorf("%+v, %v", document, err)
	}
	for key, want := range map[string]int{"RE1": exitUsage, "": exitUsage, "CA00000000000000000000000000000001": exitUsage, "RE000000000000000000000000000000ff": exitWrong} {
		if code, _, stderr := b.run("messages", "--done", key); code != want {
			t.Errorf("%q: exit code %d\n%s", key, code, stderr)
		}
	}
}

func TestForgetNeedsOneCaller(t *testing.T) {
	t.Parallel()
	b := withMessages(t)
	for _, args := range [][]string{
		{}, {"--call", "CA1"}, {"--number", "alice"}, {"--call", leftIn, "--number", "+14155550123"}, {"--json", "--call", leftIn}, {"all"},
	} {
		if code, _, stderr := b.run(append([]string{"forget"}, args...)...); code != exitUsage {
			t.Errorf("forget %v: exit code %d\n%s", args, code, stderr)
		}
	}
	if code, _, stderr := b.run("messages", "--no-stack"); code == exitOK || !strings.Contains(stderr, "--no-stack was given") {
		t.Errorf("without a stack: %d %s", code, stderr)
	}
}
