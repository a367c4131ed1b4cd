// Package deferred has the messages with which webhooks leave work to the bridge function, through
// SQS: a webhook's answer must not wait for that work, and Lambda freezes a function that has
// answered.
package deferred

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"switchboard/shared/cause"
	"switchboard/shared/environment"
	"switchboard/shared/taskrouter"
	"switchboard/shared/workqueue"
)

// Message is the JSON body of an SQS message. Exactly one field is set.
type Message struct {
	Bridge     *Bridge     `json:"bridge,omitempty"`
	WrapUp     *WrapUp     `json:"wrap_up,omitempty"`
	QueueLimit *QueueLimit `json:"queue_limit,omitempty"`
	Return     *Return     `json:"return,omitempty"`
	Miss       *Miss       `json:"miss,omitempty"`
	FaultOver  *FaultOver  `json:"fault_over,omitempty"`
	Shift      *Shift      `json:"shift,omitempty"`
}

// Bridge asks for a worker to be called and bridged to the caller, before Deadline.
type Bridge struct {
	// CallSID is the key of a request (taskrouter.KindOf) if the task has no call; then From is the
	// customer. It is "" if the task's attributes do not name a call: a script may have replaced
	// them, or the task is another program's. Contact and CallerID may be "" then, too.
	CallSID        string             `json:"call_sid,omitempty"`
	TaskSID        string             `json:"task_sid"`
	ReservationSID string             `json:"reservation_sid"`
	WorkerSID      string             `json:"worker_sid"`
	WorkerName     string             `json:"worker_name,omitempty"`
	From           string             `json:"from,omitempty"` // the caller, as Twilio sends it
	To             string             `json:"to,omitempty"`   // what the caller dialed
	Contact        taskrouter.Contact `json:"contact"`
	CallerID       string             `json:"caller_id"` // shown to the worker
	BaseURL        string             `json:"base_url"`  // where Twilio reaches the worker's webhooks
	Deadline       time.Time          `json:"deadline"`  // when the reservation times out, at the earliest

	// As the assignment callback had them, for the CRM step: JSON objects.
	TaskAttributes   json.RawMessage `json:"task_attributes"`
	WorkerAttributes json.RawMessage `json:"worker_attributes"`
}

// WrapUp asks the bridge function to complete a task that is still wrapping when the message
// arrives, or assigned although both calls have ended, and to bring its worker back from the
// post-work activity.
type WrapUp struct {
	CallSID       string `json:"call_sid"`
	TaskSID       string `json:"task_sid"`
	WorkerCallSID string `json:"worker_call_sid,omitempty"`

	// WorkerSID and Ended, when the call ended, are absent in messages of earlier releases: the
	// sweeper brings such a worker back.
	WorkerSID string    `json:"worker_sid,omitempty"`
	Ended     time.Time `json:"ended,omitzero"`
}

const (
	// spareDelay is how much later than the first message a second one arrives, in case the first
	// gets lost. If not, the worker is back by then, Twilio's event says so, and the bridge
	// function asks nothing.
	spareDelay = 2 * time.Second

	// MaxDelay is SQS's maximum delay of a message
	// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html).
	MaxDelay = 15 * time.Minute
)

// SpareDelay returns the delay of a message that does the same as one with the given delay, in case
// that one gets lost.
func SpareDelay(first time.Duration) time.Duration { return min(first+spareDelay, MaxDelay) }

// Return asks for a worker to be brought to where they should be, when the message comes.
type Return struct {
	WorkerSID string    `json:"worker_sid"`
	Due       time.Time `json:"due,omitzero"` // when the worker's absence ends; zero = look now
}

// Miss asks what became of a reservation that ended without a talk, and was perhaps rejected by no
// function of ours: by TaskRouter's timeout, by a dequeue that failed, or by the instruction that
// answers the assignment callback.
type Miss struct {
	CallSID        string    `json:"call_sid"`
	TaskSID        string    `json:"task_sid"`
	ReservationSID string    `json:"reservation_sid"`
	WorkerSID      string    `json:"worker_sid"`
	WorkerCallSID  string    `json:"worker_call_sid,omitempty"` // Twilio's own, of a dequeue
	Event          string    `json:"event"`                     // reservation.timeout and the like
	At             time.Time `json:"at"`                        // of the event
}

// Shift asks for a boundary of a worker's shift to be applied, when the message comes.
type Shift struct {
	WorkerSID string    `json:"worker_sid"`
	At        time.Time `json:"at"` // the boundary
	On        bool      `json:"on"` // the shift begins; false = it ends
}

// FaultOver says that a bridge succeeded after faults of ours: the workers whom those sent away can
// be brought back.
type FaultOver struct{}

// QueueLimit asks for the workflow's voice queue to get the size that the stack was deployed with.
// It does not say which: a message from before a deployment must not undo what one from after it
// did.
type QueueLimit struct {
	Found int `json:"found"` // MaxQueueSize as Twilio told it
}

// Decode parses a message's body. All SIDs of the result are whole, and its address is one that
// Twilio can call.
func Decode(body string) (Message, error) {
	var message Message
	if err := json.Unmarshal([]byte(body), &message); err != nil {
		return Message{}, fmt.Errorf("decode deferred work: %w", cause.Hide(err))
	}
	switch kinds := message.kinds(); {
	case kinds == 0:
		return Message{}, errors.New("decode deferred work: neither of the known kinds of work")
	case kinds > 1:
		return Message{}, errors.New("decode deferred work: more than one kind of work")
	}
	switch {
	case message.Bridge != nil:
		message.Bridge.fillParties()
		return message, message.Bridge.Check()
	case message.WrapUp != nil:
		return message, message.WrapUp.check()
	case message.Return != nil:
		return message, checkSIDs(sid{"worker_sid", "WK", message.Return.WorkerSID})
	case message.Miss != nil:
		return message, message.Miss.check()
	case message.Shift != nil:
		return message, message.Shift.check()
	}
	return message, nil
}

