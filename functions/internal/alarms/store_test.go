package alarms

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/templatetest"
)

// namespace is that of the stack's own metrics.
const namespace = "Switchboard/${AWS::StackName}"

// point is a value of a metric.
type point struct {
	at    time.Time
	value float64
}

// store stands in for CloudWatch: the points of metrics, by key.
type store map[string][]point

// key returns a metric's key. A dimension's value is a text, or the reference in the template.
func key(namespace any, name string, dimensions map[string]string) string {
	text := fmt.Sprint(plain(namespace), " ", name)
	for _, dimension := range slices.Sorted(maps.Keys(dimensions)) {
		text += " " + dimension + "=" + dimensions[dimension]
	}
	return text
}

// plain returns what an intrinsic function refers to: HoldFunction for {"Ref": "HoldFunction"}.
func plain(value any) string {
	if object, isObject := value.(map[string]any); isObject {
		for _, each := range object {
			return strings.Split(fmt.Sprint(each), ".Arn")[0]
		}
	}
	return fmt.Sprint(value)
}

func (s store) add(key string, at time.Time, value float64) {
	s[key] = append(s[key], point{at, value})
}

// aws adds a point of a metric that AWS itself makes.
func (s store) aws(namespace, name, dimension, value string) func(at time.Time, n float64) {
	return func(at time.Time, n float64) { s.add(key(namespace, name, map[string]string{dimension: value}), at, n) }
}

// embedded adds the points of a line in embedded metric format, at a time of the test's.
func (s store) embedded(t *testing.T, line []byte, at time.Time) {
	t.Helper()
	var header struct {
		AWS struct {
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct{ Name string }
			}
		} `json:"_aws"`
	}
	var members map[string]any
	if err := json.Unmarshal(line, &header); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	if err := json.Unmarshal(line, &members); err != nil {
		t.Fatal(err)
	}
	for _, directive := range header.AWS.CloudWatchMetrics {
		for _, names := range directive.Dimensions {
			dimensions := map[string]string{}
			for _, name := range names {
				dimensions[name] = fmt.Sprint(members[name])
			}
			for _, metric := range directive.Metrics {
				value, isNumber := members[metric.Name].(float64)
				if !isNumber {
					t.Fatalf("%s is no number: %s", metric.Name, line)
				}
				s.add(key(directive.Namespace, metric.Name, dimensions), at, value)
			}
		}
	}
}

// logged adds the points that the template's metric filters make of a line of JSON in a log group.
func (s store) logged(t *testing.T, template map[string]any, group string, line map[string]any, at time.Time) {
	t.Helper()
	for id, filter := range templatetest.Resources(template, "AWS::Logs::MetricFilter") {
		if plain(filter["LogGroupName"]) != group || !matches(t, id, filter["FilterPattern"].(string), line) {
			continue
		}
		for _, each := range filter["MetricTransformations"].([]any) {
			value, given := 0.0, fmt.Sprint(templatetest.At(each, "MetricValue"))
			if field, isField := strings.CutPrefix(given, "$."); isField {
				value = line[field].(float64)
			} else if number, err := strconv.ParseFloat(given, 64); err == nil {
				value = number
			}
			s.add(key(templatetest.At(each, "MetricNamespace"), fmt.Sprint(templatetest.At(each, "MetricName")), nil), at, value)
		}
	}
}

// matches evaluates a filter pattern for JSON: comparisons with texts, each in parentheses, joined
// by && and ||
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
func matches(t *testing.T, id, pattern string, line map[string]any) bool {
	t.Helper()
	var split func(text string) bool
	split = func(text string) bool {
		text = strings.TrimSpace(text)
		for _, operator := range []string{"||", "&&"} {
			depth := 0
			for i := range text {
				switch {
				case text[i] == '(':
					depth++
				case text[i] == ')':
					depth--
				case depth == 0 && strings.HasPrefix(text[i:], operator):
					left, right := split(text[:i]), split(text[i+2:])
					return operator == "||" && (left || right) || left && right
				}
			}
		}
		if strings.HasPrefix(text, "(") {
			return split(text[1 : len(text)-1])
		}
		field, want, found := strings.Cut(text, " = ")
		value, exists := line[strings.TrimPrefix(field, "$.")]
		if !found || !strings.HasPrefix(field, "$.") {
			t.Fatalf("%s: %q is no comparison", id, text)
		}
		want = strings.Trim(want, `"`)
		return exists && (want == "*" || fmt.Sprint(value) == want)
	}
	return split(strings.Trim(pattern, "{} "))
}
