// Package workspacefile reads and writes the YAML file that describes the Twilio side: a TaskRouter
// workspace and the numbers that lead to it. All keys have defaults: a file with only a number
// makes a working queue.
package workspacefile

import (
	"switchboard/functions/cmd/twilioctl/internal/workflow"
	"switchboard/shared/prompt"
	"switchboard/shared/yamlfile"
)

// File describes the wanted state. Friendly names identify resources.
type File struct {
	Workspace     string        `yaml:"workspace,omitempty"`
	Activities    Activities    `yaml:"activities,omitempty"`
	TaskQueues    []TaskQueue   `yaml:"task_queues,omitempty"`
	Workflow      Workflow      `yaml:"workflow,omitempty"`
	QueueMaxSize  *int          `yaml:"queue_max_size,omitempty"` // callers who may wait; nil = the stack's
	Workers       []Worker      `yaml:"workers,omitempty"`
	Numbers       []Number      `yaml:"numbers,omitempty"`
	EventCallback EventCallback `yaml:"event_callback,omitempty"`

	// What the desk decides about its callers; Settings puts it together with that of Numbers.
	Zone      string                            `yaml:"zone,omitempty"`
	Hours     Hours                             `yaml:"hours,omitempty"`
	NoWorker  *NoWorker                         `yaml:"no_worker,omitempty"`
	Shifts    Shifts                            `yaml:"shifts,omitempty"` // of workers
	Menus     Menus                             `yaml:"menus,omitempty"`
	Waiting   *Waiting                          `yaml:"waiting,omitempty"`
	Survey    *Survey                           `yaml:"survey,omitempty"`
	Messages  *Messages                         `yaml:"messages,omitempty"`
	Callbacks *Callbacks                        `yaml:"callbacks,omitempty"`
	Voices    map[string]string                 `yaml:"voices,omitempty"`
	Prompts   map[string]map[prompt.Name]string `yaml:"prompts,omitempty"`

	// Deploy holds the parameters of the stack that do not follow from the workspace.
	Deploy map[string]string `yaml:"deploy,omitempty"`

	name     string
	document *yamlfile.Node
}

// Activities are the workers' activities, and what Switchboard uses each for.
type Activities struct {
	Available   []string `yaml:"available,omitempty"`
	Unavailable []string `yaml:"unavailable,omitempty"`
	NewWorkers  string   `yaml:"new_workers,omitempty"`         // the workspace's default activity
	SignedOn    string   `yaml:"signed_on,omitempty"`           // parameter AvailableActivitySid; "" = the first available one
	SignedOff   string   `yaml:"signed_off,omitempty"`          // parameter OfflineActivitySid; "" = Rejected
	TimedOut    string   `yaml:"reservation_timeout,omitempty"` // the workspace's timeout activity; "" = Rejected
	AfterCall   string   `yaml:"after_call,omitempty"`          // parameter PostWorkActivitySid; "" = a call changes nothing
	Rejected    string   `yaml:"rejected,omitempty"`            // parameter RejectActivitySid
	Fault       string   `yaml:"fault,omitempty"`               // parameter FaultActivitySid; "" = Rejected
}

// TaskQueue is a TaskRouter task queue.
type TaskQueue struct {
	Name               string  `yaml:"name,omitempty"`
	Workers            *string `yaml:"workers,omitempty"` // expression over worker attributes; nil = 1==1
	Order              string  `yaml:"order,omitempty"`   // FIFO or LIFO
	MaxReservedWorkers *int    `yaml:"max_reserved_workers,omitempty"`
}

// Workflow is the workflow that every call enters.
type Workflow struct {
	Name               string            `yaml:"name,omitempty"`
	ReservationTimeout *int              `yaml:"reservation_timeout,omitempty"` // seconds
	Filters            []workflow.Filter `yaml:"filters,omitempty"`
	Default            *workflow.Target  `yaml:"default,omitempty"` // nil = the first task queue, unless NoDefault
	NoDefault          bool              `yaml:"no_default,omitempty"`
	// AssignmentCallbackURL and FallbackAssignmentCallbackURL are "" for the stack's.
	AssignmentCallbackURL         string `yaml:"assignment_callback_url,omitempty"`
	FallbackAssignmentCallbackURL string `yaml:"fallback_assignment_callback_url,omitempty"`
}

// Worker takes calls. ContactURI, Skills, Shift and Lead are attributes with a key of their own.
type Worker struct {
	Name       string   `yaml:"name,omitempty"`
	ContactURI string   `yaml:"contact_uri,omitempty"`
	Skills     []string `yaml:"skills,omitempty"`
	Shift      string   `yaml:"shift,omitempty"` // a name in Shifts; "" = the worker signs on and off alone
	Lead       bool     `yaml:"lead,omitempty"`  // may close and open the desk by phone
	Attributes Object   `yaml:"attributes,omitempty"`
	Activity   string   `yaml:"activity,omitempty"` // of a new worker; existing workers keep theirs
}

// Number is a phone number of the account, for callers or for workers who sign on and off; or
// settings.OtherNumbers, for what the desk decides about callers of every number for which it
// decides nothing of its own.
type Number struct {
	Number      string  `yaml:"number,omitempty"`
	VoiceURL    string  `yaml:"voice_url,omitempty"`    // "" = the stack's
	FallbackURL string  `yaml:"fallback_url,omitempty"` // if the voice URL fails; "" = unchanged
	Overrides   *string `yaml:"connection_overrides,omitempty"`
	Duty        bool    `yaml:"duty,omitempty"`  // for workers who call to sign on and off, not for callers
	Texts       bool    `yaml:"texts,omitempty"` // for workers who text to sign on and off

	// As in settings.Number.
	Attributes Object `yaml:"attributes,omitempty"`
	Language   string `yaml:"language,omitempty"`
	Hours      string `yaml:"hours,omitempty"`
	Menu       string `yaml:"menu,omitempty"`
	Priority   *int   `yaml:"priority,omitempty"`
	NoSurvey   bool   `yaml:"no_survey,omitempty"`

	NoCallbacks bool `yaml:"no_callbacks,omitempty"`
}

// EventCallback is the webhook for the workspace's events.
type EventCallback struct {
	URL       string   `yaml:"url,omitempty"`    // "" = the stack's
	Filter    []string `yaml:"filter,omitempty"` // event types; nil = those that the functions use
	Overrides *string  `yaml:"connection_overrides,omitempty"`
}