// kinds returns how many of the fields are set.
func (m Message) kinds() (set int) {
	for _, isSet := range []bool{m.Bridge != nil, m.WrapUp != nil, m.QueueLimit != nil, m.Return != nil, m.Miss != nil, m.FaultOver != nil, m.Shift != nil} {
		if isSet {
			set++
		}
	}
	return set
}

// fillParties reads From and To of a message that has neither: releases that did not send them left
// them to the task's attributes, and such a message may be in the queue during a deployment.
func (b *Bridge) fillParties() {
	var task taskrouter.TaskAttributes
	if b.From == "" && b.To == "" && task.UnmarshalJSON(b.TaskAttributes) == nil {
		b.From, b.To = task.From, task.To
	}
}

// Check returns an error if a bridge cannot do the work.
func (b Bridge) Check() error {
	sids := []sid{{"task_sid", "WT", b.TaskSID}, {"reservation_sid", "WR", b.ReservationSID}, {"worker_sid", "WK", b.WorkerSID}}
	if err := checkSIDs(sids...); err != nil {
		return err
	}
	if b.CallSID != "" {
		if err := checkKey(b.CallSID); err != nil {
			return err
		}
	}
	if err := b.checkContact(); err != nil {
		return fmt.Errorf("check deferred bridge %s: %w", b.ReservationSID, err)
	}
	if base, err := url.Parse(b.BaseURL); err != nil || base.Host == "" || (base.Scheme != "https" && base.Scheme != "http") {
		return fmt.Errorf("check deferred bridge %s: base_url is no absolute http or https URL", b.ReservationSID)
	}
	if b.Deadline.IsZero() {
		return fmt.Errorf("check deferred bridge %s: no deadline", b.ReservationSID)
	}
	return nil
}

func (b Bridge) checkContact() error {
	if b.CallSID == "" && b.Contact == "" {
		return nil
	}
	contact, err := taskrouter.ParseContact(string(b.Contact))
	if err == nil && contact != b.Contact {
		err = errors.New("contact has space around it")
	}
	return err
}

func (w WrapUp) check() error {
	sids := []sid{{"task_sid", "WT", w.TaskSID}}
	if w.WorkerCallSID != "" {
		sids = append(sids, sid{"worker_call_sid", "CA", w.WorkerCallSID})
	}
	if w.WorkerSID != "" {
		sids = append(sids, sid{"worker_sid", "WK", w.WorkerSID})
	}
	return cmp.Or(checkKey(w.CallSID), checkSIDs(sids...))
}

func (m Miss) check() error {
	sids := []sid{
		{"task_sid", "WT", m.TaskSID}, {"reservation_sid", "WR", m.ReservationSID}, {"worker_sid", "WK", m.WorkerSID},
	}
	if m.WorkerCallSID != "" {
		sids = append(sids, sid{"worker_call_sid", "CA", m.WorkerCallSID})
	}
	return cmp.Or(checkKey(m.CallSID), checkSIDs(sids...))
}

// checkKey checks the key of a ledger item: a call's SID or the key of a request.
func checkKey(key string) error {
	if !taskrouter.ValidKey(key) {
		return errors.New("check deferred work: call_sid is not a CA… SID")
	}
	return nil
}

func (s Shift) check() error {
	if s.At.IsZero() {
		return errors.New("check deferred work: the shift has no boundary")
	}
	return checkSIDs(sid{"worker_sid", "WK", s.WorkerSID})
}

type sid struct{ field, prefix, value string }

func checkSIDs(sids ...sid) error {
	for _, s := range sids {
		if !taskrouter.ValidSID(s.prefix, s.value) {
			return fmt.Errorf("check deferred work: %s is not a %s… SID", s.field, s.prefix)
		}
	}
	return nil
}

// Sender is the part of SQS's client that Queue calls.
type Sender = workqueue.Sender

// Queue sends messages to an SQS queue that is not FIFO: it may deliver a message twice, late, or
// before an earlier one.
type Queue struct {
	Client Sender
	URL    string
}

// ReadQueue returns the queue that the environment names. A nil client is SQS, with the function's
// own role.
func ReadQueue(env *environment.Reader, client Sender) Queue {
	return Queue{Client: workqueue.Client(env, client), URL: env.Required("BRIDGE_QUEUE_URL")}
}

// acceptable writes the characters of a JSON text that SQS refuses in a form that it
// takes: U+FFFE and U+FFFF as escapes, and bytes that are not UTF-8 as U+FFFD
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html).
// Outside of its strings JSON has none of them.
func acceptable(body string) string {
	body = strings.ToValidUTF8(body, "\uFFFD")
	return strings.NewReplacer("\uFFFE", `\ufffe`, "\uFFFF", `\uffff`).Replace(body)
}

// Send returns once SQS has taken the message. It is delivered after delay, whole seconds up to
// 900.
func (q Queue) Send(ctx context.Context, message Message, delay time.Duration) error {
	body, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("encode deferred work: %w", cause.Hide(err))
	}
	if err := workqueue.Send(ctx, q.Client, q.URL, acceptable(string(body)), delay); err != nil {
		return fmt.Errorf("send deferred work to SQS: %w", err)
	}
	return nil
}
