package twiml

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGoldenFilesFollowTwiliosSchema has Twilio's own schema judge the golden
// files. The schema is not part of the project: SWITCHBOARD_REFERENCE, or the
// folder shared/reference outside the checkout, holds it. Without it the test skips,
// except where SWITCHBOARD_CI=1.
func TestGoldenFilesFollowTwiliosSchema(t *testing.T) {
	t.Parallel()
	judge := newJudge(t)

	// The schema is older than some of what Twilio documents, and knows documents for calls only.
	unknown := map[string]string{
		"reply": "the schema has no <Message> (docs/messaging/twiml)",
		"leave": "the schema has no <Leave> (docs/voice/twiml/leave)",

		"hold-neural-voice": "the schema knows standard voices only (docs/voice/twiml/say/text-speech)",
	}
	for _, path := range goldenFiles(t) {
		t.Run(documentName(path), func(t *testing.T) {
			t.Parallel()
			verdict, ok := judge(t, path)
			reason, excluded := unknown[documentName(path)]
			switch {
			case excluded && ok:
				t.Errorf("the schema now accepts this document; judge it again: %s", reason)
			case !excluded && !ok:
				t.Error(verdict)
			}
		})
	}
}

func TestSchemaRefusesWrongDocuments(t *testing.T) {
	t.Parallel()
	judge := newJudge(t)

	tests := []struct{ name, document string }{
		{"attribute in the wrong case", `<Response><Enqueue workflowSID="WW1"/></Response>`},
		{"priority that is no integer", `<Response><Enqueue><Task priority="high">{}</Task></Enqueue></Response>`},
		{"unknown verb", `<Response><Dequeue/></Response>`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "wrong.xml")
			if err := os.WriteFile(path, []byte(test.document), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, ok := judge(t, path); ok {
				t.Error("the schema accepted it, so its word on the golden files means nothing")
			}
		})
	}
}

// newJudge returns a function that validates one file; its verdict is xmllint's output.
func newJudge(t *testing.T) func(t *testing.T, path string) (verdict string, ok bool) {
	t.Helper()
	reference := os.Getenv("SWITCHBOARD_REFERENCE")
	if reference == "" {
		reference = filepath.Join("..", "..", "..", "shared", "reference")
	}
	schema := filepath.Join(reference, "twiml-xsd", "twiml_v20100401_twilioRealtimeCallSchema.xsd")
	if _, err := os.Stat(schema); err != nil {
		skipOutsideCI(t, "Twilio's TwiML schema is not here (set SWITCHBOARD_REFERENCE): "+err.Error())
	}
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		skipOutsideCI(t, "xmllint is not here (Debian package libxml2-utils): "+err.Error())
	}
	return func(t *testing.T, path string) (string, bool) {
		t.Helper()
		output, err := exec.CommandContext(t.Context(), xmllint, "--noout", "--nonet", "--schema", schema, path).CombinedOutput()
		verdict := string(output)
		// Any other failure, such as a schema that does not load, is no verdict.
		if err != nil && !strings.Contains(verdict, path+" fails to validate") {
			t.Fatalf("xmllint %s: %v\n%s", path, err, verdict)
		}
		return verdict, err == nil
	}
}

func skipOutsideCI(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("SWITCHBOARD_CI") == "1" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}
