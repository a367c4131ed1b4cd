package scenario

import (
	"fmt"
	"strings"

	"switchboard/shared/simulator"
	"switchboard/shared/yamlfile"
)

// Scenario is a file: an account, people who call, and what must come of it.
type Scenario struct {
	// Title says in a sentence what happens.
	Title string `yaml:"title"`
	// Docs are the pages of Twilio's documentation whose example it is.
	Docs Texts `yaml:"docs"`
	// Readings are the simulator's, by name: {after-bridge: completed}.
	Readings Readings `yaml:"readings"`
	Account  Account  `yaml:"account"`
	// Application is for whoever plays the scenario: settings of the application, which Decode
	// reads.
	Application Section  `yaml:"application"`
	Callers     []Caller `yaml:"callers"`
	// Others are people who text or call and are neither workers nor callers in the queue.
	Others []Other `yaml:"others"`
	Expect Expect  `yaml:"expect"`

	file string
	node *yamlfile.Node
	// The place in the file of each worker and caller.
	workerAtIndex, callerAtIndex []int
}

// Account is what is set up in Twilio before anybody calls. Every part has a default that a simple
// scenario can leave it at.
type Account struct {
	// Numbers are the account's phone numbers; by default those that the callers dial.
	Numbers Texts `yaml:"numbers"`
	// StaffNumbers are numbers that workers call: their voice webhook is Site.StaffVoiceURL.
	StaffNumbers Texts `yaml:"staff_numbers"`
	// Activities are by default Site.Activities, and if there are none either: Available,
	// Unavailable and Offline.
	Activities []Activity `yaml:"activities"`
	// TimeoutActivity is where a worker goes who lets a reservation time out: by default Offline,
	// if there is one.
	TimeoutActivity string `yaml:"timeout_activity"`
	// SingleTasking makes the workspace a legacy one, in which a worker has one task at a time.
	SingleTasking bool `yaml:"single_tasking"`
	// Queues are by default one that takes every worker, Everyone.
	Queues []TaskQueue `yaml:"queues"`
	// Workflow is the workflow's configuration, {task_routing: …}
	// (docs/taskrouter/workflow-configuration), with task queues by name. By default every task
	// goes to the first queue. It may be the JSON that the console shows, as a text.
	Workflow Object `yaml:"workflow"`
	// ReservationTimeout is the workflow's; 120 s by default.
	ReservationTimeout Span     `yaml:"reservation_timeout"`
	Workers            []Worker `yaml:"workers"`
}

// Activity is a TaskRouter activity.
type Activity struct {
	Name      string `yaml:"name"`
	Available bool   `yaml:"available"`
}

// TaskQueue is a TaskRouter task queue. Workers is an expression over worker attributes, such as
// skills HAS "billing"; 1==1 by default. TaskOrder is FIFO, the default, or LIFO.
type TaskQueue struct {
	Name               string `yaml:"name"`
	Workers            string `yaml:"workers"`
	TaskOrder          string `yaml:"task_order"`
	MaxReservedWorkers int    `yaml:"max_reserved_workers"`
}

// Worker is a TaskRouter worker and their phone.
type Worker struct {
	Name string `yaml:"name"`
	// Count makes so many workers of this one, called Name 1, Name 2 and so on, with phone numbers
	// that count up.
	Count      int    `yaml:"count"`
	Attributes Object `yaml:"attributes"`
	// Activity is the first available one by default.
	Activity string `yaml:"activity"`
	// Capacity is how many calls the worker may have at a time; 1 by default.
	Capacity *int `yaml:"capacity"`
	// Address is where the phone is called: the attribute contact_uri by default.
	Address string `yaml:"address"`
	// Phone is what happens when it is called: a list of lines, or, for a phone that behaves
	// differently each time, a list of such lists.
	Phone Phones `yaml:"phone"`
	// Moves change the worker's activity, as a supervisor would.
	Moves []Move `yaml:"moves"`
	// Does is what the worker does in the course of the day: moves in the console, texts and calls.
	Does Deeds `yaml:"does"`
	// TextsFail is the error of texts to this worker, in turn: 21…, which POST Messages is refused
	// with, 30…, which the status callback reports, or 0 for none; the last one stays.
	TextsFail Numbers `yaml:"texts_fail"`

	group string // the name of several workers
}

// Move takes a worker to an activity, After the beginning.
type Move struct {
	After    Span   `yaml:"after"`
	Activity string `yaml:"activity"`
}

