package simulator

import (
	"encoding/json"
	"strconv"
	"time"

	"switchboard/shared/expression"
	"switchboard/shared/simulator/document"
	"switchboard/shared/simulator/script"
)

// enqueue puts a call into a queue (https://www.twilio.com/docs/voice/twiml/enqueue).
func (t *Twilio) enqueue(c *call, verb *document.Node) {
	m := &member{call: c, verb: verb, after: c.flow, entered: t.loop.Now()}
	name := verb.Attr("workflowSid", "")
	size := workflowQueueSize
	if name == "" {
		name, size = verb.Words(), plainQueueSize
	}
	code, reason := t.prepareWait(m)
	switch {
	case code != 0:
	case name == "":
		code, reason = 14204, "the queue's name is too short"
	case len(name) > queueNameLimit:
		code, reason = 14205, "the queue's name is too long"
	}
	if code != 0 {
		t.enqueueFails(c, verb, "error", code, reason)
		return
	}
	if t.enqueueFault != nil && t.enqueueFault() {
		t.afterQueue(c, verb, "system-error", nil)
		return
	}
	queue := t.voiceQueueNamed(name)
	if queue != nil && len(queue.members) >= queue.maxSize {
		t.enqueueFails(c, verb, "queue-full", 14207, "queue "+name+" has reached its maximum size")
		return
	}
	if verb.Attr("workflowSid", "") != "" {
		if m.task, code, reason = t.createVoiceTask(c, verb); m.task == nil {
			t.enqueueFails(c, verb, "error", code, reason)
			return
		}
	}
	if queue == nil {
		queue = t.addVoiceQueue(name, size)
	}
	m.queue = queue
	queue.members = append(queue.members, m)
	c.member = m
	t.traceCall(KindCall, c, "waits in queue %s at position %d", queue.name, len(queue.members))
	c.notice(script.Enqueued)
	if d := queue.nextDialer(); d != nil {
		t.dialQueue(d, d.noun)
		return
	}
	t.startWaiting(c)
}

// SetEnqueueFault makes Twilio itself fail: the simulator calls fault at each <Enqueue>, and if it
// returns true, that call gets the QueueResult system-error. fault runs under the simulator's lock
// and must not call the simulator.
func (t *Twilio) SetEnqueueFault(fault func() bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.enqueueFault = fault
}

// prepareWait chooses what the call hears in the queue. An empty waitUrl is silence.
func (t *Twilio) prepareWait(m *member) (code int, reason string) {
	if _, err := resolve(m.after.url, m.verb.Attr("action", "")); err != nil {
		return 14203, "invalid action URL: " + err.Error()
	}
	ref, given := m.verb.Attrs["waitUrl"]
	m.waitMethod = m.verb.Method("waitUrlMethod")
	switch {
	case !document.IsMethod(m.verb.Attr("method", "POST")):
		return 14201, "invalid method " + m.verb.Attr("method", "")
	case !document.IsMethod(m.verb.Attr("waitUrlMethod", "POST")):
		return 14206, "invalid waitUrlMethod " + m.verb.Attr("waitUrlMethod", "")
	case !given || ref == defaultMusic:
		m.silentMusic, m.wait = true, "Twilio's hold music"
		return 0, ""
	case ref == "":
		m.silentMusic, m.wait = true, ""
		return 0, ""
	}
	target, err := resolve(m.after.url, ref)
	if err != nil {
		return 14202, "invalid waitUrl: " + err.Error()
	}
	m.wait = target
	return 0, ""
}

// createVoiceTask makes the task of an <Enqueue workflowSid>, or returns the error code and the
// reason why it cannot.
func (t *Twilio) createVoiceTask(c *call, verb *document.Node) (made *task, code int, reason string) {
	w := t.workflows[verb.Attr("workflowSid", "")]
	if w == nil {
		return nil, 14220, "no workflow " + verb.Attr("workflowSid", "")
	}
	attributes := expression.Attributes{}
	options := taskOptions{callSID: c.sid, timeout: 24 * time.Hour}
	for _, child := range verb.Children {
		if child.Name != "Task" && child.Name != "TaskAttributes" {
			continue
		}
		if err := json.Unmarshal([]byte(child.Text), &attributes); err != nil || attributes == nil {
			return nil, 14221, "the task's attributes are not a JSON object"
		}
		var err error
		if options.priority, options.timeout, err = taskLimits(child, options.timeout); err != nil {
			return nil, 14221, err.Error()
		}
		if options.priority < 0 || options.priority > highestPriority || options.timeout <= 0 || options.timeout > longestTaskLife {
			t.problem(c, "not simulated: <Task> with priority %d and timeout %s: Twilio documents 0 to %d, and up to %s", options.priority,
				options.timeout, highestPriority, longestTaskLife)
			return nil, 14221, "not simulated: priority or timeout out of range"
		}
	}
	counted := encodeAttributes(attributes)
	t.addAutomaticAttributes(c, attributes)
	options.attributes = attributes
	options.json = encodeAttributes(attributes)
	if !t.cfg.Readings.AutomaticAttributesFree {
		counted = options.json
	}
	if n := len([]rune(counted)); n > attributesLimit {
		return nil, 14221, "the task's attributes have " + strconv.Itoa(n) + " characters, more than 4096"
	}
	made = t.createTask(w, options)
	if made == nil {
		return nil, 14222, "the task matches no filter and the workflow has no default"
	}
	c.taskSID = made.sid
	return made, 0, ""
}

// addAutomaticAttributes adds the attributes that Twilio takes from the call's parameters
// (https://www.twilio.com/docs/taskrouter/twiml-queue-calls).
func (t *Twilio) addAutomaticAttributes(c *call, attributes expression.Attributes) {
	params := t.voiceParams(c)
	for parameter := range params {
		name := snakeCase(parameter)
		if _, named := attributes[name]; !named || !t.cfg.Readings.TaskAttributesWin {
			attributes[name] = params.Get(parameter)
		}
	}
}

// The ranges of a task's priority and time to live
// (https://www.twilio.com/docs/taskrouter/api/task). No public source says what <Task> does with
// values beyond them.
const (
	highestPriority = 1<<31 - 1
	longestTaskLife = 1_209_600 * time.Second
)

func taskLimits(verb *document.Node, fallback time.Duration) (priority int, timeout time.Duration, err error) {
	timeout = fallback
	if text, ok := verb.Attrs["priority"]; ok {
		if priority, err = strconv.Atoi(text); err != nil {
			return 0, 0, err
		}
	}
	if text, ok := verb.Attrs["timeout"]; ok {
		n, err := strconv.Atoi(text)
		if err != nil {
			return 0, 0, err
		}
		timeout = time.Duration(n) * time.Second
	}
	return priority, timeout, nil
}

func (t *Twilio) enqueueFails(c *call, verb *document.Node, result string, code int, reason string) {
	t.alert(code, c, "<Enqueue>: %s", reason)
	t.afterQueue(c, verb, result, nil)
}
