package simulator_test

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
	"switchboard/shared/simulator/wire"
)

// support is the application that is tested: it queues every caller, and has Twilio dequeue a call
// to the worker who is reserved for it.
func support() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /voice", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, `<Response><Enqueue workflowSid="WW00000000000000000000000000000001"><Task>{"language":"es"}</Task></Enqueue></Response>`)
	})
	mux.HandleFunc("POST /assignment", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"instruction":"dequeue","to":"client:alice"}`)
	})
	return mux
}

// setUp makes an account with one worker, who speaks Spanish.
func setUp(twilio *simulator.Twilio) error {
	available, err := twilio.AddActivity(simulator.Activity{Name: "Available", Available: true})
	if err != nil {
		return err
	}
	if _, err := twilio.AddWorker(simulator.Worker{Name: "Alice", Attributes: `{"languages":["es"]}`, Activity: available}); err != nil {
		return err
	}
	spanish, err := twilio.AddTaskQueue(simulator.TaskQueue{Name: "Spanish", TargetWorkers: `languages HAS "es"`})
	if err != nil {
		return err
	}
	_, err = twilio.AddWorkflow(simulator.Workflow{
		SID: "WW00000000000000000000000000000001", Name: "Support", AssignmentCallbackURL: "https://app.example/assignment",
		Configuration: `{"task_routing":{"filters":[{"expression":"language == 'es'","targets":[{"queue":"` + spanish + `"}]}]}}`,
	})
	twilio.AddNumber(simulator.Number{Number: "+15550000000", VoiceURL: "https://app.example/voice"})
	return err
}

// A caller waits in the queue; TaskRouter reserves Alice, the application has Twilio dequeue the
// call to her, and they talk.
func Example() {
	twilio := simulator.New(simulator.Config{Seed: 1, Web: wire.InProcess(support()), Trace: func(e simulator.Entry) {
		if e.Kind == simulator.KindCall {
			fmt.Println(e.At.Format("15:04:05"), e.Text)
		}
	}})
	if err := setUp(twilio); err != nil {
		fmt.Println(err)
		return
	}
	phone, err := script.ParsePhone(`
		answers after 4 s
		talks 1 min
		hangs up`)
	if err != nil {
		fmt.Println(err)
		return
	}
	twilio.SetPhone("client:alice", phone)
	twilio.Call("+15550000001", "+15550000000", script.Until(script.Bridged), script.StaysOn())

	if err := twilio.Loop().Run(context.Background()); err != nil {
		fmt.Println(err)
	}
	fmt.Println("tasks:", len(twilio.Tasks()), "problems:", twilio.Problems(), "debugger:", twilio.Debugger())
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
	// tasks: 1 problems: [] debugger: []
}
