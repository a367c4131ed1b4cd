package scenario

import (
	"fmt"
	"strings"

	"switchboard/shared/simulator"
	"switchboard/shared/yamlfile"
)

// Scenario is a file: an account, people who call, and the expected result.
type Scenario struct {
	// Title describes in a sentence what happens.
	Title string `yaml:"title"`
	// Docs are the pages of Twilio's documentation that the scenario is an example of.
	Docs Texts `yaml:"docs"`
	// Readings are the simulator's, by name: {after-bridge: completed}.
	Readings Readings `yaml:"readings"`
	Account  Account  `yaml:"account"`
	// Application holds settings of the application. The caller of this package reads them with
	// Decode.
	Application Section  `yaml:"application"`
	Callers     []Caller `yaml:"callers"`
	// Others are people who text or call and are neither workers nor callers in the queue.
	Others []Other `yaml:"others"`
	Expect Expect  `yaml:"expect"`

	file string
	node *yamlfile.Node
	// Index in the file of each worker and caller.
	workerAtIndex, callerAtIndex []int
}

// Account is set up in Twilio before the first call. Every part has a default for simple scenarios.
type Account struct {
	// Numbers are the account's phone numbers; by default the numbers that callers dial.
	Numbers Texts `yaml:"numbers"`
	// StaffNumbers are numbers that workers call: their voice webhook is Site.StaffVoiceURL.
	StaffNumbers Texts `yaml:"staff_numbers"`
	// Activities are the account's; by default Site.Activities, and without those Available,
	// Unavailable and Offline.
	Activities []Activity `yaml:"activities"`
	// TimeoutActivity is the activity of a worker whose reservation timed out; by default Offline,
	// if there is one.
	TimeoutActivity string `yaml:"timeout_activity"`
	// SingleTasking makes the workspace a legacy workspace, in which a worker has one task at a
	// time.
	SingleTasking bool `yaml:"single_tasking"`
	// Queues are the task queues; by default one for all workers, Everyone.
	Queues []TaskQueue `yaml:"queues"`
	// Workflow is the workflow's configuration, {task_routing: …}
	// (https://www.twilio.com/docs/taskrouter/workflow-configuration), with task queues by name, or
	// the JSON from the console as a text. By default every task enters the first queue.
	Workflow Object `yaml:"workflow"`
	// ReservationTimeout is the workflow's reservation timeout; 120 s by default.
	ReservationTimeout Span     `yaml:"reservation_timeout"`
	Workers            []Worker `yaml:"workers"`
}

// Activity is a TaskRouter activity.
type Activity struct {
	Name      string `yaml:"name"`
	Available bool   `yaml:"available"`
}

// TaskQueue is a TaskRouter task queue. Workers is an expression over worker attributes, such as
// skills HAS "billing"; the default is 1==1. TaskOrder is FIFO, the default, or LIFO.
type TaskQueue struct {
	Name               string `yaml:"name"`
	Workers            string `yaml:"workers"`
	TaskOrder          string `yaml:"task_order"`
	MaxReservedWorkers int    `yaml:"max_reserved_workers"`
}

// Worker is a TaskRouter worker and their phone.
type Worker struct {
	Name string `yaml:"name"`
	// Count makes this many workers, called Name 1, Name 2 and so on, with consecutive phone
	// numbers.
	Count      int    `yaml:"count"`
	Attributes Object `yaml:"attributes"`
	// Activity is the worker's first activity; by default the first available one.
	Activity string `yaml:"activity"`
	// Capacity is the maximum number of calls that the worker has at a time; 1 by default.
	Capacity *int `yaml:"capacity"`
	// Address is the phone's address; by default the attribute contact_uri.
	Address string `yaml:"address"`
	// Phone is how the worker's phone behaves: a list of lines, or, for a phone that behaves
	// differently each time, a list of such lists.
	Phone Phones `yaml:"phone"`
	// Moves change the worker's activity, like a supervisor.
	Moves []Move `yaml:"moves"`
	// Does is what the worker does during the day: moves in the console, texts and calls.
	Does Actions `yaml:"does"`
	// TextsFail are the errors of texts to this worker, one for each text: 21… from POST Messages,
	// 30… from the status callback, or 0 for none. The last one repeats.
	TextsFail Numbers `yaml:"texts_fail"`

	group string // Name before Count added a number
}

// Move changes a worker's activity; After is the time since the start.
type Move struct {
	After    Span   `yaml:"after"`
	Activity string `yaml:"activity"`
}

