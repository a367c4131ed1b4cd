// Package scenario reads calls through TaskRouter from YAML files, plays them on a simulator.Twilio
// against any application, and judges the result: who talked to whom, what callers heard, how tasks
// ended.
//
//	title: The worker answers and they talk
//	account:
//	  workers:
//	    - name: Alice
//	      attributes: {contact_uri: +15550000011, skills: [billing]}
//	      phone:
//	        - answers after 4 s
//	        - talks 40 s
//	        - hangs up
//	callers:
//	  - from: +15550000001
//	    dials: +15550000000
//	    steps:
//	      - hears "next in line"
//	      - until bridged
//	    expect:
//	      talks_to: Alice
//	      queue_result: bridged
//
// The fields of Scenario are the keys of a file; script.ParseSteps and script.ParsePhone read steps
// and phones. An unknown key is an error with its line.
//
//	s, err := scenario.Read("calls.yaml")
//	t := simulator.New(s.Config(simulator.Config{Seed: 1, Web: wire.InProcess(application)}))
//	play, err := s.SetUp(t, scenario.Site{
//		VoiceURL:              "https://app.example/voice",
//		AssignmentCallbackURL: "https://app.example/assignment",
//	})
//	err = t.Loop().Run(ctx)
//	for _, unmet := range play.Unmet() { … }
package scenario
