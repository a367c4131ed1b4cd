package main

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// binary is a built function.
type binary struct {
	path string           // for this machine
	zips map[string]int64 // Lambda architecture -> size of the deployment package in bytes
}

// builder builds functions with the same flags as sam build does in `make build`.
type builder struct {
	root     string // of the module
	scratch  string
	progress io.Writer
}

// moduleRoot returns the folder of the module that has the working directory.
func moduleRoot(ctx context.Context) (string, error) {
	output, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the module with go list -m: %w", err)
	}
	return strings.TrimSpace(string(output)), nil
}

// buildAll builds hello and the targets' functions, for this machine and for Lambda's two
// architectures. It returns the binaries by function.
func (b builder) buildAll(ctx context.Context, chosen []target) (map[string]binary, error) {
	builds := map[string]binary{}
	for _, each := range append([]target{hello()}, chosen...) {
		if _, built := builds[each.function]; built {
			continue
		}
		fmt.Fprintf(b.progress, "build %s\n", each.function)
		built, err := b.build(ctx, each)
		if err != nil {
			return nil, err
		}
		builds[each.function] = built
	}
	return builds, nil
}

func (b builder) build(ctx context.Context, t target) (binary, error) {
	path, err := b.compile(ctx, t, runtime.GOOS, runtime.GOARCH)
	if err != nil {
		return binary{}, err
	}
	built := binary{path: path, zips: map[string]int64{}}
	for architecture, goarch := range map[string]string{"arm64": "arm64", "x86_64": "amd64"} {
		path, err := b.compile(ctx, t, "linux", goarch)
		if err != nil {
			return binary{}, err
		}
		if built.zips[architecture], err = zipSize(path); err != nil {
			return binary{}, fmt.Errorf("zip %s for %s: %w", t.function, architecture, err)
		}
	}
	return built, nil
}

func (b builder) compile(ctx context.Context, t target, goos, goarch string) (string, error) {
	path := filepath.Join(b.scratch, strings.Join([]string{t.function, goos, goarch}, "-"))
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-o", path, t.pkg())
	command.Dir = b.root
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-tags=lambda.norpc -ldflags=-s", "GOOS="+goos, "GOARCH="+goarch)
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s for %s/%s: %w\n%s", t.pkg(), goos, goarch, err, output)
	}
	return path, nil
}

// zipSize returns the size of a deployment package: the binary alone, deflated.
func zipSize(path string) (int64, error) {
	source, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer source.Close()
	var size counter
	archive := zip.NewWriter(&size)
	entry, err := archive.CreateHeader(&zip.FileHeader{Name: "bootstrap", Method: zip.Deflate})
	if err != nil {
		return 0, err
	}
	if _, err := io.Copy(entry, source); err != nil {
		return 0, err
	}
	if err := archive.Close(); err != nil {
		return 0, err
	}
	return int64(size), nil
}

// counter counts the bytes that are written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
