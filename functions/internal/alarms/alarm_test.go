package alarms

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"switchboard/functions/internal/templatetest"
)

// alarm is an alarm of the template.
type alarm struct {
	id         string
	properties map[string]any
	template   map[string]any
}

// rings reports whether the alarm is in state ALARM at a time: whether each of its last evaluation
// periods breaches
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html).
func (a alarm) rings(t *testing.T, recorded store, at time.Time) bool {
	t.Helper()
	n := int(a.number(t, "EvaluationPeriods"))
	values := a.values(t, recorded, at, n)
	threshold := a.number(t, "Threshold")
	for _, value := range values {
		breaches := false
		switch operator := a.properties["ComparisonOperator"]; {
		case value == nil:
			breaches = a.properties["TreatMissingData"] == "breaching"
		case operator == "GreaterThanOrEqualToThreshold":
			breaches = *value >= threshold
		case operator == "LessThanThreshold":
			breaches = *value < threshold
		default:
			t.Fatalf("%s: operator %v", a.id, operator)
		}
		if !breaches {
			return false
		}
	}
	return true
}

// number returns a property, or the default of the parameter to which it refers.
func (a alarm) number(t *testing.T, property string) float64 {
	t.Helper()
	value := a.properties[property]
	if parameter, isRef := templatetest.At(value, "Ref").(string); isRef {
		value = templatetest.At(a.template, "Parameters", parameter, "Default")
	}
	number, err := strconv.ParseFloat(fmt.Sprint(value), 64)
	if err != nil {
		t.Fatalf("%s: %s is %v", a.id, property, value)
	}
	return number
}

// values returns what the alarm watches in the last n periods before a time.
func (a alarm) values(t *testing.T, recorded store, at time.Time, n int) series {
	t.Helper()
	queries, isMath := a.properties["Metrics"].([]any)
	if !isMath {
		return statistic(t, recorded, a.properties, fmt.Sprint(a.properties["Statistic"]), a.properties["Period"], at, n)
	}
	metrics, expression := map[string]series{}, ""
	for _, query := range queries {
		id := fmt.Sprint(templatetest.At(query, "Id"))
		if text, isExpression := templatetest.At(query, "Expression").(string); isExpression {
			expression = text
			continue
		}
		metric, _ := templatetest.At(query, "MetricStat", "Metric").(map[string]any)
		stat := fmt.Sprint(templatetest.At(query, "MetricStat", "Stat"))
		metrics[id] = statistic(t, recorded, metric, stat, templatetest.At(query, "MetricStat", "Period"), at, n)
	}
	values, err := evaluate(expression, metrics, n)
	if err != nil {
		t.Fatalf("%s: %v", a.id, err)
	}
	return values
}

// statistic returns a metric's statistic in the last n periods before a time.
func statistic(t *testing.T, recorded store, metric map[string]any, stat string, period any, at time.Time, n int) series {
	t.Helper()
	dimensions := map[string]string{}
	given, _ := metric["Dimensions"].([]any)
	for _, each := range given {
		dimensions[fmt.Sprint(templatetest.At(each, "Name"))] = plain(templatetest.At(each, "Value"))
	}
	seconds, err := strconv.Atoi(fmt.Sprint(period))
	if err != nil {
		t.Fatal(err)
	}
	length := time.Duration(seconds) * time.Second
	values := make(series, n)
	counts := make([]float64, n)
	for _, each := range recorded[key(metric["Namespace"], fmt.Sprint(metric["MetricName"]), dimensions)] {
		i := n - 1 - int(at.Sub(each.at)/length)
		if each.at.After(at) || i < 0 {
			continue
		}
		counts[i]++
		if values[i] == nil {
			values[i] = number(each.value)
			continue
		}
		switch stat {
		case "Sum":
			*values[i] += each.value
		case "Maximum":
			*values[i] = max(*values[i], each.value)
		case "Minimum":
			*values[i] = min(*values[i], each.value)
		}
	}
	if stat == "SampleCount" {
		for i := range values {
			if counts[i] > 0 {
				values[i] = number(counts[i])
			}
		}
	}
	return values
}
