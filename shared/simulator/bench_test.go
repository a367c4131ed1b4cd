package simulator_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

// BenchmarkCall is a call that waits, is dequeued and answered, with every event callback.
func BenchmarkCall(b *testing.B) {
	application := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/voice":
			w.Header().Set("Content-Type", "text/xml")
			_, _ = io.WriteString(w, `<Response><Enqueue workflowSid="WW00000000000000000000000000000001" waitUrl="/hold" action="/survey"/></Response>`)
		case "/assignment":
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"instruction":"dequeue","to":"client:alice"}`)
		default:
			w.Header().Set("Content-Type", "text/xml")
			_, _ = io.WriteString(w, `<Response><Say>You are at position 1</Say><Play>/music.mp3</Play></Response>`)
		}
	})
	t := simulator.New(simulator.Config{Web: wire.InProcess(application), Readings: reading.Set{AfterBridge: reading.Completed}})
	if err := setUp(t); err != nil {
		b.Fatal(err)
	}
	if _, err := t.AddWorkflow(simulator.Workflow{
		SID: "WW00000000000000000000000000000001", AssignmentCallbackURL: "https://app.example/assignment",
		Configuration: `{"task_routing":{"default_filter":{"queue":"` + mustQueue(b, t) + `"}}}`,
	}); err != nil {
		b.Fatal(err)
	}
	if err := t.SetWorkspace(simulator.Workspace{EventCallbackURL: "https://app.example/events"}); err != nil {
		b.Fatal(err)
	}
	t.SetPhone("client:alice", script.AnswersAfter(4*time.Second, script.Talks(10*time.Second), script.HangsUp()))
	b.ReportAllocs()
	for b.Loop() {
		t.Call("+15550000001", "+15550000000", script.Until(script.Bridged))
		if err := t.Loop().Run(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	if problems := t.Problems(); len(problems) > 0 {
		b.Fatal(problems[0])
	}
}

func mustQueue(b *testing.B, t *simulator.Twilio) string {
	sid, err := t.AddTaskQueue(simulator.TaskQueue{Name: "All", TargetWorkers: "1==1"})
	if err != nil {
		b.Fatal(err)
	}
	return sid
}
