package simulator

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"switchboard/shared/simulator/document"
)

// defaultMusic is the music of a queued call when <Enqueue> names no waitUrl.
const defaultMusic = "https://s3.amazonaws.com/com.twilio.sounds.music/index.xml"

const (
	workflowQueueSize = 100  // https://www.twilio.com/docs/taskrouter/limits
	plainQueueSize    = 1000 // https://www.twilio.com/docs/voice/twiml/enqueue
	queueNameLimit    = 64
)

// voiceQueue is a queue of waiting calls. A workflow's queue has the workflow's SID as its name and
// exists from its first call on.
type voiceQueue struct {
	sid, name        string
	maxSize          int
	members          []*member
	created, updated time.Time
	left             int // members that have left, and the sum of their waits
	waited           time.Duration
	dialers          []*dialing // that wait for a call to enter
}

// member is a call's place in a queue.
type member struct {
	queue       *voiceQueue
	call        *call
	task        *task // nil in a queue without a workflow
	verb        *document.Node
	after       flow // the verbs after <Enqueue>
	wait        string
	waitMethod  string
	entered     time.Time
	waited      time.Duration
	circled     bool
	silentMusic bool
}

func (q *voiceQueue) averageWait() int {
	if q.left == 0 {
		return 0
	}
	return int(q.waited.Seconds()) / q.left
}

func (t *Twilio) addVoiceQueue(name string, size int) *voiceQueue {
	now := t.loop.Now()
	q := &voiceQueue{sid: t.sids.next("QU"), name: name, maxSize: size, created: now, updated: now}
	t.voiceQueues = append(t.voiceQueues, q)
	return q
}

func (t *Twilio) startWaiting(c *call) {
	if c.member.silentMusic {
		c.interrupt()
		c.flow = flow{waiting: true}
		if c.member.wait != "" {
			t.traceCall(KindHears, c, "hears %s", c.member.wait)
		}
		c.hear(c.member.wait)
		return
	}
	t.fetchWait(c, "", "")
}

// fetchWait requests a wait document; an empty target is the queue's own.
func (t *Twilio) fetchWait(c *call, target, method string, extras ...url.Values) {
	params := url.Values{}
	if target == "" || !t.cfg.Readings.NoQueueAfterWaitRedirect {
		params = t.waitParams(c.member)
	}
	if target == "" {
		target, method = c.member.wait, c.member.waitMethod
	}
	for _, extra := range extras {
		maps.Copy(params, extra)
	}
	t.fetch(c, fetch{what: "wait document", method: method, url: target, extra: params, waiting: true})
}

// waitParams returns what a request for a wait document says about the caller's wait.
func (t *Twilio) waitParams(m *member) url.Values {
	return url.Values{
		"QueueSid":         {m.queue.sid},
		"QueuePosition":    {strconv.Itoa(slices.Index(m.queue.members, m) + 1)},
		"QueueTime":        {strconv.Itoa(int(t.loop.Now().Sub(m.entered).Seconds()))},
		"AvgQueueTime":     {strconv.Itoa(m.queue.averageWait())},
		"CurrentQueueSize": {strconv.Itoa(len(m.queue.members))},
		"MaxQueueSize":     {strconv.Itoa(m.queue.maxSize)},
	}
}

// vacate takes a call out of its queue and stops its wait document.
func (t *Twilio) vacate(c *call) *member {
	m := c.member
	c.member = nil
	c.interrupt()
	m.waited = t.loop.Now().Sub(m.entered)
	m.queue.members = slices.DeleteFunc(m.queue.members, func(other *member) bool { return other == m })
	m.queue.left++
	m.queue.waited += m.waited
	return m
}

// leave executes <Leave>.
func (t *Twilio) leave(c *call) bool {
	if c.member == nil {
		t.alert(12200, c, "<Leave> outside a queue")
		return true
	}
	t.leaveQueue(c, "leave")
	return false
}

// leaveQueue takes a call out of its queue. Unless its caller hung up, the call continues.
func (t *Twilio) leaveQueue(c *call, result string) {
	m := t.vacate(c)
	t.callerLeft(m, result)
	c.flow = m.after
	t.afterQueue(c, m.verb, result, m)
}

// callerLeft cancels the task of a call that left its queue before a worker talked to it.
func (t *Twilio) callerLeft(m *member, reason string) {
	if m.task != nil {
		t.cancelTask(m.task, reason)
		if m.task.status == taskAssigned {
			t.afterCall(m.task)
		}
	}
}

// afterQueue requests the action of <Enqueue>. For a call that has ended, Twilio sends the request
// too and does not execute the answer. Without an action the next verb follows.
func (t *Twilio) afterQueue(c *call, verb *document.Node, result string, m *member) {
	c.queueResults = append(c.queueResults, result)
	t.traceCall(KindCall, c, "is done with <Enqueue>: %s", result)
	params := queueParams(result, m)
	if result == "bridged" && t.cfg.Readings.BridgedInProgress {
		params.Set("CallStatus", callInProgress)
	}
	ref, given := verb.Attrs["action"]
	if !given {
		if !c.over() {
			t.next(c)
		}
		return
	}
	method := verb.Method("method")
	if !c.over() {
		t.goTo(c, "enqueue action", ref, method, params)
		return
	}
	if target, err := resolve(c.flow.url, ref); err == nil {
		t.notifyCall(c, "enqueue action", method, target, params)
	}
}

// notifyCall requests a document and does not execute it.
func (t *Twilio) notifyCall(c *call, what, method, target string, extra url.Values) {
	params := t.voiceParams(c)
	maps.Copy(params, extra)
	t.notify(webhook{what: what, method: method, url: target, params: params, limit: voiceLimit, subject: c})
}
