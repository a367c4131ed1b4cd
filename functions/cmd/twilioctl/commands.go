package main

import (
	"github.com/urfave/cli/v3"
)

func (p program) commands() []*cli.Command {
	return []*cli.Command{p.planCommand(), p.applyCommand(), p.importCommand(), p.doctorCommand(), p.workersCommand(),
		p.messagesCommand(), p.forgetCommand(),
		p.closeCommand(), p.openCommand(), p.versionCommand()}
}