// Caller is a person who calls.
type Caller struct {
	// Name is the caller's name in Expect; by default From.
	Name string `yaml:"name"`
	// From and Dials are phone numbers in E.164. Dials is the account's first number by default.
	// From may also be Twilio's From of a caller without a number: sip:alice@example.com,
	// client:alice, +266696687 or Anonymous.
	From  string `yaml:"from"`
	Dials string `yaml:"dials"`
	// After is when the caller dials: the time since the start.
	After Span `yaml:"after"`
	// Count makes this many callers, each Every later than the one before, with consecutive phone
	// numbers and, if there is a name, a number after it.
	Count  int          `yaml:"count"`
	Every  Span         `yaml:"every"`
	Steps  Steps        `yaml:"steps"`
	Expect CallerExpect `yaml:"expect"`
}

// CallerExpect is the expected result of one call. Fields that are not set are not checked.
type CallerExpect struct {
	// TalksTo is a worker's name, "anyone" or "nobody".
	TalksTo string `yaml:"talks_to"`
	// TalksWithin is the maximum time from dialing to talking.
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
	// Task is the last status of the call's task, or none for a call without a task; Reason is why
	// it was canceled.
	Task   string `yaml:"task"`
	Reason string `yaml:"reason"`
	// Queue is the name of the task queue and Priority the task's priority at the end.
	Queue    string `yaml:"queue"`
	Priority *int   `yaml:"priority"`
	// Attributes are some of the task's attributes.
	Attributes Object `yaml:"attributes"`
	// Reservations are each a worker's name and a status, such as Alice rejected, oldest first.
	Reservations Texts `yaml:"reservations"`
	// Linked is whether the task's attributes have both call_sid and worker_call_sid
	// (https://www.twilio.com/docs/taskrouter/twiml-queue-calls, linked call tracking).
	Linked *bool `yaml:"linked"`
	// Application holds expectations that only the application can check. The caller of this
	// package reads them with Decode.
	Application Section `yaml:"application"`
}

// Expect is the expected result of all calls together.
type Expect struct {
	// Served are the names of the bridged callers, in this order.
	Served Texts `yaml:"served"`
	// WorkerCalls is the number of calls to workers.
	WorkerCalls *int `yaml:"worker_calls"`
	// AvailableAtLeast is the minimum number of workers in an available activity at any time.
	AvailableAtLeast *int `yaml:"available_at_least"`
	// Workers are checked by name.
	Workers map[string]WorkerExpect `yaml:"workers"`
	// Events are types of event callbacks that occurred in this order, with any others between
	// them.
	Events Texts `yaml:"events"`
	// Debugger are the codes of all entries in Twilio's debugger, in this order; none by default.
	Debugger []int `yaml:"debugger"`
	// Problems are texts, one for each of the simulator's problems and contained in it; none by
	// default.
	Problems Texts `yaml:"problems"`
}

// WorkerExpect is the expected result for a worker, or for each worker of a count.
type WorkerExpect struct {
	// Calls is the number of calls to the phone, CalledFrom the number that they showed.
	Calls      *int   `yaml:"calls"`
	CalledFrom string `yaml:"called_from"`
	// Activity is the worker's activity at the end. Activities are the worker's later activities,
	// in order and without the first. ActivityAt are times with the activity then: {2 min: Lunch}.
	Activity   string `yaml:"activity"`
	Activities Texts  `yaml:"activities"`
	ActivityAt Times  `yaml:"activity_at"`
	// TalksTo are the callers whom the worker talked to, in order.
	TalksTo Texts `yaml:"talks_to"`
	// Texts are texts that the worker received, in order; each received text contains its own. []
	// means none.
	Texts Texts `yaml:"texts"`
}

// Other is a person with a phone who is neither worker nor caller, or a caller who is called back.
// Phone is as a worker's. Texts are as in WorkerExpect.
type Other struct {
	Number string      `yaml:"number"`
	Phone  Phones      `yaml:"phone"`
	Does   Actions     `yaml:"does"`
	Expect OtherExpect `yaml:"expect"`
}

// OtherExpect is the expected result for an Other.
type OtherExpect struct {
	Texts Texts `yaml:"texts"`
	// Calls are how the calls to the phone ended, in order: completed, busy, no-answer …. [] means
	// none.
	Calls Texts `yaml:"calls"`
	// TalksTo is the worker at the other end of the last of them, or nobody.
	TalksTo string `yaml:"talks_to"`
}

// Config returns base with the scenario's readings set in it.
func (s *Scenario) Config(base simulator.Config) simulator.Config {
	_ = base.Readings.Set(strings.Join(s.Readings.given, ",")) // Read has checked them
	return base
}

// File returns the name of the scenario's file.
func (s *Scenario) File() string { return s.file }

// String returns the title and the file.
func (s *Scenario) String() string { return fmt.Sprintf("%s (%s)", s.Title, s.file) }
