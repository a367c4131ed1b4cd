package release

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"go.yaml.in/yaml/v4"

	"switchboard/functions/internal/templatetest"
)

// previousRecord returns what the previous release writes, as its recorder printed it. The command
// is in README.md of functions/cmd.
func previousRecord(t *testing.T) (record Record) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "previous.json"))
	if err == nil {
		err = json.Unmarshal(text, &record)
	}
	if err != nil {
		t.Fatal(err)
	}
	return record
}

func thisRecord(t *testing.T) Record {
	t.Helper()
	record, err := Make(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// TestPreviousRelease runs the previous release's code.
func TestPreviousRelease(t *testing.T) {
	t.Parallel()
	commit, has := requireHistory(t)
	if !has {
		return
	}
	older := build(t, commit)
	t.Run("testdata is what it writes", func(t *testing.T) {
		t.Parallel()
		var made any
		older.ask(t, "record", nil, &made)
		if !reflect.DeepEqual(made, plain(t, previousRecord(t))) {
			t.Errorf("testdata/previous.json is not what release %s writes: make record", revision(t))
		}
	})
	// It knows all that has a name of its own time, and leaves messages of other kinds alone.
	t.Run("understands this one", func(t *testing.T) {
		t.Parallel()
		written, known := thisRecord(t), knownPaths(t, previousRecord(t))
		var understood Understood
		older.ask(t, "read", written, &understood)
		judge(t, written, understood, func(kind string, value any) any {
			if known[kind] == nil {
				return nil
			}
			return only(known[kind], "", value)
		})
	})
	t.Run("starts in this one's environment", func(t *testing.T) {
		t.Parallel()
		faults := map[string]string{}
		older.ask(t, "start", environments(t, templatetest.Read(t)), &faults)
		for name, fault := range faults {
			t.Errorf("%s does not start: %s", name, fault)
		}
	})
}

// TestPreviousReleaseIsUnderstood has this release read what the previous one wrote. It must keep
// all of it.
func TestPreviousReleaseIsUnderstood(t *testing.T) {
	t.Parallel()
	written := previousRecord(t)
	judge(t, written, Read(t.Context(), written), func(_ string, value any) any { return value })
}

// TestStartsInPreviousEnvironment starts this release's functions in the environment that the
// previous release's template gives them: a variable that is new has a default in the code.
func TestStartsInPreviousEnvironment(t *testing.T) {
	t.Parallel()
	commit, has := requireHistory(t)
	if !has {
		return
	}
	text, err := git("show", commit+":template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, fault := range Start(environments(t, templatetest.Parse(t, text))) {
		t.Errorf("%s does not start: %s", name, fault)
	}
}

// judge compares what was written with what was understood. expected returns what a reader must
// keep of a text of a kind; nil = it does not know the kind, and must fail.
func judge(t *testing.T, written Record, understood Understood, expected func(kind string, value any) any) {
	t.Helper()
	check := func(kind string, i int, original any, read Reading) {
		t.Helper()
		want := expected(kind, plain(t, original))
		switch got := plain(t, read.Text); {
		case want == nil && read.Fault == "":
			t.Errorf("%s %d is of an unknown kind, and is not left in the queue: %s", kind, i, read.Text)
		case want == nil:
		case read.Fault != "":
			t.Errorf("%s %d: %s", kind, i, read.Fault)
		default:
			if lost := missing(want, got, ""); lost != "" {
				t.Errorf("%s %d: %s", kind, i, lost)
			}
		}
	}
	for i, message := range written.Messages {
		check(kindOf(t, message), i, message, understood.Messages[i])
	}
	for i, message := range written.Recordings {
		check("recording", i, message, understood.Recordings[i])
	}
	for i, item := range written.Calls {
		check("call", i, item.Known, understood.Items[i])
	}
	for i, worker := range written.Workers {
		fields := maps.Clone(worker)
		delete(fields, "version") // counts the writes
		check("worker", i, fields, understood.Workers[i])
	}
	for name, texts := range written.Parameters {
		for i, text := range texts {
			check(name, i, json.RawMessage(text), understood.Parameters[name][i])
		}
	}
}

// kindOf returns the kind of a message of BridgeQueue: its only key.
func kindOf(t *testing.T, message json.RawMessage) string {
	t.Helper()
	var kinds map[string]json.RawMessage
	if err := json.Unmarshal(message, &kinds); err != nil || len(kinds) != 1 {
		t.Fatalf("a message is %s (%v)", message, err)
	}
	return slices.Collect(maps.Keys(kinds))[0]
}

// plain returns a value as a JSON decoder makes it.
func plain(t *testing.T, value any) (made any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &made)
	}
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// missing returns where a part of want is not in got; "" = nowhere.
func missing(want, got any, at string) string {
	switch want := want.(type) {
	case map[string]any:
		found, _ := got.(map[string]any)
		for name, value := range want {
			if lost := missing(value, found[name], at+"."+name); lost != "" {
				return lost
			}
		}
		return ""
	case []any:
		found, _ := got.([]any)
		if len(found) != len(want) {
			return fmt.Sprintf("%s has %d elements, want %d", at, len(found), len(want))
		}
		for i, value := range want {
			if lost := missing(value, found[i], fmt.Sprintf("%s[%d]", at, i)); lost != "" {
				return lost
			}
		}
		return ""
	}
	if want != got {
		return fmt.Sprintf("%s is %v, want %v", at, got, want)
	}
	return ""
}

// sids matches a SID, which is a key of some objects.
var sids = regexp.MustCompile(`([A-Z]{2})[0-9a-f]{32}`)

// paths adds the paths of a value, with types for SIDs.
func paths(known map[string]bool, at string, value any) {
	known[at] = true
	switch value := value.(type) {
	case map[string]any:
		for name, below := range value {
			paths(known, at+"."+sids.ReplaceAllString(name, "$1"), below)
		}
	case []any:
		for _, below := range value {
			paths(known, at+"[]", below)
		}
	}
}

// only returns a value without the parts whose paths are not known.
func only(known map[string]bool, at string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, below := range value {
			if path := at + "." + sids.ReplaceAllString(name, "$1"); known[path] {
				kept[name] = only(known, path, below)
			}
		}
		return kept
	case []any:
		kept := []any{}
		for _, below := range value {
			kept = append(kept, only(known, at+"[]", below))
		}
		return kept
	}
	return value
}

// knownPaths returns the paths in all that a record has of each kind.
func knownPaths(t *testing.T, record Record) map[string]map[string]bool {
	t.Helper()
	known := map[string]map[string]bool{}
	add := func(kind string, value any) {
		if known[kind] == nil {
			known[kind] = map[string]bool{}
		}
		paths(known[kind], "", plain(t, value))
	}
	for _, message := range record.Messages {
		add(kindOf(t, message), message)
	}
	for _, message := range record.Recordings {
		add("recording", message)
	}
	for _, item := range record.Calls {
		add("call", item.Known)
	}
	for _, worker := range record.Workers {
		add("worker", worker)
	}
	for name, texts := range record.Parameters {
		for _, text := range texts {
			add(name, json.RawMessage(text))
		}
	}
	return known
}

// environments evaluates a template with the example's parameters.
func environments(t *testing.T, template map[string]any) Environments {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".ci", "example-parameters.yaml"))
	parameters := map[string]string{}
	if err == nil {
		err = yaml.Unmarshal(text, &parameters)
	}
	if err != nil {
		t.Fatal(err)
	}
	made := templatetest.Environments(t, template, parameters)
	for _, environment := range made {
		maps.Copy(environment, map[string]string{"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example"})
	}
	return made
}
