package scenario_test

import (
	"context"
	"fmt"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/scenario"
	"switchboard/shared/simulator/wire"
)

const calls = `title: The worker answers and they talk
account:
  workers:
    - name: Alice
      attributes: {contact_uri: +15550000011}
      phone:
        - answers after 4 s
        - talks 40 s
        - hangs up
callers:
  - from: +15550000001
    dials: +15550000000
    steps:
      - hears "number 1 in line"
      - until bridged
    expect:
      talks_to: Alice
      queue_result: hangup
      heard: [number 1, goodbye]
`

func Example() {
	s, err := scenario.Parse("calls.yaml", []byte(calls))
	if err != nil {
		fmt.Println(err)
		return
	}
	twilio := simulator.New(s.Config(simulator.Config{Seed: 1, Web: wire.InProcess(application())}))
	play, err := s.SetUp(twilio, scenario.Site{
		VoiceURL: "https://app.example/voice", AssignmentCallbackURL: "https://app.example/assignment", WorkflowSID: workflowSID,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := twilio.Loop().Run(context.Background()); err != nil {
		fmt.Println(err)
		return
	}
	for _, unmet := range play.Unmet() {
		fmt.Println(unmet)
	}
	// Output:
	// calls.yaml:18: caller +15550000001 left the queue with QueueResult bridged, want hangup
}
