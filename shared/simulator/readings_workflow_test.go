package simulator_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator/reading"
)

// unmatched is a target's expression that no worker matches.
const unmatched = `"expression":"worker.contact_uri == 'absent'"`

func TestReadingsOfWorkflows(t *testing.T) {
	results := func(a *account) string { return strings.Join(a.Calls()[0].QueueResults, " ") }
	two := []string{aliceNumber, bobNumber}
	runReadings(t, []readingTest{
		{
			name: "attributes are updated while the task is pending", deserted: true,
			readings: []reading.Set{{}, {AttributesReroute: true}},
			scene: func(a *account) {
				a.addSecondQueue()
				a.route(`{"filters":[{"expression":"kind == 'vip'","targets":[{"queue":"`+secondQueueSID+`","priority":8}]},
					{"expression":"kind == 'sales'","targets":[{"queue":"`+queueSID+`"}]}]}`, time.Minute)
				a.waits(30 * time.Second)
				a.Loop().After(10*time.Second, func() { a.updateTask(url.Values{"Attributes": {`{"kind":"vip"}`}}) })
			},
			shows: since("task.updated"),
			want: []string{
				"task.updated task.canceled",
				"task.updated task-queue.moved task-queue.entered workflow.target-matched task.canceled",
			},
		},
		{
			name: "a reservation times out before its step", workers: two,
			readings: []reading.Set{{}, {TimeoutEndsStep: true}},
			scene: func(a *account) {
				a.addSecondQueue()
				a.route(`{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","timeout":10},{"queue":"`+secondQueueSID+`"}]}]}`, 8*time.Second)
				a.waits(9 * time.Second)
			},
			shows: since("reservation.timeout"),
			want: []string{
				"reservation.timeout worker.activity.update reservation.created reservation.canceled task.canceled",
				"reservation.timeout worker.activity.update task-queue.timeout task-queue.moved task-queue.entered workflow.target-matched " +
					"reservation.created reservation.canceled task.canceled",
			},
		},
		{
			name: "a reservation of the last step times out", workers: two,
			readings: []reading.Set{{}, {TimeoutEndsStep: true}},
			scene: func(a *account) {
				a.route(`{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","timeout":20}]}]}`, 8*time.Second)
				a.waits(9 * time.Second)
			},
			shows: (*account).summary,
			want:  []string{"canceled hangup; worker-1 timeout, worker-2 canceled", "canceled hangup; worker-1 timeout, worker-2 canceled"},
		},
		{
			name: "the task stays in its step", workers: two,
			readings: []reading.Set{{}, {EventsEachTime: true}},
			scene: func(a *account) {
				a.route(toEveryone, 8*time.Second)
				a.waits(9 * time.Second)
			},
			shows: since("reservation.timeout"),
			want: []string{
				"reservation.timeout worker.activity.update reservation.created reservation.canceled task.canceled",
				"reservation.timeout worker.activity.update task-queue.entered workflow.target-matched reservation.created reservation.canceled task.canceled",
			},
		},
		{
			name: "the next step is in the same queue", deserted: true,
			readings: []reading.Set{{}, {EventsEachTime: true}},
			scene: func(a *account) {
				a.route(`{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","timeout":10},{"priority":1}]}]}`, time.Minute)
				a.waits(20 * time.Second)
			},
			shows: since("task-queue.timeout"),
			want: []string{
				"task-queue.timeout workflow.target-matched task.canceled",
				"task-queue.timeout task-queue.entered workflow.target-matched task.canceled",
			},
		},
		{
			name: "a later filter matches at the end of the targets", deserted: true,
			readings: []reading.Set{{}, {FirstFilterOnly: true}},
			scene: func(a *account) {
				a.addSecondQueue()
				a.route(`{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","timeout":10}]},
					{"expression":"1==1","targets":[{"queue":"`+secondQueueSID+`"}]}]}`, time.Minute)
				a.waits(20 * time.Second)
			},
			shows: since("task-queue.timeout"),
			want: []string{
				"task-queue.timeout task-queue.moved task-queue.entered workflow.target-matched task.canceled",
				"task-queue.timeout workflow.timeout task.canceled",
			},
		},
		{
			name: "the step's deadline passes while a reservation is pending", workers: two,
			readings: []reading.Set{{}, {DeadlineCancels: true}},
			scene: func(a *account) {
				a.addSecondQueue()
				a.route(`{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","timeout":10},{"queue":"`+secondQueueSID+`"}]}]}`, 30*time.Second)
				a.waits(12 * time.Second)
			},
			shows: since("reservation.created"),
			want: []string{
				"reservation.created reservation.canceled task.canceled",
				"reservation.created reservation.canceled task-queue.timeout task-queue.moved task-queue.entered workflow.target-matched " +
					"reservation.created reservation.canceled task.canceled",
			},
		},
		{
			name: "the workflow takes no such task", deserted: true,
			readings: []reading.Set{{}, {NoMatchCanceled: true}, {NoMatchCanceled: true, CallerLeaves: true}},
			scene: func(a *account) {
				a.route(`{"filters":[{"expression":"kind == 'vip'","targets":[{"queue":"`+queueSID+`"}]}]}`, time.Minute)
				a.waits(20 * time.Second)
			},
			shows: func(a *account) string {
				a.app.rest("GET", a.below("Events"), nil)
				codes := ""
				for _, alert := range a.Debugger() {
					codes += " " + alert.Text
				}
				return results(a) + ": " + a.happened("task.created") + codes
			},
			want: []string{
				"error:  <Enqueue>: the task matches no filter and the workflow has no default",
				"hangup: task.created workflow.timeout task.canceled",
				"error: task.created workflow.timeout task.canceled",
			},
		},
		{
			name: "the workflow ends while the caller waits", deserted: true,
			readings: []reading.Set{{}, {CallerLeaves: true}, {ReasonsEmpty: true}},
			scene: func(a *account) {
				a.route(`{"filters":[{"expression":"1==1","targets":[{"queue":"`+queueSID+`","timeout":10,`+unmatched+`}]}]}`, time.Minute)
				a.waits(20 * time.Second)
			},
			shows: func(a *account) string {
				c := a.Calls()[0]
				return results(a) + " " + c.Ended.Sub(c.Created).Round(time.Second).String() + " " + a.summary()
			},
			want: []string{"hangup 20s canceled Workflow timeout; ", "error 10s canceled Workflow timeout; ", "hangup 20s canceled; "},
		},
		{
			name: "the API cancels the task", deserted: true,
			readings: []reading.Set{{}, {CallerLeaves: true}, {ReasonsEmpty: true}},
			scene: func(a *account) {
				a.waits(20 * time.Second)
				a.Loop().After(10*time.Second, func() { a.updateTask(url.Values{"AssignmentStatus": {"canceled"}, "Reason": {"closed"}}) })
			},
			shows: func(a *account) string { return results(a) + " " + a.summary() },
			want:  []string{"hangup canceled closed; ", "error canceled closed; ", "hangup canceled closed; "},
		},
		{
			name: "the task's time is over", deserted: true,
			readings: []reading.Set{{}, {CallerLeaves: true}, {ReasonsEmpty: true}},
			scene:    func(a *account) { a.waits(11 * time.Minute) },
			shows:    func(a *account) string { return results(a) + " " + a.summary() },
			want: []string{
				"hangup canceled Task TTL Exceeded; ", "hangup canceled Task TTL Exceeded; ",
				"hangup canceled Task TTL Exceeded or Max assignment count exceeded; ",
			},
		},
	})
}
