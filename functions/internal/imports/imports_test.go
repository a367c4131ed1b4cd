// Package imports tests that imports point one way: programs import internal packages, these import
// functions, and functions import shared packages. A shared package imports only those before it in
// order.
package imports

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// order lists the packages of shared/: each imports only earlier ones.
var order = []string{
	"cause", "exactjson", "expression", "environment", "metric", "awsenv", "workqueue", "bucket", "secrets", "outlook", "function", "reservation", "taskrouter", "dialing", "recording",
	"dynamodbtest", "calltest",
	"spoken", "announcement", "twiml", "prompt", "hours", "settings", "webhook", "failure", "crm", "deferred", "twilio", "voicequeue",
	"ledger", "requests", "workercall", "roster", "reconciler", "texts", "rejection", "yamlfile", "simulator",
}

// leaves are the packages of the simulator that do not import each other.
var leaves = []string{"clock", "script", "reading", "document", "wire"}

// TestImportsPointDownwards reads the imports of every file that is not a test.
func TestImportsPointDownwards(t *testing.T) {
	t.Parallel()
	for from, to := range imports(t) {
		for _, imported := range to {
			if why := wrong(from, imported); why != "" {
				t.Errorf("%s imports %s: %s", from, imported, why)
			}
		}
	}
}

// TestWrongImportsAreFound breaks each rule with one import.
func TestWrongImportsAreFound(t *testing.T) {
	t.Parallel()
	for from, imported := range map[string]string{
		"shared/ledger":           "functions/bridge",
		"shared/failure":          "shared/ledger",
		"shared/unlisted":         "shared/cause",
		"shared/simulator/clock":  "shared/simulator/script",
		"shared/simulator/script": "shared/simulator",
		"functions/bridge":        "functions/worker",
		"functions/worker":        "shared/simulator",
		"functions/hold":          "functions/internal/bundle",
		"functions/internal/x":    "functions/cmd/demo",
		"functions/cmd/demo":      "functions/cmd/campaign",
		"functions/cmd/twilioctl": "shared/simulator/reading",
	} {
		if wrong(from, imported) == "" {
			t.Errorf("%s may import %s", from, imported)
		}
	}
}

// imports returns the packages that each package of the project imports, by folder.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	root := filepath.Join("..", "..", "..")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && path != root {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		for _, each := range file.Imports {
			imported, err := strconv.Unquote(each.Path.Value)
			if err != nil {
				return err
			}
			if own, isOwn := strings.CutPrefix(imported, "switchboard/"); isOwn {
				found[filepath.ToSlash(folder)] = append(found[filepath.ToSlash(folder)], own)
			}
		}
		return nil
	})
	if err != nil || len(found) < 40 {
		t.Fatalf("read the imports of %d packages: %v", len(found), err)
	}
	return found
}

// wrong returns why a package must not import another; "" = it may.
func wrong(from, imported string) string {
	f, i := strings.Split(from, "/"), strings.Split(imported, "/")
	isProgram := f[0] == "functions" && !isDeployed(f)
	switch {
	case strings.HasSuffix(imported, "test") && !strings.HasSuffix(from, "test") && !isProgram:
		return "only tests and programs use it"
	case f[0] == "shared" && i[0] == "functions":
		return "shared packages know no function"
	case f[0] == "shared":
		return wrongShared(f[1:], i[1:])
	case i[0] == "shared" && i[1] == "simulator" && (isDeployed(f) || f[2] == "twilioctl"):
		return "deployed code and twilioctl know no simulator"
	case i[0] == "shared":
		return ""
	case from == "functions/fallback" && imported == "functions/assignment":
		return "" // the same answer, from a function of its own
	case isDeployed(f) && i[1] != f[1]:
		return "a function knows no other function and no program"
	case f[1] == "internal" && i[1] == "cmd":
		return "what programs share knows no program"
	case f[1] == "cmd" && imported == "functions/cmd/twilioctl/desk":
		return "" // what twilioctl offers to other programs
	case f[1] == "cmd" && i[1] == "cmd" && i[2] != f[2]:
		return "a program knows no other program"
	}
	return ""
}

// isDeployed reports whether a folder has a Lambda function.
func isDeployed(folder []string) bool {
	return folder[0] == "functions" && folder[1] != "internal" && folder[1] != "cmd"
}

// wrongShared is wrong for two packages of shared/.
func wrongShared(from, imported []string) string {
	if from[0] == "simulator" && imported[0] == "simulator" {
		if len(from) > 1 && slices.Contains(leaves, from[1]) {
			return "a leaf of the simulator knows nothing of the rest"
		}
		return ""
	}
	if from[0] == imported[0] || strings.HasSuffix(from[0], "test") {
		return ""
	}
	below, above := slices.Index(order, imported[0]), slices.Index(order, from[0])
	if below < 0 || above < 0 {
		return "order does not list both"
	}
	if below > above {
		return "order lists it later"
	}
	return ""
}
