package simulator_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

func (a *account) workspace(w simulator.Workspace) {
	a.app.t.Helper()
	w.EventCallbackURL = a.app.base + "/events"
	noError(a.app.t, a.SetWorkspace(w))
}

func TestSingleTasking(t *testing.T) {
	tests := []struct {
		name      string
		phone     script.Phone
		postWork  string
		timeout   string // the workspace's timeout activity
		stays     time.Duration
		wantMoves string
	}{
		{
			name: "call", phone: script.AnswersAfter(time.Second, script.Talks(5*time.Second), script.HangsUp()), stays: time.Minute,
			wantMoves: "created, to Reserved, accepted, to Busy, completed",
		},
		{
			name: "call with post-work activity", phone: script.AnswersAfter(time.Second, script.Talks(5*time.Second), script.HangsUp()), stays: time.Minute,
			postWork:  wrapUpSID,
			wantMoves: "created, to Reserved, accepted, to Busy, completed, to Wrapping up",
		},
		{name: "caller leaves", phone: script.NeverAnswers(), stays: 5 * time.Second, wantMoves: "created, to Reserved, canceled, to Available"},
		{name: "worker is busy", phone: script.Busy(), stays: 700 * time.Millisecond, timeout: awaySID, wantMoves: "created, to Reserved, timeout, to Away"},
		{name: "worker is busy and stays where they were", phone: script.Busy(), stays: 700 * time.Millisecond, wantMoves: "created, to Reserved, timeout, to Available"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{}, aliceNumber)
			a.app.dequeue, a.app.postWork, a.app.answers["/survey"] = true, test.postWork, ""
			a.addQueueWithActivities()
			a.workspace(simulator.Workspace{SingleTasking: true, TimeoutActivity: test.timeout})
			a.SetPhone(aliceNumber, test.phone)
			a.waits(test.stays)
			a.run(t)
			equal(t, "result", a.moves(), test.wantMoves)
		})
	}
}

func TestSingleTaskingLimitsToOneTask(t *testing.T) {
	a := newAccount(t, simulator.Config{Readings: reading.Set{AcceptedReservationsOccupy: true}})
	a.must(a.AddWorker(simulator.Worker{Name: "Ann", Activity: availableSID, Channels: map[string]simulator.WorkerChannel{"voice": {Capacity: 5}}}))
	a.route(toEveryone, time.Minute)
	a.workspace(simulator.Workspace{SingleTasking: true})
	for range 3 {
		a.waits(10 * time.Second)
	}
	a.Loop().After(5*time.Second, func() {
		equal(t, "reservations", len(a.Reservations()), 1)
	})
	a.run(t)
}

func TestCapacity(t *testing.T) {
	for _, test := range []struct {
		name    string
		channel simulator.WorkerChannel
		want    int
	}{
		{"three together", simulator.WorkerChannel{Capacity: 3}, 3}, {"none", simulator.WorkerChannel{}, 0},
		{"unavailable", simulator.WorkerChannel{Capacity: 3, Unavailable: true}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{})
			a.must(a.AddWorker(simulator.Worker{Activity: availableSID, Channels: map[string]simulator.WorkerChannel{"voice": test.channel}}))
			a.route(toEveryone, time.Minute)
			for range 4 {
				a.waits(10 * time.Second)
			}
			reserved := 0
			a.Loop().After(5*time.Second, func() { reserved = len(a.Reservations()) })
			a.run(t)
			if reserved != test.want {
				t.Errorf("%d reservations, want %d", reserved, test.want)
			}
		})
	}
}

func TestChannelChangesMatchAtOnce(t *testing.T) {
	a := newAccount(t, simulator.Config{})
	sid := a.must(a.AddWorker(simulator.Worker{Activity: availableSID, Channels: map[string]simulator.WorkerChannel{"voice": {Unavailable: true}}}))
	a.route(toEveryone, time.Minute)
	a.Call(callerNumber, lineNumber, script.Until(script.WorkerReserved), script.HangsUp())
	a.Loop().After(5*time.Second, func() {
		noError(t, a.SetWorkerChannel(sid, simulator.WorkerChannel{Capacity: 1}))
	})
	a.run(t)
	want := "worker.capacity.update worker.channel.availability.update reservation.created reservation.canceled task.canceled"
	equal(t, "events", a.happened("worker.capacity.update"), want)
}

// order returns the callers in the order of their reservations.
func (a *account) order() string {
	var order []string
	for _, r := range a.Reservations() {
		k := a.Tasks()[slices.IndexFunc(a.Tasks(), func(k simulator.TaskRecord) bool { return k.SID == r.TaskSID })]
		c := a.Calls()[slices.IndexFunc(a.Calls(), func(c simulator.CallRecord) bool { return c.SID == k.CallSID })]
		order = append(order, strings.TrimPrefix(c.From, "+1555000000"))
	}
	return strings.Join(order, " ")
}

