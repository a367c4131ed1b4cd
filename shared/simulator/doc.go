// Package simulator is a simulated Twilio for applications that queue calls with TaskRouter. It has
// phones that follow scripts, a TwiML interpreter, a TaskRouter workspace, signed webhooks to the
// application and the REST API that the application calls.
//
// Everything happens on a clock.Loop, an event queue over a clock. With clock.NewVirtual the clock
// jumps from event to event, so an hour in the queue takes no time, and the same seed repeats the
// same run, identifiers and latencies included. With clock.NewReal the calls run in real time,
// against an application on the network.
//
// Set the account up, script the phones, place calls, run the loop and check the result; the
// example is a whole test:
//
//	t := simulator.New(simulator.Config{Seed: 1, Web: wire.InProcess(application)})
//	available, err := t.AddActivity(simulator.Activity{Name: "Available", Available: true})
//	…
//	t.SetPhone("+15550000002", script.AnswersAfter(4*time.Second,
//		script.Hears("press 1"), script.Presses("1"), script.Talks(time.Minute), script.HangsUp()))
//	t.Call("+15550000001", "+15550000000", script.Hears("position 1"), script.Until(script.Bridged))
//	err = t.Loop().Run(ctx)
//	for _, problem := range t.Problems() { … }
//	for _, alert := range t.Debugger() { … }
//
// script.ParseSteps and script.ParsePhone read a script from text, one step a line:
//
//	hears "position 1"
//	until bridged
//	talks 40 s
//	hangs up
//
// A program that sets an account up over REST begins with Config.Empty, AddNumber and no workspace.
//
// Package scenario reads a whole test from YAML: the account, the phones, the callers, and the
// expected result.
//
// # The application
//
// Webhooks reach the application through Config.Web, and are signed with AuthToken. The application
// reaches the REST API through any HTTP client, with AccountSID and AuthToken: *Twilio is an
// http.Handler, and wire.InProcess turns it into a transport. The application may use the REST API
// before it answers a webhook. An application that schedules work of its own, such as the delivery
// of a queue's messages, schedules it on the Loop and reads the time from the Loop. A test puts
// faults between the two: a RoundTripper that loses, doubles or delays requests, TookHeader for a
// slow answer, panic(http.ErrAbortHandler) for a broken connection, RefuseREST for a REST request
// that Twilio rejects.
//
// # What cannot be simulated
//
// The simulator rejects what Twilio can do and the simulator cannot, and records a Problem that
// begins with "not simulated"; it never guesses silently. A test should fail on any Problem.
// Debugger returns the errors that Twilio itself would report, with Twilio's codes
// (https://www.twilio.com/docs/api/errors).
//
// Package reading has a switch for each question that no public source answers.
//
// # Packages
//
// The packages clock, script, reading, document and wire, and shared/expression, do not import each
// other. This package holds calls, TaskRouter and the REST API.
//
// Voice and TaskRouter stay in one package. Voice calls TaskRouter through 8 functions at 11
// places: createTask, cancelTask, afterCall, acceptReservation, moveWorker, setWorkerCallSID,
// dequeueLegEnded, isOfferedAt. TaskRouter calls voice through 7 functions at 9 places: newCall,
// endCall, dialOut, leaveQueue, notice, fetch, takeElsewhere. Two interfaces of that size would cut
// the calls, but not the data: both sides read the fields of the same calls, tasks, reservations
// and workers under one lock, and two packages would have to export them. The REST API stays for
// the same reason: it uses some 290 unexported identifiers of voice, TaskRouter and what they
// share.
package simulator
