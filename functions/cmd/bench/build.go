package main

import (
	"archive/zip"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// architectures are Lambda's names for an architecture, and Go's.
var architectures = [...][2]string{{"arm64", "arm64"}, {"x86_64", "amd64"}}

// build builds a function with the same flags as sam build does in `make build`: for this machine,
// into the scratch folder under the function's name, and for Lambda's architectures. It returns the
// sizes of the deployment packages in bytes, in the order of architectures; none with noZips.
func (l laboratory) build(ctx context.Context, t target) (zips []int64, err error) {
	if err := l.compile(ctx, t, t.function, runtime.GOOS, runtime.GOARCH); err != nil {
		return nil, err
	}
	if l.noZips {
		return []int64{}, nil
	}
	for _, names := range architectures {
		name := strings.Join([]string{t.function, names[0]}, "-")
		if err := l.compile(ctx, t, name, "linux", names[1]); err != nil {
			return nil, err
		}
		size, err := zipSize(filepath.Join(l.scratch, name))
		if err != nil {
			return nil, fmt.Errorf("zip %s for %s: %w", t.function, names[0], err)
		}
		zips = append(zips, size)
	}
	return zips, nil
}

func (l laboratory) compile(ctx context.Context, t target, name, goos, goarch string) error {
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-o", filepath.Join(l.scratch, name), t.pkg())
	command.Dir = l.root
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-tags=lambda.norpc -ldflags=-s", "GOOS="+goos, "GOARCH="+goarch)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s for %s/%s: %w\n%s", t.pkg(), goos, goarch, err, output)
	}
	return nil
}

// unpack writes a function's binary for each process, as Lambda does for each environment. How
// the page cache holds a file is a matter of chance, and changes a cold start by up to a fifth.
func (l laboratory) unpack(t target) error {
	if t.script != "" {
		return nil
	}
	binary, err := os.ReadFile(filepath.Join(l.scratch, t.function))
	if err != nil {
		return fmt.Errorf("unpack %s: %w", t.function, err)
	}
	if err := os.RemoveAll(l.bootstrap()); err != nil {
		return fmt.Errorf("unpack %s: %w", t.function, err)
	}
	if err := os.WriteFile(l.bootstrap(), binary, 0o755); err != nil {
		return fmt.Errorf("unpack %s: %w", t.function, err)
	}
	return nil
}

// bootstrap is the binary of the process that runs.
func (l laboratory) bootstrap() string { return filepath.Join(l.scratch, "bootstrap") }

// zipSize returns the size of a deployment package: the binary alone, deflated.
func zipSize(path string) (int64, error) {
	binary, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	var size counter
	archive := zip.NewWriter(&size)
	entry, err := archive.Create("bootstrap")
	if err != nil {
		return 0, err
	}
	if _, err := entry.Write(binary); err != nil {
		return 0, err
	}
	err = archive.Close()
	return int64(size), err
}

// counter counts the bytes that are written to it.
type counter int64

// Write implements io.Writer.
func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
