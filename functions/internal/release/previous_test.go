package release

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	root = "../../.."
	own  = "functions/internal/release" // this folder
)

// revision returns the commit that .ci/previous-release names.
func revision(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".ci", "previous-release"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// requireHistory returns the previous release's commit. It fails a test in a clone that lacks it,
// and skips it in files that are no clone, except in CI. has is false where .ci/run has found that
// out, and reports it.
func requireHistory(t *testing.T) (commit string, has bool) {
	t.Helper()
	if os.Getenv("WITHOUT_PREVIOUS_RELEASE") != "" {
		t.Log("not tested: .ci/run found no previous release")
		return "", false
	}
	commit = revision(t)
	if _, err := git("rev-parse", "--git-dir"); err != nil {
		if os.Getenv("SWITCHBOARD_CI") != "" {
			t.Fatalf("CI tests with the previous release, and this is no git clone: %v", err)
		}
		t.Skip("this is no git clone: the previous release is not tested (CI does)")
	}
	if _, err := git("cat-file", "-e", commit+"^{commit}"); err != nil {
		shallow, _ := git("rev-parse", "--is-shallow-repository")
		t.Fatalf("git does not have the previous release, %s in .ci/previous-release (shallow: %s); git fetch --unshallow brings it",
			commit, strings.TrimSpace(string(shallow)))
	}
	return commit, true
}

func git(arguments ...string) ([]byte, error) {
	return output(exec.Command("git", append([]string{"-C", root}, arguments...)...))
}

// output is Output with what the command says about its failure.
func output(command *exec.Cmd) ([]byte, error) {
	text, err := command.Output()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		err = fmt.Errorf("%s: %w: %s", command, err, ended.Stderr)
	}
	return text, err
}

// previous is the previous release's recorder, a program.
type previous struct{ program string }

// build builds the previous release's recorder. The first release that has none gets this one's,
// over its own packages.
func build(t *testing.T, commit string) previous {
	t.Helper()
	folder := t.TempDir()
	archive, err := git("archive", "--format=tar", commit, "go.mod", "go.sum", "functions", "shared")
	if err == nil {
		err = extract(archive, folder)
	}
	if _, missing := os.Stat(filepath.Join(folder, own)); err == nil && missing != nil {
		err = os.CopyFS(filepath.Join(folder, own), os.DirFS("."))
	}
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", "recorder", "./"+own+"/recorder")
	command.Dir = folder
	if _, err := output(command); err != nil {
		t.Fatal(err)
	}
	return previous{filepath.Join(folder, "recorder")}
}

func extract(archive []byte, folder string) error {
	for files := tar.NewReader(bytes.NewReader(archive)); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := filepath.Join(folder, header.Name)
		if !filepath.IsLocal(header.Name) || header.Typeflag != tar.TypeReg {
			continue
		}
		content, err := io.ReadAll(files)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(name), 0o700)
		}
		if err == nil {
			err = os.WriteFile(name, content, 0o600)
		}
		if err != nil {
			return err
		}
	}
}

// ask runs the recorder, with a document on its standard input.
func (p previous) ask(t *testing.T, mode string, document, answer any) {
	t.Helper()
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), p.program, mode)
	command.Stdin = bytes.NewReader(text)
	printed, err := output(command)
	if err == nil {
		err = json.Unmarshal(printed, answer)
	}
	if err != nil {
		t.Fatal(err)
	}
}
