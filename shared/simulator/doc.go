// Package simulator is a simulated Twilio for applications that queue calls with TaskRouter: phone
// calls that follow a script, a TwiML interpreter, a TaskRouter workspace, signed webhooks into the
// application and the REST API that the application calls.
//
// Everything happens on a clock.Loop, an event queue over a clock. With clock.NewVirtual the clock
// jumps from event to event, so that an hour in the queue takes no time, and one seed gives the
// same run again, identifiers and latencies included. With clock.NewReal the same calls take their
// time, against an application on the network.
//
// Set the account up, script the phones, place calls, run the loop, and look at what is left; the
// example has a whole test:
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
// A script may be text as well, one step a line, which script.ParseSteps and script.ParsePhone
// read:
//
//	hears "position 1"
//	until bridged
//	talks 40 s
//	hangs up
//
// A program that sets an account up over REST begins with Config.Empty, AddNumber and no workspace.
//
// Package scenario reads a whole test from YAML: the account, the phones, the callers, and what
// must come of it.
//
// # The application
//
// Webhooks reach the application through Config.Web, and are signed with AuthToken. The application
// reaches the REST API through any HTTP client, with AccountSID and AuthToken: *Twilio is an
// http.Handler, and InProcess makes a transport of it. It may use the REST API before it answers a
// webhook. An application with work of its own to schedule, such as a queue's delivery, puts it on
// the Loop, and takes the time from there. Faults are put between the two: a RoundTripper that
// loses, doubles or delays, TookHeader for a slow answer, panic(http.ErrAbortHandler) for a broken
// connection, RefuseREST for a request that Twilio does not let in.
//
// # What cannot be simulated
//
// What Twilio can do and this package cannot is refused, and recorded as a Problem that begins with
// "not simulated"; nothing is guessed silently. A test should fail on any Problem. What Twilio
// itself would complain of is in Debugger, with Twilio's error codes (docs/api/errors).
//
// Where no public source says what Twilio does, package reading has a switch.
//
// # Packages
//
// The leaves know nothing of each other: clock, script, reading, document and wire, and
// shared/expression. This package holds calls, TaskRouter and the REST API.
//
// Voice and TaskRouter stay in one package. Voice calls TaskRouter through 8 functions at 11
// places: createTask, cancelTask, afterCall, acceptReservation, moveWorker, setWorkerCallSID,
// dequeueLegEnded, isOfferedAt. TaskRouter calls voice through 7 functions at 9 places: newCall,
// endCall, dialOut, leaveQueue, notice, fetch, takeElsewhere. Two interfaces of that size would cut
// the seam, but both sides and the REST API read the fields of the same calls, tasks, reservations
// and workers under one lock: as packages they would have to export some 290 identifiers to each
// other.
package simulator
