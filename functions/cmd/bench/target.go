package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/shared/webhook"
	"switchboard/shared/webhook/webhooktest"
)

// The aims for a binary. MB are 10⁶ bytes.
const (
	twimlAim  = 1.45     // × hello's init plus first invoke, of a function that only answers
	clientAim = 1.8      // the same, with REST or DynamoDB
	nodeAim   = 1.0 / 20 // × init plus first invoke of the same in Node with Twilio's whole SDK
	warmAim   = 1.2      // × hello's warm invoke, without a network call
	memoryAim = 1.25     // × hello's peak resident memory
	zipAim    = 3.3      // MB
)

// SIDs in events/.
const (
	callSID        = "CA00000000000000000000000000000001"
	taskSID        = "WT00000000000000000000000000000001"
	reservationSID = "WR00000000000000000000000000000001"
)

// target is one measurement: a binary and the event that invokes it.
type target struct {
	name     string
	function string   // name of its folder, and of its file in events/
	inNode   string   // name of the target that does the same in Node with Twilio's whole SDK; "" = none
	coldAim  float64  // 0 = none
	wants    []string // that the answer contains

	script   string            // in Node; "" = the binary
	settings map[string]string // variables in addition to the usual ones
	path     string            // "" = the event's own
	form     url.Values        // parameters in addition to the event's
	fresh    bool              // another reservation in each event
}

// What answers contain: the JSON of an answer to API Gateway or SQS, or of a report.
var (
	twiML    = []string{`"statusCode":200`, `text/xml`, `Response`}
	deferral = []string{`"statusCode":200`, `application/json`, `"body":""`}
	dequeue  = []string{`"statusCode":200`, `application/json`, `\"instruction\":\"dequeue\"`}
	received = []string{`"statusCode":204`}
	done     = []string{`"batchItemFailures":[]`}
	changed  = []string{`"queue_sid":"QU`, `"changed":true`}
	linked   = []string{`"worker_call_sid":"` + workerCallSID}
)

// hello is the function that the others are compared with. It gets enqueue's event.
func hello() target { return target{name: "hello", function: "hello", wants: []string{"Hello"}} }

// targets returns the bundle's functions. A function with more than one way through it has a target
// for each way.
func targets() []target {
	return []target{
		{name: "enqueue", function: "enqueue", inNode: "enqueue, Node, full SDK", coldAim: twimlAim, wants: twiML},
		{name: "hold", function: "hold", coldAim: twimlAim, wants: twiML},
		{name: "assignment", function: "assignment", coldAim: twimlAim, wants: deferral},
		{name: "assignment, dequeue", function: "assignment", coldAim: twimlAim, wants: dequeue, settings: map[string]string{"BRIDGE_MODE": "dequeue"}},
		{name: "fallback", function: "fallback", coldAim: twimlAim, wants: deferral},
		{name: "bridge", function: "bridge", coldAim: clientAim, wants: done, fresh: true},
		{name: "worker, gate", function: "worker", coldAim: clientAim, wants: twiML},
		{name: "worker, dial", function: "worker", coldAim: clientAim, wants: twiML, path: "/worker/" + callSID + "/" + taskSID + "/" + reservationSID + "/dial"},
		{name: "survey", function: "survey", coldAim: clientAim, wants: twiML},
		{name: "survey, score", function: "survey", coldAim: clientAim, wants: twiML, path: "/survey/score", form: url.Values{"Digits": {"5"}}},
		{name: "taskevents", function: "taskevents", inNode: "taskevents, Node, full SDK", coldAim: clientAim, wants: received},
		{name: "queuelimit", function: "queuelimit", coldAim: clientAim, wants: changed},
		{name: "duty", function: "duty", coldAim: clientAim, wants: twiML},
		{name: "duty, key 1", function: "duty", coldAim: clientAim, wants: twiML, path: dutyKey(), form: url.Values{"Digits": {"1"}}},
		{name: "messages", function: "messages", coldAim: clientAim, wants: twiML},
		{name: "linkedcalls", function: "linkedcalls", coldAim: clientAim, wants: linked},
	}
}

// dutyKey is the path for a key that a worker presses on the line for staff, in a call that began a
// moment ago.
func dutyKey() string { return fmt.Sprintf("/duty/%d/%s/key/0", time.Now().Unix(), workerSID) }

// pkg returns the binary's package.
func (t target) pkg() string {
	if t.function == "hello" {
		return "./functions/cmd/bench/hello"
	}
	return "./functions/" + t.function + "/bootstrap"
}

// load reads the event below root. The function that it returns makes the nth event of a process.
func (t target) load(root string) (func(n int) []byte, error) {
	name := t.function
	if name == "hello" {
		name = "enqueue"
	}
	event, err := os.ReadFile(filepath.Join(root, "events", name+".json"))
	if err != nil {
		return nil, fmt.Errorf("read event of %s: %w", t.name, err)
	}
	if t.path != "" {
		if event, err = t.elsewhere(event); err != nil {
			return nil, fmt.Errorf("make event of %s: %w", t.name, err)
		}
	}
	if !t.fresh {
		return func(int) []byte { return event }, nil
	}
	return func(n int) []byte {
		return bytes.ReplaceAll(event, []byte(reservationSID), fmt.Appendf(nil, "WR%032x", n+1))
	}, nil
}

// elsewhere returns an event for the target's path, with the target's parameters in addition.
func (t target) elsewhere(event []byte) ([]byte, error) {
	var request webhook.Event
	if err := json.Unmarshal(event, &request); err != nil {
		return nil, err
	}
	body, err := base64.StdEncoding.DecodeString(request.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	maps.Copy(form, t.form)
	return json.Marshal(webhooktest.Event(t.path, form))
}

// settings returns a function's environment: that of the example, and what Lambda sets.
func settings(t target, runtimeAPI, cloud string) []string {
	set := account.Settings("deferred")
	for _, name := range []string{"CRM_URL", "PUBLIC_BASE_URL", "OFFLINE_ACTIVITY_SID"} {
		delete(set, name) // a new stack has none
	}
	maps.Copy(set, map[string]string{
		"AWS_LAMBDA_RUNTIME_API":          runtimeAPI,
		"AWS_LAMBDA_FUNCTION_NAME":        t.function,
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
		"AWS_LAMBDA_LOG_FORMAT":           "JSON",
		"AWS_LAMBDA_LOG_LEVEL":            "INFO",
		"AWS_REGION":                      "us-east-1",
		"AWS_ACCESS_KEY_ID":               "example",
		"AWS_SECRET_ACCESS_KEY":           "example",
		"AWS_SESSION_TOKEN":               "example",
		"AWS_ENDPOINT_URL_SSM":            cloud,
		"AWS_ENDPOINT_URL_SQS":            cloud,
		"AWS_ENDPOINT_URL_DYNAMODB":       cloud,
		"TWILIO_API_URL":                  cloud,
		"BRIDGE_QUEUE_URL":                cloud + "/123456789012/BridgeQueue",
		"RECORDINGS_QUEUE_URL":            cloud + "/123456789012/RecordingsQueue",
		"RECORDINGS_BUCKET":               "recordings",
		"LEDGER_TABLE":                    "LedgerTable",
		"WORKERS_TABLE":                   workersTable,
	})
	maps.Copy(set, t.settings)
	var environment []string
	for name, value := range set {
		environment = append(environment, name+"="+value)
	}
	return environment
}
