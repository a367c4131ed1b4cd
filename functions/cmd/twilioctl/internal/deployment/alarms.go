package deployment

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// AlarmDescriber is the part of CloudWatch's client that ReadAlarms calls.
type AlarmDescriber interface {
	DescribeAlarms(context.Context, *cloudwatch.DescribeAlarmsInput,
		...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error)
}

// Alarm is an alarm of a stack. ID is its name in the template.
type Alarm struct {
	ID, Name, Text string
	State          string    // OK, ALARM or INSUFFICIENT_DATA
	Since          time.Time // in that state
}

// maxAlarmPages limits the pages of alarms that are read. A page has up to 50; a stack has about
// ten.
const maxAlarmPages = 20

// ReadAlarms lists a stack's alarms. CloudFormation names them after the stack and the template:
// switchboard-FaultsAlarm-1ABCDEFGHIJKL. Those of a stack whose name only begins like this one's
// are none of them.
func ReadAlarms(ctx context.Context, client AlarmDescriber, stack string) ([]Alarm, error) {
	var found []Alarm
	input := &cloudwatch.DescribeAlarmsInput{AlarmNamePrefix: aws.String(stack + "-"),
		AlarmTypes: []types.AlarmType{types.AlarmTypeMetricAlarm}}
	for range maxAlarmPages {
		output, err := client.DescribeAlarms(ctx, input)
		if err != nil {
			return nil, fmt.Errorf("describe the alarms of stack %s: %w", stack, err)
		}
		for _, each := range output.MetricAlarms {
			id, _, _ := strings.Cut(strings.TrimPrefix(aws.ToString(each.AlarmName), stack+"-"), "-")
			if slices.Contains(Alarms, id) {
				found = append(found, Alarm{ID: id, Name: aws.ToString(each.AlarmName), Text: aws.ToString(each.AlarmDescription),
					State: string(each.StateValue), Since: aws.ToTime(each.StateUpdatedTimestamp)})
			}
		}
		if input.NextToken = output.NextToken; aws.ToString(input.NextToken) == "" {
			return found, nil
		}
	}
	return nil, fmt.Errorf("describe the alarms of stack %s: more than %d pages", stack, maxAlarmPages)
}
