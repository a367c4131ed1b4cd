package scenario

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"switchboard/shared/simulator"
)

// task judges the task that a call made.
func (j *judge) task(i int, call simulator.CallRecord) {
	s := j.play.scenario
	expect, path, who := s.Callers[i].Expect, fmt.Sprintf("callers[%d].expect", i), s.Callers[i].name()
	task := simulator.TaskRecord{Status: none}
	for _, k := range j.play.twilio.Tasks() {
		if k.CallSID == call.SID && call.SID != "" {
			task = k
		}
	}
	same := func(want, got, key, what string) {
		j.want(want == "" || want == got, path+"."+key, "the task of caller %s has %s %s, want %s", who, what, orNone(got), want)
	}
	same(expect.Task, task.Status, "task", "status")
	same(expect.Reason, task.Reason, "reason", "reason")
	if expect.Queue != "" {
		same(expect.Queue, j.queueName(task.SID), "queue", "task queue")
	}
	if expect.Priority != nil {
		j.want(task.Priority == *expect.Priority, path+".priority", "the task of caller %s has priority %d, want %d", who, task.Priority, *expect.Priority)
	}
	attributes := object(task.Attributes)
	for _, name := range slices.Sorted(maps.Keys(object(string(expect.Attributes)))) {
		want := object(string(expect.Attributes))[name]
		j.want(reflect.DeepEqual(attributes[name], want), path+".attributes", "the task of caller %s has %s %v, want %v", who, name, attributes[name], want)
	}
	if expect.Linked != nil {
		linked := call.PeerSID != "" && attributes["call_sid"] == call.SID && attributes["worker_call_sid"] == call.PeerSID
		j.want(linked == *expect.Linked, path+".linked", "the task of caller %s has call_sid %v and worker_call_sid %v; the calls are %s and %s", who, attributes["call_sid"], attributes["worker_call_sid"], call.SID, orNone(call.PeerSID))
	}
	if expect.Reservations != nil {
		got, want := j.reservations(task.SID), []string(expect.Reservations)
		j.want(slices.Equal(got, want), path+".reservations", "the task of caller %s has reservations %s, want %s", who, listed(got), listed(want))
	}
}

// queueName returns the name of the last task queue in a task's events.
func (j *judge) queueName(task string) (name string) {
	for _, event := range j.play.twilio.Events() {
		if event.TaskSID == task && event.Params.Get("TaskQueueName") != "" {
			name = event.Params.Get("TaskQueueName")
		}
	}
	return name
}

func (j *judge) reservations(task string) []string {
	var got []string
	for _, r := range j.play.twilio.Reservations() {
		if r.TaskSID == task {
			got = append(got, r.WorkerName+" "+r.Status)
		}
	}
	return got
}

func object(text string) map[string]any {
	var object map[string]any
	if json.Unmarshal([]byte(text), &object) != nil {
		return nil
	}
	return object
}
