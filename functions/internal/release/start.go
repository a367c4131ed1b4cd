package release

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"switchboard/functions/assignment"
	"switchboard/functions/bridge"
	"switchboard/functions/duty"
	"switchboard/functions/enqueue"
	"switchboard/functions/fallback"
	"switchboard/functions/hold"
	"switchboard/functions/linkedcalls"
	"switchboard/functions/messages"
	"switchboard/functions/queuelimit"
	"switchboard/functions/recordings"
	"switchboard/functions/survey"
	"switchboard/functions/sweeper"
	"switchboard/functions/taskevents"
	"switchboard/functions/worker"
	"switchboard/shared/environment"
	"switchboard/shared/function"
)

// Environments has the environment of each function, by its folder below functions/.
type Environments map[string]map[string]string

// start is what a binary does before its first invocation.
type start func(*environment.Reader, function.Clients) error

// creates is the start that creates a function's handler, with the function's own clients.
func creates[Handler, Clients any](create func(*environment.Reader, Clients) (Handler, error), own func(function.Clients) Clients) start {
	return func(env *environment.Reader, c function.Clients) error {
		_, err := create(env, own(c))
		return err
	}
}

// starts has the start of each binary.
func starts() map[string]start {
	return map[string]start{
		"assignment":  creates(assignment.New, func(c function.Clients) assignment.Clients { return assignment.Clients{Clients: c} }),
		"bridge":      creates(bridge.New, func(c function.Clients) bridge.Clients { return bridge.Clients{Clients: c} }),
		"duty":        creates(duty.New, func(c function.Clients) duty.Clients { return duty.Clients{Clients: c} }),
		"enqueue":     creates(enqueue.New, func(c function.Clients) function.Clients { return c }),
		"fallback":    creates(fallback.New, func(c function.Clients) fallback.Clients { return fallback.Clients{Clients: c} }),
		"hold":        creates(hold.New, func(c function.Clients) hold.Clients { return hold.Clients{Clients: c} }),
		"linkedcalls": creates(linkedcalls.New, func(c function.Clients) linkedcalls.Clients { return linkedcalls.Clients{Clients: c} }),
		"messages":    creates(messages.New, func(c function.Clients) messages.Clients { return messages.Clients{Clients: c} }),
		"queuelimit":  creates(queuelimit.New, func(c function.Clients) function.Clients { return c }),
		"recordings":  creates(recordings.New, func(c function.Clients) recordings.Clients { return recordings.Clients{Clients: c} }),
		"survey":      creates(survey.New, func(c function.Clients) survey.Clients { return survey.Clients{Clients: c} }),
		"sweeper":     creates(sweeper.New, func(c function.Clients) sweeper.Clients { return sweeper.Clients{Clients: c} }),
		"taskevents":  creates(taskevents.New, func(c function.Clients) taskevents.Clients { return taskevents.Clients{Clients: c} }),
		"worker":      creates(worker.New, func(c function.Clients) worker.Clients { return worker.Clients{Clients: c} }),
	}
}

// Start creates each function in its environment, as its binary does. It returns why those that
// would end do.
func Start(environments Environments) map[string]string {
	faults := map[string]string{}
	for name, start := range starts() {
		variables, found := environments[name]
		if !found {
			continue // the other release does not have it
		}
		env := &environment.Reader{Lookup: func(variable string) string { return variables[variable] }}
		clients := function.Clients{REST: http.DefaultTransport, Now: time.Now, Logger: slog.New(slog.DiscardHandler)}
		if err := start(env, clients); err != nil {
			faults[name] = fmt.Sprint(err)
		}
	}
	return faults
}
