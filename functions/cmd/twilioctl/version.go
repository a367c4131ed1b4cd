package main

import (
	"context"
	"fmt"
	"os/exec"
	"runtime/debug"
	"strings"

	"github.com/urfave/cli/v3"
)

func (p program) versionCommand() *cli.Command {
	return &cli.Command{
		Name:        "version",
		Usage:       "print git's name of this version",
		Description: "The functions name theirs in their first log line, and in the header X-Switchboard-Release.",
		Action: func(ctx context.Context, cmd *cli.Command) error {
			version := version(ctx)
			if cmd.Bool("json") {
				return p.printJSON(map[string]string{"version": version})
			}
			_, err := fmt.Fprintln(p.out, version)
			return err
		},
	}
}

// version returns what go build took from git. go run takes nothing, so git is asked about the
// checkout; "unknown" = there is none.
func version(ctx context.Context) string {
	if built, found := debug.ReadBuildInfo(); found && built.Main.Version != "(devel)" && built.Main.Version != "" {
		return built.Main.Version
	}
	described, err := exec.CommandContext(ctx, "git", "describe", "--tags", "--always", "--dirty").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(described))
}
