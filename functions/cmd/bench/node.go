package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// nodeTargets are two of the bundle's functions in Node, each as a lean bundle and with Twilio's
// whole SDK (folder node).
func nodeTargets() []target {
	// The SDK warns of a Node that is newer in Lambda.
	quiet := map[string]string{"NODE_NO_WARNINGS": "1"}
	var all []target
	for _, style := range []struct{ name, script string }{{"lean", "dist/lean.js"}, {"full SDK", "full.js"}} {
		all = append(all,
			target{name: "enqueue, Node, " + style.name, function: "enqueue", script: style.script, settings: quiet, wants: []string{`"statusCode":200`, `text/xml`, `Response`}},
			target{name: "taskevents, Node, " + style.name, function: "taskevents", script: style.script, settings: quiet, wants: received},
		)
	}
	return all
}

// installNode copies folder node to the scratch folder, and installs and bundles there.
func (l laboratory) installNode(ctx context.Context) error {
	if err := os.CopyFS(l.nodeFolder(), os.DirFS(filepath.Join(l.root, "functions", "cmd", "bench", "node"))); err != nil {
		return fmt.Errorf("copy functions in Node: %w", err)
	}
	for _, arguments := range [][]string{{"install", "--no-audit", "--no-fund"}, {"run", "build"}} {
		command := exec.CommandContext(ctx, "npm", arguments...)
		command.Dir = l.nodeFolder()
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("run npm %s: %w\n%s", arguments[0], err, output)
		}
	}
	return nil
}

func (l laboratory) nodeFolder() string { return filepath.Join(l.scratch, "node") }

// command returns the program that Lambda would start for a target.
func (l laboratory) command(ctx context.Context, t target) *exec.Cmd {
	if t.script != "" {
		return exec.CommandContext(ctx, "node", filepath.Join(l.nodeFolder(), t.script))
	}
	return exec.CommandContext(ctx, l.bootstrap())
}
