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

// compile writes the binary as Lambda unpacks it, from its beginning to its end. The linker does
// not, and the kernel then loads the pages of a process that starts in smaller pieces.
func (l laboratory) compile(ctx context.Context, t target, name, goos, goarch string) error {
	linked := filepath.Join(l.scratch, "linked")
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-o", linked, t.pkg())
	command.Dir = l.root
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-tags=lambda.norpc -ldflags=-s", "GOOS="+goos, "GOARCH="+goarch)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s for %s/%s: %w\n%s", t.pkg(), goos, goarch, err, output)
	}
	binary, err := os.ReadFile(linked)
	if err != nil {
		return fmt.Errorf("copy %s: %w", t.pkg(), err)
	}
	if err := os.WriteFile(filepath.Join(l.scratch, name), binary, 0o755); err != nil {
		return fmt.Errorf("copy %s: %w", t.pkg(), err)
	}
	return nil
}

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
