package simulator_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

// matches reports whether the only worker matches an expression over their own attributes and
// fields.
func (a *account) matches(t *testing.T, expression string) bool {
	t.Helper()
	answer := a.app.rest("GET", a.below("Workers?TargetWorkersExpression=")+url.QueryEscape(expression), nil)
	if !strings.Contains(answer, `"workers":[`) {
		t.Errorf("%s: %s", expression, answer)
	}
	return !strings.Contains(answer, `"workers":[]`)
}

func TestChannelFields(t *testing.T) {
	t.Parallel()
	const idle = `channel.voice.assigned_tasks == 0 AND channel.voice.available_capacity_percentage == 100`
	a := newAccount(t, simulator.Config{}, aliceNumber)
	noError(t, a.SetWorkerChannel(a.Workers()[0].SID, simulator.WorkerChannel{Capacity: 3}))
	a.SetPhone(aliceNumber, script.AnswersAfter(5*time.Second, script.Talks(20*time.Second), script.HangsUp()))
	a.Call(callerNumber, lineNumber)
	a.app.dequeue, a.app.postWork = true, ""
	moments := []struct {
		at   time.Duration
		want string
	}{
		{0, idle + ` AND channel.voice.configured_capacity == 3 AND channel.chat.assigned_tasks = 0 AND channel.sms.configured_capacity == 1`},
		{0, `channel.video.available_capacity_percentage == 100 AND channel.default.assigned_tasks == 0 AND channel.fax.assigned_tasks == null`},
		{time.Millisecond, `channel.voice.other == null`},
		{3 * time.Second, `channel.voice.assigned_tasks == 0 AND channel.voice.available_capacity_percentage == 66`},
		{15 * time.Second, `channel.voice.assigned_tasks == 1 AND channel.voice.available_capacity_percentage == 66`},
		{15 * time.Second, `channel.chat.assigned_tasks == 0 AND channel.chat.available_capacity_percentage == 100`},
		{time.Minute, `channel.voice.assigned_tasks == 0 AND channel.voice.available_capacity_percentage == 66`}, // wrapping
	}
	for _, each := range moments {
		a.Loop().After(each.at, func() {
			if !a.matches(t, each.want) {
				t.Errorf("after %s the worker does not match %s", each.at, each.want)
			}
		})
	}
	a.run(t)
}

func TestChannelsInRouting(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, target, queue string
	}{
		{"target", `,"expression":"worker.channel.voice.assigned_tasks == 0 AND worker.channel.chat.assigned_tasks == 0"`, "1==1"},
		{"queue", ``, "channel.voice.assigned_tasks = 0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t, simulator.Config{}, aliceNumber)
			a.must(a.AddTaskQueue(simulator.TaskQueue{SID: thirdQueueSID, Name: "Idle", TargetWorkers: test.queue}))
			a.connect(t, a.app.base, simulator.Workflow{
				SID: workflowSID, Configuration: `{"task_routing":{"filters":[{"expression":"1==1","targets":[{"queue":"` + thirdQueueSID + `"` + test.target + `}]}]}}`,
			})
			noError(t, a.SetWorkerChannel(a.Workers()[0].SID, simulator.WorkerChannel{Capacity: 2}))
			a.app.dequeue, a.app.postWork = true, ""
			a.SetPhone(aliceNumber, script.AnswersAfter(2*time.Second, script.Talks(20*time.Second), script.HangsUp()))
			a.Call(callerNumber, lineNumber)
			a.CallAfter(10*time.Second, "+15550000002", lineNumber, script.HangsUpAfter(5*time.Second))
			a.CallAfter(30*time.Second, "+15550000003", lineNumber)
			a.run(t)
			if tasks, _ := a.statuses(); strings.Join(tasks, ", ") != "wrapping, canceled hangup, wrapping" {
				t.Errorf("tasks %q, want the second to find no worker", tasks)
			}
		})
	}
}

func TestAttributeNamedChannel(t *testing.T) {
	t.Parallel()
	for _, hides := range []bool{false, true} {
		a := newAccount(t, simulator.Config{Readings: reading.Set{AttributesHideFields: hides}}, aliceNumber)
		noError(t, a.SetWorkerAttributes(a.Workers()[0].SID, `{"channel":"radio"}`))
		if got := a.matches(t, `channel == "radio"`); got != hides {
			t.Errorf("attributes hide fields %t: the attribute counts: %t", hides, got)
		}
	}
}
