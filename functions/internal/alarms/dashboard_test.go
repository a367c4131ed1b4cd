package alarms

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"testing"

	"switchboard/functions/internal/templatetest"
)

// TestDashboardShowsRecordedMetrics requires that each of the stack's metrics on the dashboard is
// recorded by a metric filter or by package metric.
func TestDashboardShowsRecordedMetrics(t *testing.T) {
	t.Parallel()
	template := templatetest.Read(t)
	source, err := os.ReadFile("../../../shared/metric/metric.go")
	if err != nil {
		t.Fatal(err)
	}
	recorded := map[string]bool{}
	for _, match := range regexp.MustCompile(`Name += "(\w+)"`).FindAllStringSubmatch(string(source), -1) {
		recorded[match[1]] = true
	}
	for _, filter := range templatetest.Resources(template, "AWS::Logs::MetricFilter") {
		for _, each := range filter["MetricTransformations"].([]any) {
			recorded[fmt.Sprint(templatetest.At(each, "MetricName"))] = true
		}
	}
	text, _ := templatetest.At(template, "Resources", "Dashboard", "Properties", "DashboardBody", "Fn::Sub").(string)
	var body struct {
		Widgets []struct {
			Properties struct {
				Title   string
				Metrics [][]any
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &body); err != nil || len(body.Widgets) < 9 {
		t.Fatalf("%d widgets: %v", len(body.Widgets), err)
	}
	searched := regexp.MustCompile(`MetricName="(\w+)"`)
	for _, widget := range body.Widgets {
		for _, each := range widget.Properties.Metrics {
			name := ""
			if each[0] == namespace {
				name = fmt.Sprint(each[1])
			} else if match := searched.FindStringSubmatch(fmt.Sprint(each[0])); match != nil {
				name = match[1]
			}
			if name != "" && !recorded[name] {
				t.Errorf("%s shows %s, which nothing records", widget.Properties.Title, name)
			}
		}
	}
}