func TestOrderOfQueues(t *testing.T) {
	// Callers 1 and 2 with priorities 9 and 1 wait in the FIFO queue, 3 and 4 with priorities 9 and
	// 1 in the LIFO queue.
	tests := []struct{ name, first, want string }{
		{"FIFO queues first", "", "1 2 4 3"}, {"LIFO queues first", simulator.LIFO, "4 3 1 2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{})
			a.must(a.AddTaskQueue(simulator.TaskQueue{SID: secondQueueSID, Name: "Newest", TargetWorkers: "1==1", TaskOrder: simulator.LIFO}))
			a.workspace(simulator.Workspace{PrioritizeQueueOrder: test.first})
			a.route(`{"filters":[{"expression":"from IN ['+15550000001','+15550000002']","targets":[{"queue":"`+queueSID+`"}]}],
				"default_filter":{"queue":"`+secondQueueSID+`"}}`, time.Minute)
			for i, priority := range []string{"9", "1", "9", "1"} {
				at := time.Duration(i) * time.Second
				a.Loop().After(at, func() {
					a.app.answers["/voice"] = `<Enqueue workflowSid="` + workflowSID + `" waitUrl=""><Task priority="` + priority + `">{}</Task></Enqueue>`
				})
				a.CallAfter(at, "+1555000000"+string(rune('1'+i)), lineNumber, script.HangsUpAfter(time.Minute))
			}
			a.Loop().After(10*time.Second, func() {
				a.must(a.AddWorker(simulator.Worker{Activity: availableSID, Channels: map[string]simulator.WorkerChannel{"voice": {Capacity: 4}}}))
			})
			a.run(t)
			equal(t, "order", a.order(), test.want)
		})
	}
}

func TestPriorityAndStartReorderTasks(t *testing.T) {
	for name, form := range map[string]url.Values{
		"priority": {"Priority": {"3"}}, "start": {"VirtualStartTime": {"2026-01-05T08:00:00Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(t, simulator.Config{})
			a.app.answers["/voice"] = `<Enqueue workflowSid="` + workflowSID + `" waitUrl=""><Task>{}</Task></Enqueue>`
			a.route(toEveryone, time.Minute)
			for i := range 3 {
				a.CallAfter(time.Duration(i)*time.Second, "+1555000000"+string(rune('1'+i)), lineNumber, script.HangsUpAfter(time.Minute))
			}
			a.Loop().After(5*time.Second, func() {
				a.app.rest("POST", a.below("Tasks/")+a.Tasks()[2].SID, form)
				a.must(a.AddWorker(simulator.Worker{Activity: availableSID, Channels: map[string]simulator.WorkerChannel{"voice": {Capacity: 3}}}))
			})
			a.run(t)
			equal(t, "order", a.order(), "3 1 2")
			if !strings.HasPrefix(a.happened("task.updated"), "task.updated reservation.created") {
				t.Errorf("events %s", a.happened("task.updated"))
			}
		})
	}
}

func TestSeveralWorkersAreOfferedATask(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber, bobNumber, "+15550000013")
	a.must(a.AddTaskQueue(simulator.TaskQueue{SID: secondQueueSID, TargetWorkers: "1==1", MaxReservedWorkers: 2}))
	a.route(`{"default_filter":{"queue":"`+secondQueueSID+`"}}`, time.Minute)
	a.waits(30 * time.Second)
	settle := func(i int, status string) { a.settle(i, url.Values{"ReservationStatus": {status}}) }
	a.Loop().After(2*time.Second, func() { settle(0, "rejected") })
	a.Loop().After(3*time.Second, func() {
		if got := a.Tasks()[0]; got.Status != "reserved" || got.Assignments != 1 {
			t.Errorf("task %+v, want it reserved once", got)
		}
		settle(1, "rejected")
	})
	a.Loop().After(5*time.Second, func() { settle(2, "accepted") })
	a.run(t)
	want := "reservation.created reservation.created reservation.rejected reservation.rejected reservation.created reservation.created " +
		"reservation.accepted reservation.rescinded task.wrapup reservation.wrapup"
	equal(t, "events", a.happened("reservation.created"), want)
	a.wantStatuses(t, []string{"wrapping"}, []string{"worker-1 rejected", "worker-2 rejected", "worker-1 wrapping", "worker-2 rescinded"})
	if occupied := []int{a.Workers()[0].Occupied, a.Workers()[1].Occupied}; !slices.Equal(occupied, []int{1, 0}) {
		t.Errorf("occupied %v", occupied)
	}
}

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
	tests := []struct {
		name, target, queue string
	}{
		{"target", `,"expression":"worker.channel.voice.assigned_tasks == 0 AND worker.channel.chat.assigned_tasks == 0"`, "1==1"},
		{"queue", ``, "channel.voice.assigned_tasks = 0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
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
