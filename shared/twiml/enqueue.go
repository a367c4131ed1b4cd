package twiml

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	verb "github.com/twilio/twilio-go/twiml"

	"switchboard/shared/taskrouter"
)

// Enqueue puts the caller into a workflow's queue (https://www.twilio.com/docs/voice/twiml/enqueue,
// https://www.twilio.com/docs/taskrouter/twiml-queue-calls).
type Enqueue struct {
	// WorkflowSID (WW…) and ActionURL are required. Without an action URL the
	// call would end when the caller leaves the queue.
	WorkflowSID string
	ActionURL   string

	// WaitURL plays to the waiting caller; "" leaves Twilio's own hold music.
	// Silent plays nothing at all and excludes WaitURL.
	WaitURL string
	Silent  bool

	// Attributes is the task's JSON object, at most 4,096 characters once it is
	// compacted; empty means {}. Keys that Twilio adds itself are the caller's to
	// avoid: which value wins is not documented.
	Attributes json.RawMessage

	// Priority is 0…2,147,483,647, Timeout the task's time to live in seconds,
	// 1…1,209,600; nil leaves either to Twilio.
	Priority *int
	Timeout  *int

	// Legacy writes <TaskAttributes> in place of <Task>; it has neither priority
	// nor timeout.
	Legacy bool
}

// Document renders e. It fails only for what the caller of the phone number
// cannot influence: settings missing or at odds, and attributes that are not a JSON object
// or too long.
func (e Enqueue) Document() (Document, error) {
	if err := e.check(); err != nil {
		return "", fmt.Errorf("render enqueue: %w", err)
	}
	task, err := e.task()
	if err != nil {
		return "", fmt.Errorf("render enqueue: %w", err)
	}
	enqueue := verb.VoiceEnqueue{
		WorkflowSid:   e.WorkflowSID,
		Action:        e.ActionURL,
		Method:        post,
		InnerElements: []verb.Element{task},
	}
	// Twilio's own hold music is a static file that answers GET only, so a method
	// goes out only with a URL of ours.
	switch {
	case e.Silent:
		enqueue.OptionalAttributes = map[string]string{"waitUrl": ""}
	case e.WaitURL != "":
		enqueue.WaitUrl, enqueue.WaitUrlMethod = e.WaitURL, post
	}
	return render(enqueue), nil
}

func (e Enqueue) check() error {
	switch {
	case e.WorkflowSID == "":
		return errors.New("no workflow SID")
	case e.ActionURL == "":
		return errors.New("no action URL")
	case e.Silent && e.WaitURL != "":
		return errors.New("both silent and a wait URL")
	case e.Legacy && (e.Priority != nil || e.Timeout != nil):
		return errors.New("legacy task attributes take neither priority nor timeout")
	case outside(e.Priority, 0, taskrouter.MaxPriority):
		return fmt.Errorf("task priority %d is not 0 to %d", *e.Priority, taskrouter.MaxPriority)
	case outside(e.Timeout, 1, taskrouter.MaxTaskTimeout):
		return fmt.Errorf("task timeout %d s is not 1 to %d", *e.Timeout, taskrouter.MaxTaskTimeout)
	}
	return nil
}

func outside(setting *int, low, high int) bool {
	return setting != nil && (*setting < low || *setting > high)
}

func (e Enqueue) task() (verb.Element, error) {
	attributes, err := compactObject(e.Attributes)
	if err != nil {
		return nil, err
	}
	if e.Legacy {
		return taskAttributes(attributes), nil
	}
	return verb.VoiceTask{
		Body:     attributes,
		Priority: decimal(e.Priority),
		Timeout:  decimal(e.Timeout),
	}, nil
}

func compactObject(attributes json.RawMessage) (string, error) {
	if len(bytes.TrimSpace(attributes)) == 0 {
		return "{}", nil
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, attributes); err != nil {
		return "", fmt.Errorf("compact task attributes: %w", err)
	}
	if compact.Bytes()[0] != '{' {
		return "", errors.New("task attributes are not a JSON object")
	}
	if n := utf8.RuneCount(compact.Bytes()); n > taskrouter.MaxAttributes {
		return "", fmt.Errorf("task attributes have %d characters, more than %d", n, taskrouter.MaxAttributes)
	}
	return compact.String(), nil
}

func decimal(setting *int) string {
	if setting == nil {
		return ""
	}
	return strconv.Itoa(*setting)
}

// taskAttributes is Twilio's legacy noun, which twilio-go does not have.
type taskAttributes string

func (taskAttributes) GetName() string                                 { return "TaskAttributes" }
func (t taskAttributes) GetText() string                               { return string(t) }
func (taskAttributes) GetAttr() (map[string]string, map[string]string) { return nil, nil }
func (taskAttributes) GetInnerElements() []verb.Element                { return nil }
