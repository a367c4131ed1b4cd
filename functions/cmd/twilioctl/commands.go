package main

import (
	"github.com/urfave/cli/v3"
)

func (p program) commands() []*cli.Command {
	return []*cli.Command{p.planCommand(), p.applyCommand(), p.importCommand(), p.doctorCommand(), p.workersCommand(),
		p.messagesCommand(), p.forgetCommand(), p.reportCommand(), p.boardCommand(), p.traceCommand(),
		p.closeCommand(), p.openCommand(), p.versionCommand()}
}