// Caller is somebody who calls.
type Caller struct {
	// Name is what Expect calls this caller; From by default.
	Name string `yaml:"name"`
	// From and Dials are phone numbers in E.164. Dials is the account's first number by default.
	// From may also be what Twilio has for a caller without a number: sip:alice@example.com,
	// client:alice, +266696687 or Anonymous.
	From  string `yaml:"from"`
	Dials string `yaml:"dials"`
	// After is when the caller dials, from the beginning.
	After Span `yaml:"after"`
	// Count makes so many callers of this one, Every so often, with phone numbers that count up
	// and, if there is a name, a number behind it.
	Count  int          `yaml:"count"`
	Every  Span         `yaml:"every"`
	Steps  Steps        `yaml:"steps"`
	Expect CallerExpect `yaml:"expect"`
}

// CallerExpect is what must come of one call. What is not mentioned is not checked.
type CallerExpect struct {
	// TalksTo is a worker's name, anyone or nobody.
	TalksTo string `yaml:"talks_to"`
	// TalksWithin is the longest time from dialing to talking.
	TalksWithin Span `yaml:"talks_within"`
	// QueueResult is how the call left the queue; a list for a call that was in a queue several
	// times.
	QueueResult Texts `yaml:"queue_result"`
	// Heard are texts that the caller heard, in this order; NotHeard are texts that the caller did
	// not hear.
	Heard    Texts `yaml:"heard"`
	NotHeard Texts `yaml:"not_heard"`
	// HungUpBy is caller, worker, twilio or rest.
	HungUpBy string `yaml:"hung_up_by"`
	// Task is the status that the call's task ends with, and Reason why it was canceled; none is
	// for a call without a task.
	Task   string `yaml:"task"`
	Reason string `yaml:"reason"`
	// Queue is the task queue, by name, and Priority the priority that the task had at last.
	Queue    string `yaml:"queue"`
	Priority *int   `yaml:"priority"`
	// Attributes are among the task's.
	Attributes Object `yaml:"attributes"`
	// Reservations are a worker's name and a status each, such as Alice rejected, oldest first.
	Reservations Texts `yaml:"reservations"`
	// Linked says that the task's attributes have both call_sid and worker_call_sid
	// (docs/taskrouter/twiml-queue-calls, linked call tracking).
	Linked *bool `yaml:"linked"`
	// Application is for whoever plays the scenario: what only the application knows of the call.
	Application Section `yaml:"application"`
}

// Expect is what must come of all calls together.
type Expect struct {
	// Served are the callers who were bridged, by name, in that order.
	Served Texts `yaml:"served"`
	// WorkerCalls is how many calls were placed to workers.
	WorkerCalls *int `yaml:"worker_calls"`
	// AvailableAtLeast is how few workers may be in an available activity at any time.
	AvailableAtLeast *int `yaml:"available_at_least"`
	// Workers are checked by name.
	Workers map[string]WorkerExpect `yaml:"workers"`
	// Events are types of event callbacks that occurred in this order, whatever lay between them.
	Events Texts `yaml:"events"`
	// Debugger are the codes that Twilio's debugger has in the end, in this order; none by default.
	Debugger []int `yaml:"debugger"`
	// Problems are texts that the simulator's problems have in them, one for each problem; none by
	// default.
	Problems Texts `yaml:"problems"`
}

// WorkerExpect is what must come of a worker, or of each of several with a count.
type WorkerExpect struct {
	// Calls is how many calls were placed to the phone, CalledFrom the number that they showed.
	Calls      *int   `yaml:"calls"`
	CalledFrom string `yaml:"called_from"`
	// Activity is the worker's activity at the end, Activities those that the worker went to, in
	// order and without the first; ActivityAt are times and the activity then: {2 min: Lunch}.
	Activity   string `yaml:"activity"`
	Activities Texts  `yaml:"activities"`
	ActivityAt Times  `yaml:"activity_at"`
	// TalksTo are the callers whom the worker talked to, in order.
	TalksTo Texts `yaml:"talks_to"`
	// Texts are in the texts that the worker received, one in each, in order; [] for none.
	Texts Texts `yaml:"texts"`
}

// Other is somebody with a phone who is neither worker nor caller. Texts are as in WorkerExpect.
type Other struct {
	Number string      `yaml:"number"`
	Does   Deeds       `yaml:"does"`
	Expect OtherExpect `yaml:"expect"`
}

// OtherExpect is what must come of an Other.
type OtherExpect struct {
	Texts Texts `yaml:"texts"`
}

// Config is base with the readings that the scenario names in the place of base's.
func (s *Scenario) Config(base simulator.Config) simulator.Config {
	_ = base.Readings.Set(strings.Join(s.Readings.given, ",")) // they were checked when the file was read
	return base
}

// File returns the name that the scenario was read from.
func (s *Scenario) File() string { return s.file }

// String gives title and file.
func (s *Scenario) String() string { return fmt.Sprintf("%s (%s)", s.Title, s.file) }
