package busydesk

import (
	"context"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"switchboard/shared/simulator/wire"
)

// REST is the desk's Twilio REST API. While a request is answered, the desk's time stands still.
func (d *Desk) REST() http.RoundTripper {
	return wire.InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.Twilio.ServeHTTP(w, r)
	}))
}

// DescribeAlarms stands in for CloudWatch: the stack has two alarms.
func (d *Desk) DescribeAlarms(
	context.Context, *cloudwatch.DescribeAlarmsInput, ...func(*cloudwatch.Options),
) (*cloudwatch.DescribeAlarmsOutput, error) {
	since := d.Now().Add(-11 * time.Minute)
	output := &cloudwatch.DescribeAlarmsOutput{}
	for name, text := range map[string]string{
		"FaultsAlarm": "Calls failed by a fault that no worker bears.", "BridgeQueueAlarm": "Workers are called late: messages wait in the queue of BridgeFunction.",
	} {
		state := types.StateValueOk
		if name == d.Alarm {
			state = types.StateValueAlarm
		}
		output.MetricAlarms = append(output.MetricAlarms, types.MetricAlarm{
			AlarmName: aws.String("switchboard-" + name + "-1ABCDEF"), AlarmDescription: aws.String(text), StateValue: state, StateUpdatedTimestamp: &since,
		})
	}
	return output, nil
}
