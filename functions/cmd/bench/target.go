package main

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// The aims for a binary. MB are 10⁶ bytes.
const (
	twimlAim  = 2.0 // × hello's init plus first invoke, without REST and DynamoDB
	clientAim = 3.0 // the same, with REST or DynamoDB
	warmAim   = 1.3 // × hello's warm invoke
	memoryAim = 2.0 // × hello's peak resident memory
	zipAim    = 4.5 // MB
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
	function string  // name of its folder, and of its file in events/
	coldAim  float64 // 0 = none
	check    func(answer []byte) error

	settings []string   // variables in addition to the usual ones
	path     string     // "" = the event's own
	form     url.Values // parameters in addition to the event's
	fresh    bool       // another reservation in each event
}

// hello is the function that the others are compared with. It gets enqueue's event.
func hello() target { return target{name: "hello", function: "hello", check: isText} }

// targets returns the bundle's functions. A function with more than one way through it has a target
// for each way.
func targets() []target {
	return []target{
		{name: "enqueue", function: "enqueue", coldAim: twimlAim, check: isTwiML},
		{name: "hold", function: "hold", coldAim: twimlAim, check: isTwiML},
		{name: "assignment", function: "assignment", coldAim: twimlAim, check: isDeferral},
		{name: "assignment, dequeue", function: "assignment", coldAim: twimlAim, check: isDequeue, settings: []string{"BRIDGE_MODE=dequeue"}},
		{name: "bridge", function: "bridge", coldAim: clientAim, check: isBatchDone, fresh: true},
		{name: "worker, gate", function: "worker", coldAim: clientAim, check: isTwiML},
		{name: "worker, dial", function: "worker", coldAim: clientAim, check: isTwiML, path: "/worker/" + callSID + "/" + taskSID + "/" + reservationSID + "/dial"},
		{name: "survey", function: "survey", coldAim: clientAim, check: isTwiML},
		{name: "survey, score", function: "survey", coldAim: clientAim, check: isTwiML, path: "/survey/score", form: url.Values{"Digits": {"5"}}},
		{name: "taskevents", function: "taskevents", coldAim: clientAim, check: isReceived},
		{name: "queuelimit", function: "queuelimit", coldAim: clientAim, check: isQueueReport},
		{name: "duty", function: "duty", coldAim: clientAim, check: isTwiML},
		{name: "duty, key 1", function: "duty", coldAim: clientAim, check: isTwiML, path: dutyKey(), form: url.Values{"Digits": {"1"}}},
		{name: "messages", function: "messages", coldAim: clientAim, check: isTwiML},
		{name: "linkedcalls", function: "linkedcalls", coldAim: clientAim, check: isLinkedReport},
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
		if event, err = resend(event, t.path, t.form); err != nil {
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

// settings returns a function's environment: what template.yaml sets for all functions, with the
// example's SIDs, and what Lambda sets.
func settings(t target, runtimeAPI, cloud string) []string {
	return append([]string{
		"AWS_LAMBDA_RUNTIME_API=" + runtimeAPI,
		"AWS_LAMBDA_FUNCTION_NAME=" + t.function,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256",
		"AWS_LAMBDA_LOG_FORMAT=JSON",
		"AWS_LAMBDA_LOG_LEVEL=INFO",
		"AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=example",
		"AWS_SECRET_ACCESS_KEY=example",
		"AWS_SESSION_TOKEN=example",
		"AWS_ENDPOINT_URL_SSM=" + cloud,
		"AWS_ENDPOINT_URL_SQS=" + cloud,
		"AWS_ENDPOINT_URL_DYNAMODB=" + cloud,
		"TWILIO_API_URL=" + cloud,
		"TWILIO_ACCOUNT_SID=AC00000000000000000000000000000001",
		"WORKSPACE_SID=WS00000000000000000000000000000001",
		"WORKFLOW_SID=" + workflowSID,
		"AVAILABLE_ACTIVITY_SID=WA00000000000000000000000000000003",
		"POST_WORK_ACTIVITY_SID=WA00000000000000000000000000000001",
		"REJECT_ACTIVITY_SID=WA00000000000000000000000000000002",
		"RESERVATION_TIMEOUT_SECONDS=120",
		"NUMBER_ATTRIBUTES={}",
		"QUEUE_MAX_SIZE=100",
		"BRIDGE_MODE=deferred",
		"CRM_FAILURE=reject",
		"WORKER_GATE=press-1",
		"WORKER_RING_SECONDS=15",
		"WRAP_UP_SECONDS=30",
		"MISSED_CALL_PAUSE_SECONDS=60",
		"MISSED_CALL_LIMIT=3",
		"SECRETS_PREFIX=" + secretsPrefix,
		"BRIDGE_QUEUE_URL=" + cloud + "/123456789012/BridgeQueue",
		"LEDGER_TABLE=LedgerTable",
		"WORKERS_TABLE=" + workersTable,
	}, t.settings...)
}
