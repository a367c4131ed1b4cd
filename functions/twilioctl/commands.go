package main

import (
	"github.com/urfave/cli/v3"
)

func (p program) commands() []*cli.Command {
	return []*cli.Command{p.doctorCommand()}
}
