package function_test

import (
	"io"
	"os"
	"strings"
	"testing"

	"switchboard/shared/function"
)

// TestLinesNameTheRelease is not parallel: it replaces standard output.
func TestLinesNameTheRelease(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = writer
	defer func() { os.Stdout = stdout }()
	t.Setenv("RELEASE", "v1.2.3-4-gabcdef0")
	_, clients := function.Lambda()
	clients.Logger.Info("caller enqueued")
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	line, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	if want := "release=v1.2.3-4-gabcdef0"; !strings.Contains(string(line), want) {
		t.Errorf("logged %q, want %s in it", line, want)
	}
}
