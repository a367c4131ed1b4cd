package simulator_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"switchboard/shared/simulator"
)

// A caller waits in the queue; TaskRouter reserves Alice, the application has Twilio dequeue the call to her, and they talk.
func Example() {
	application := http.NewServeMux()
	application.HandleFunc("POST /voice", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, `<Response><Enqueue workflowSid="WW00000000000000000000000000000001"><Task>{"language":"es"}</Task></Enqueue></Response>`)
	})
	application.HandleFunc("POST /assignment", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"instruction":"dequeue","to":"client:alice"}`)
	})

	t := simulator.New(simulator.Config{Seed: 1, Web: simulator.InProcess(application), Trace: func(e simulator.Entry) {
		if e.Kind == simulator.KindCall {
			fmt.Println(e.At.Format("15:04:05"), e.Text)
		}
	}})
	if err := setUp(t); err != nil {
		fmt.Println(err)
		return
	}
	t.SetPhone("client:alice", simulator.AnswersAfter(4*time.Second, simulator.Talks(time.Minute), simulator.HangsUp()))
	t.Call("+15550000001", "+15550000000", simulator.Until(simulator.Bridged), simulator.StaysOn())
	if err := t.Loop().Run(context.Background()); err != nil {
		fmt.Println(err)
	}
	fmt.Println("problems:", len(t.Problems()))
	// Output:
	// 09:00:00 caller +15550000001 dials +15550000000
	// 09:00:00 caller +15550000001 waits in queue WW00000000000000000000000000000001 at position 1
	// 09:00:00 worker client:alice is called
	// 09:00:00 worker client:alice has a ringing phone
	// 09:00:04 worker client:alice answers
	// 09:00:04 caller +15550000001 and worker client:alice are bridged
	// 09:01:04 worker client:alice hangs up
	// 09:01:04 caller +15550000001 is done with <Enqueue>: bridged
	// 09:01:04 caller +15550000001 is hung up by twilio
	// problems: 0
}

func setUp(t *simulator.Twilio) error {
	available, err := t.AddActivity(simulator.Activity{Name: "Available", Available: true})
	if err != nil {
		return err
	}
	if _, err := t.AddWorker(simulator.Worker{Name: "Alice", Attributes: `{"languages":["es"]}`, Activity: available}); err != nil {
		return err
	}
	spanish, err := t.AddTaskQueue(simulator.TaskQueue{Name: "Spanish", TargetWorkers: `languages HAS "es"`})
	if err != nil {
		return err
	}
	_, err = t.AddWorkflow(simulator.Workflow{
		SID: "WW00000000000000000000000000000001", Name: "Support", AssignmentCallbackURL: "https://app.example/assignment",
		Configuration: `{"task_routing":{"filters":[{"expression":"language == 'es'","targets":[{"queue":"` + spanish + `"}]}]}}`,
	})
	t.AddNumber(simulator.Number{Number: "+15550000000", VoiceURL: "https://app.example/voice"})
	return err
}
