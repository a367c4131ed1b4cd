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

// starts has what each binary does before its first invocation.
var starts = map[string]func(*environment.Reader, function.Clients) error{
	"assignment": func(env *environment.Reader, c function.Clients) error {
		_, err := assignment.New(env, assignment.Clients{Clients: c})
		return err
	},
	"bridge": func(env *environment.Reader, c function.Clients) error {
		_, err := bridge.New(env, bridge.Clients{Clients: c})
		return err
	},
	"duty": func(env *environment.Reader, c function.Clients) error {
		_, err := duty.New(env, duty.Clients{Clients: c})
		return err
	},
	"enqueue": func(env *environment.Reader, c function.Clients) error {
		_, err := enqueue.New(env, c)
		return err
	},
	"fallback": func(env *environment.Reader, c function.Clients) error {
		_, err := fallback.New(env, fallback.Clients{Clients: c})
		return err
	},
	"hold": func(env *environment.Reader, c function.Clients) error {
		_, err := hold.New(env, hold.Clients{Clients: c})
		return err
	},
	"linkedcalls": func(env *environment.Reader, c function.Clients) error {
		_, err := linkedcalls.New(env, linkedcalls.Clients{Clients: c})
		return err
	},
	"messages": func(env *environment.Reader, c function.Clients) error {
		_, err := messages.New(env, messages.Clients{Clients: c})
		return err
	},
	"queuelimit": func(env *environment.Reader, c function.Clients) error {
		_, err := queuelimit.New(env, c)
		return err
	},
	"recordings": func(env *environment.Reader, c function.Clients) error {
		_, err := recordings.New(env, recordings.Clients{Clients: c})
		return err
	},
	"survey": func(env *environment.Reader, c function.Clients) error {
		_, err := survey.New(env, survey.Clients{Clients: c})
		return err
	},
	"sweeper": func(env *environment.Reader, c function.Clients) error {
		_, err := sweeper.New(env, sweeper.Clients{Clients: c})
		return err
	},
	"taskevents": func(env *environment.Reader, c function.Clients) error {
		_, err := taskevents.New(env, taskevents.Clients{Clients: c})
		return err
	},
	"worker": func(env *environment.Reader, c function.Clients) error {
		_, err := worker.New(env, worker.Clients{Clients: c})
		return err
	},
}

// Start creates each function in its environment, as its binary does. It returns why those that
// would end do.
func Start(environments Environments) map[string]string {
	faults := map[string]string{}
	for name, start := range starts {
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
