// Package metric writes CloudWatch metrics in embedded metric format: one line of JSON on standard
// output, of which CloudWatch Logs makes metrics, without a request. The form is in
// CloudWatch_Embedded_Metric_Format_Specification.html below
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/.
//
//	{"_aws":{"Timestamp":1795521600000,"CloudWatchMetrics":[{"Namespace":"Switchboard/switchboard",
//	 "Dimensions":[[]],"Metrics":[{"Name":"Wait","Unit":"Seconds"}]}]},"Wait":42}
//
// Names and dimensions are constants of this package: nothing that a caller, a worker or a CRM
// sends becomes one, and no value names a person or a call.
package metric

import (
	"encoding/json"
	"io"
	"os"
	"time"

	"switchboard/shared/environment"
)

// Name is a metric's name in CloudWatch.
type Name string

// The metrics. README.md lists what they count.
const (
	SignedRequestsRefused Name = "SignedRequestsRefused" // webhooks with a signature that is wrong, or of another account
	CallersWaiting        Name = "CallersWaiting"
	Wait                  Name = "Wait"          // of a caller who still waits
	AnsweredAfter         Name = "AnsweredAfter" // the wait of a caller whom a worker answered
	Abandoned             Name = "Abandoned"     // 1 = a caller hung up while waiting, 0 = left the queue in another way
	DeskOpen              Name = "DeskOpen"      // 1 = a number takes calls by its hours, 0 = none
	WorkersTakingCalls    Name = "WorkersTakingCalls"
	WorkersAvailable      Name = "WorkersAvailable" // without a call
	WorkersAway           Name = "WorkersAway"      // in an activity into which we put workers, wrap-up excepted
	BridgeDelay           Name = "BridgeDelay"      // from the message about a reservation to its claim
	CRMTime               Name = "CrmTime"          // of the CRM step
	DialTime              Name = "DialTime"         // of the request that places the worker call
	AWSErrors             Name = "AwsErrors"        // requests to AWS that failed after their retries
)

// Service is the only dimension, with three values.
type Service string

// The services whose errors are counted.
const (
	DynamoDB Service = "DynamoDB"
	SQS      Service = "SQS"
	SSM      Service = "SSM"
)

// Recorder writes metrics. A nil Recorder writes none.
type Recorder struct {
	Out       io.Writer
	Namespace string
	Now       func() time.Time
}

// Read returns the recorder for METRICS_NAMESPACE; nil = the variable is empty.
func Read(env *environment.Reader) *Recorder {
	namespace := env.Text("METRICS_NAMESPACE")
	if namespace == "" {
		return nil
	}
	recorder := &Recorder{Out: env.Metrics, Namespace: namespace, Now: time.Now}
	if recorder.Out == nil {
		recorder.Out = os.Stdout
	}
	return recorder
}

// Value is a metric's value at one moment.
type Value struct {
	name  Name
	unit  string
	value float64
}

// Count returns a number of things.
func Count(name Name, n int) Value { return Value{name, "Count", float64(n)} }

// Flag returns 1 or 0. CloudWatch's average of flags is a share.
func Flag(name Name, is bool) Value {
	if is {
		return Count(name, 1)
	}
	return Count(name, 0)
}

// Seconds returns a duration that people wait.
func Seconds(name Name, d time.Duration) Value { return Value{name, "Seconds", d.Seconds()} }

// Milliseconds returns a duration that programs wait.
func Milliseconds(name Name, d time.Duration) Value {
	return Value{name, "Milliseconds", float64(d) / float64(time.Millisecond)}
}

// Record writes values in one line.
func (r *Recorder) Record(values ...Value) { r.write([][]string{{}}, nil, values) }

// RecordService writes a value twice, by service and without a dimension: an alarm takes no sum
// over dimensions.
func (r *Recorder) RecordService(service Service, value Value) {
	r.write([][]string{{}, {"Service"}}, map[string]any{"Service": service}, []Value{value})
}

type definition struct {
	Name Name
	Unit string
}

type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []definition
}

// write ignores errors: a function whose standard output fails has no place to report that.
func (r *Recorder) write(dimensions [][]string, members map[string]any, values []Value) {
	if r == nil {
		return
	}
	line := map[string]any{}
	for name, value := range members {
		line[name] = value
	}
	described := directive{Namespace: r.Namespace, Dimensions: dimensions}
	for _, each := range values {
		described.Metrics = append(described.Metrics, definition{each.name, each.unit})
		line[string(each.name)] = each.value
	}
	line["_aws"] = map[string]any{"Timestamp": r.Now().UnixMilli(), "CloudWatchMetrics": []directive{described}}
	if text, err := json.Marshal(line); err == nil {
		_, _ = r.Out.Write(append(text, '\n'))
	}
}
