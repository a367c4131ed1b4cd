package simulator_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
)

// soak runs a few calls with everything drawn from the seed: the readings, the workspace, the workflow and the people.
func soak(t *testing.T, seed uint64) *account {
	random := rand.New(rand.NewPCG(seed, 4))
	readings := reading.Draw(random)
	a := newAccount(t, simulator.Config{Seed: seed, Readings: readings}, aliceNumber, bobNumber)
	a.app.answers["/survey"] = ""
	a.app.dequeue = random.IntN(2) == 0
	if random.IntN(2) == 0 {
		a.app.postWork = ""
	}
	if random.IntN(16) == 0 {
		a.app.statuses["/assignment"] = 500
	}
	a.addQueueWithActivities(t)
	must(t)(a.AddTaskQueue(simulator.TaskQueue{SID: secondQueueSID, TargetWorkers: "1==1", TaskOrder: simulator.LIFO, MaxReservedWorkers: 1 + random.IntN(2)}))
	queues := []string{queueSID, secondQueueSID, thirdQueueSID}
	target := func() string {
		skip := []string{``, `,"skip_if":"workers.available == 0"`, `,"skip_if":"1==1"`}[random.IntN(3)]
		return fmt.Sprintf(`{"queue":"%s","timeout":%d%s}`, queues[random.IntN(3)], 1+random.IntN(40), skip)
	}
	routing := `{"filters":[{"expression":"kind != 'vip'","targets":[` + target() + "," + target() + `]},{"expression":"1==1","targets":[` + target() + `]}]`
	if random.IntN(2) == 0 {
		routing += `,"default_filter":{"queue":"` + queues[random.IntN(3)] + `"}`
	}
	a.connect(t, a.app.base, simulator.Workflow{
		SID: workflowSID, Configuration: `{"task_routing":` + routing + `}}`, ReservationTimeout: time.Duration(1+random.IntN(30)) * time.Second,
	})
	if err := a.SetWorkspace(simulator.Workspace{
		EventCallbackURL: a.app.base + "/events", TimeoutActivity: []string{"", awaySID, availableSID}[random.IntN(3)],
		SingleTasking: random.IntN(2) == 0, PrioritizeQueueOrder: []string{"", simulator.LIFO}[random.IntN(2)],
	}); err != nil {
		t.Fatal(err)
	}
	phones := []script.Phone{
		script.AnswersAfter(time.Second, script.HangsUpAfter(20*time.Second)), script.Busy(), script.NeverAnswers(), script.Fails(),
		script.AnswersAfter(3*time.Second, script.Waits(4*time.Second), script.HangsUpAfter(time.Second)),
	}
	for _, number := range []string{aliceNumber, bobNumber} {
		a.SetPhone(number, phones[random.IntN(len(phones))], phones[random.IntN(len(phones))])
	}
	for range 4 {
		a.CallAfter(time.Duration(random.IntN(60))*time.Second, callerNumber, lineNumber, script.HangsUpAfter(time.Duration(1+random.IntN(90))*time.Second))
	}
	if err := a.Loop().Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAnyReadingsEndWell(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		a := soak(t, seed)
		for _, problem := range a.Problems() {
			t.Errorf("seed %d: %s", seed, problem)
		}
		open := map[string]int{}
		for _, r := range a.Reservations() {
			k := a.Tasks()[slices.IndexFunc(a.Tasks(), func(k simulator.TaskRecord) bool { return k.SID == r.TaskSID })]
			switch r.Status {
			case "pending", "accepted":
				t.Errorf("seed %d: reservation %s of a %s task", seed, r.Status, k.Status)
			case "wrapping":
				open[r.WorkerSID]++
			}
		}
		for _, k := range a.Tasks() {
			if !slices.Contains([]string{"canceled", "wrapping", "completed"}, k.Status) {
				t.Errorf("seed %d: a task is %s", seed, k.Status)
			}
		}
		for _, w := range a.Workers() {
			if w.Occupied != 0 && w.Occupied != open[w.SID] {
				t.Errorf("seed %d: %s has %d tasks, want %d", seed, w.Name, w.Occupied, open[w.SID])
			}
		}
		if t.Failed() {
			t.Fatal(a.trace)
		}
	}
}

func TestAnyReadingsRepeat(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		if first, second := soak(t, seed).trace.String(), soak(t, seed).trace.String(); first != second {
			t.Errorf("seed %d tells two stories:\n%s\n%s", seed, first, second)
		}
	}
}
