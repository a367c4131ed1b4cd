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

// unmatched is a target's expression that no worker matches.
const unmatched = `"expression":"worker.contact_uri == 'absent'"`

func (a *account) addSecondQueue(t *testing.T) {
	t.Helper()
	must(t)(a.AddTaskQueue(simulator.TaskQueue{SID: secondQueueSID, Name: "Second", TargetWorkers: "1==1"}))
}

func (a *account) updateTask(form url.Values) {
	a.app.rest("POST", a.below("Tasks/")+a.Tasks()[0].SID, form)
}

func TestReadingsOfWorkflows(t *testing.T) {
	t.Parallel()
	runReadings(t, []readingTest{
		{
			name:     "attributes are updated while the task is pending",
			readings: []reading.Set{{}, {AttributesReroute: true}},
			scene: func(t *testing.T, a *account) string {
				a.addSecondQueue(t)
				a.route(t, `{"filters":[{"expression":"kind == 'vip'","targets":[{"queue":"`+secondQueueSID+`","priority":8}]},
					{"expression":"kind == 'sales'","targets":[{"queue":"`+queueSID+`"}]}]}`, time.Minute)
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(30*time.Second))
				a.Loop().After(10*time.Second, func() { a.updateTask(url.Values{"Attributes": {`{"kind":"vip"}`}}) })
				a.run(t)
				return a.happened("task.updated")
			},
			want: []string{
				"task.updated task.canceled",
				"task.updated task-queue.moved task-queue.entered workflow.target-matched task.canceled",
			},
		},
		{
			name: "a reservation times out before its step", workers: []string{aliceNumber, bobNumber},
			readings: []reading.Set{{}, {TimeoutEndsStep: true}},
			scene: func(t *testing.T, a *account) string {
				a.addSecondQueue(t)
				a.route(t, `{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","timeout":10},{"queue":"`+secondQueueSID+`"}]}]}`, 8*time.Second)
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(9*time.Second))
				a.run(t)
				return a.happened("reservation.timeout")
			},
			want: []string{
				"reservation.timeout worker.activity.update reservation.created reservation.canceled task.canceled",
				"reservation.timeout worker.activity.update task-queue.timeout task-queue.moved task-queue.entered workflow.target-matched " +
					"reservation.created reservation.canceled task.canceled",
			},
		},
		{
			name: "a reservation of the last step times out", workers: []string{aliceNumber, bobNumber},
			readings: []reading.Set{{}, {TimeoutEndsStep: true}},
			scene: func(t *testing.T, a *account) string {
				a.route(t, `{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","timeout":20}]}]}`, 8*time.Second)
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(9*time.Second))
				a.run(t)
				return a.summary()
			},
			want: []string{"canceled hangup; worker-1 timeout, worker-2 canceled", "canceled hangup; worker-1 timeout, worker-2 canceled"},
		},
		{
			name: "the task stays in its step", workers: []string{aliceNumber, bobNumber},
			readings: []reading.Set{{}, {EventsEachTime: true}},
			scene: func(t *testing.T, a *account) string {
				a.route(t, toEveryone, 8*time.Second)
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(9*time.Second))
				a.run(t)
				return a.happened("reservation.timeout")
			},
			want: []string{
				"reservation.timeout worker.activity.update reservation.created reservation.canceled task.canceled",
				"reservation.timeout worker.activity.update task-queue.entered workflow.target-matched reservation.created reservation.canceled task.canceled",
			},
		},
		{
			name:     "the next step is in the same queue",
			readings: []reading.Set{{}, {EventsEachTime: true}},
			scene: func(t *testing.T, a *account) string {
				a.route(t, `{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","timeout":10},{"priority":1}]}]}`, time.Minute)
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(20*time.Second))
				a.run(t)
				return a.happened("task-queue.timeout")
			},
			want: []string{
				"task-queue.timeout workflow.target-matched task.canceled",
				"task-queue.timeout task-queue.entered workflow.target-matched task.canceled",
			},
		},
		{
			name:     "a later filter matches at the end of the targets",
			readings: []reading.Set{{}, {FirstFilterOnly: true}},
			scene: func(t *testing.T, a *account) string {
				a.addSecondQueue(t)
				a.route(t, `{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","timeout":10}]},
					{"expression":"1==1","targets":[{"queue":"`+secondQueueSID+`"}]}]}`, time.Minute)
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(20*time.Second))
				a.run(t)
				return a.happened("task-queue.timeout")
			},
			want: []string{
				"task-queue.timeout task-queue.moved task-queue.entered workflow.target-matched task.canceled",
				"task-queue.timeout workflow.timeout task.canceled",
			},
		},
		{
			name: "the step's deadline passes while a reservation is pending", workers: []string{aliceNumber, bobNumber},
			readings: []reading.Set{{}, {DeadlineCancels: true}},
			scene: func(t *testing.T, a *account) string {
				a.addSecondQueue(t)
				a.route(t, `{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","timeout":10},{"queue":"`+secondQueueSID+`"}]}]}`, 30*time.Second)
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(12*time.Second))
				a.run(t)
				return a.happened("reservation.created")
			},
			want: []string{
				"reservation.created reservation.canceled task.canceled",
				"reservation.created reservation.canceled task-queue.timeout task-queue.moved task-queue.entered workflow.target-matched " +
					"reservation.created reservation.canceled task.canceled",
			},
		},
		{
			name:     "the workflow takes no such task",
			readings: []reading.Set{{}, {NoMatchCanceled: true}, {NoMatchCanceled: true, CallerLeaves: true}},
			scene: func(t *testing.T, a *account) string {
				a.route(t, `{"filters":[{"expression":"kind == 'vip'","targets":[{"queue":"`+queueSID+`"}]}]}`, time.Minute)
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(20*time.Second))
				a.run(t)
				a.app.rest("GET", a.below("Events"), nil)
				codes := ""
				for _, alert := range a.Debugger() {
					codes += " " + alert.Text
				}
				return strings.Join(a.leg(t, lineNumber).QueueResults, " ") + ": " + a.happened("task.created") + codes
			},
			want: []string{
				"error:  <Enqueue>: the task matches no filter and the workflow has no default",
				"hangup: task.created workflow.timeout task.canceled",
				"error: task.created workflow.timeout task.canceled",
			},
		},
		{
			name:     "the workflow ends while the caller waits",
			readings: []reading.Set{{}, {CallerLeaves: true}, {ReasonsEmpty: true}},
			scene: func(t *testing.T, a *account) string {
				a.route(t, `{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","timeout":10,`+unmatched+`}]}]}`, time.Minute)
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(20*time.Second))
				a.run(t)
				c := a.leg(t, lineNumber)
				return strings.Join(c.QueueResults, " ") + " " + c.Ended.Sub(c.Created).Round(time.Second).String() + " " + a.summary()
			},
			want: []string{"hangup 20s canceled Workflow timeout; ", "error 10s canceled Workflow timeout; ", "hangup 20s canceled; "},
		},
		{
			name:     "the API cancels the task",
			readings: []reading.Set{{}, {CallerLeaves: true}, {ReasonsEmpty: true}},
			scene: func(t *testing.T, a *account) string {
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(20*time.Second))
				a.Loop().After(10*time.Second, func() { a.updateTask(url.Values{"AssignmentStatus": {"canceled"}, "Reason": {"closed"}}) })
				a.run(t)
				return strings.Join(a.leg(t, lineNumber).QueueResults, " ") + " " + a.summary()
			},
			want: []string{"hangup canceled closed; ", "error canceled closed; ", "hangup canceled closed; "},
		},
		{
			name:     "the task's time is over",
			readings: []reading.Set{{}, {CallerLeaves: true}, {ReasonsEmpty: true}},
			scene: func(t *testing.T, a *account) string {
				a.Call(callerNumber, lineNumber, script.HangsUpAfter(11*time.Minute))
				a.run(t)
				return strings.Join(a.leg(t, lineNumber).QueueResults, " ") + " " + a.summary()
			},
			want: []string{
				"hangup canceled Task TTL Exceeded; ", "hangup canceled Task TTL Exceeded; ",
				"hangup canceled Task TTL Exceeded or Max assignment count exceeded; ",
			},
		},
	})
}
