// Command phones serves a page with telephones: a person takes both ends of a call through a
// queue, with Switchboard or another TaskRouter application behind a simulated Twilio.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"switchboard/functions/cmd/phones/internal/page"
	"switchboard/functions/cmd/phones/internal/stage"
	"switchboard/functions/cmd/twilioctl/desk"
	"switchboard/functions/internal/account"
	"switchboard/functions/internal/localpage"
	"switchboard/functions/internal/program"
	"switchboard/shared/simulator/scenario"

	_ "embed"
)

//go:embed desk.yaml
var demoDesk []byte

func main() { program.Main(run) }

// options are the flags.
type options struct {
	listen, rest, desk, scenarios, scenario, voiceURL, application string
}

func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	var o options
	flags := flag.NewFlagSet("phones", flag.ContinueOnError)
	flags.StringVar(&o.listen, "listen", "127.0.0.1:8090", "loopback address of the page")
	flags.StringVar(&o.desk, "desk", "", "desk's `file`, as for make apply (default: a demo desk with Alice and Bob)")
	flags.StringVar(&o.scenarios, "scenarios", "functions/cmd/scenario/scenarios", "`folder` of scenarios that the page offers")
	flags.StringVar(&o.scenario, "scenario", "", "scenario `file` to begin with")
	flags.StringVar(&o.voiceURL, "voice-url", "", "`URL` of another application's voice webhook, in place of Switchboard")
	flags.StringVar(&o.application, "application", "", "`file` with that application's other URLs and its workers")
	flags.StringVar(&o.rest, "rest", "127.0.0.1:8095", "loopback address of the REST API for that application")
	if err := program.Parse(flags, arguments, 0, stderr); err != nil {
		return err
	}
	house, err := o.house()
	if err != nil {
		return err
	}
	listener, err := localpage.Listen("-listen", o.listen)
	if err != nil {
		return err
	}
	theater, err := page.Open(ctx, house, o.scenarios)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer theater.Close()
	if o.scenario != "" {
		if err := theater.PlayFile(o.scenario); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	served := []program.Served{{Listener: listener, Handler: page.New(theater, listener.Addr().String())}}
	fmt.Fprintf(stdout, "telephones: http://%s/%s/ (stop with ^C)\n", listener.Addr(), theater.Token())
	if o.voiceURL != "" {
		api, err := localpage.Listen("-rest", o.rest)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		served = append(served, program.Served{Listener: api, Handler: theater.REST()})
		fmt.Fprintf(stdout, "Twilio's REST API: http://%s account %s auth token %s workflow %s\n", api.Addr(), account.SID, stage.AuthToken, account.WorkflowSID)
	}
	return program.Serve(ctx, served...)
}

// house returns what is behind the telephones.
func (o options) house() (page.House, error) {
	if o.voiceURL != "" {
		application, err := stage.ReadApplication(o.application, o.voiceURL)
		return application, err
	}
	if o.application != "" {
		return nil, errors.New("-application needs -voice-url")
	}
	read := func() (desk.Desk, error) { return desk.Parse("desk.yaml", demoDesk) }
	if o.desk != "" {
		read = func() (desk.Desk, error) { return desk.Read(o.desk) }
	}
	d, err := read()
	return switchboard{d}, err
}

// switchboard is a desk with Switchboard's functions.
type switchboard struct{ desk desk.Desk }

// ByHand implements page.House.
func (s switchboard) ByHand(ctx context.Context) (*stage.Stage, error) {
	return stage.ByHand(ctx, s.desk)
}

// Play implements page.House.
func (s switchboard) Play(ctx context.Context, file *scenario.Scenario) (*stage.Stage, error) {
	return stage.Play(ctx, file)
}
