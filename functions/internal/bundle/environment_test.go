package bundle

import (
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"switchboard/shared/environment"
)

// TestTemplateSetsEveryVariable compares the variables that the functions read with those that
// template.yaml sets.
func TestTemplateSetsEveryVariable(t *testing.T) {
	t.Parallel()
	template, err := os.ReadFile("../../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	set := map[string]string{} // what a variable refers to; "" = an expression
	for _, match := range regexp.MustCompile(`(?m)^ +([A-Z][A-Z_]+): !(?:Ref (\w+)|If)`).FindAllStringSubmatch(string(template), -1) {
		if set[match[1]] == "" {
			set[match[1]] = match[2]
		}
	}
	readAll(&environment.Reader{Lookup: func(variable string) string {
		parameter := set[variable]
		resource := parameter == "BridgeQueue" || parameter == "RecordingsQueue" || parameter == "RecordingsBucket"
		if Variable(parameter) != variable && !resource && variable != "RELEASE" && variable != "METRICS_NAMESPACE" {
			t.Errorf("a function reads %s; template.yaml sets it to %q", variable, parameter)
		}
		return ""
	}})
}

func TestCheckNamesEveryFault(t *testing.T) {
	t.Parallel()
	sound, _ := newSettings(nil, nil, io.Discard)
	if err := sound.Check(); err != nil {
		t.Errorf("a sound environment: %v", err)
	}
	faulty := Environment{"WORKER_ANNOUNCEMENT": "{", "TASK_PRIORITY": "-1", "CRM_URL": "ftp://crm.example"}
	err := faulty.Check()
	names := slices.AppendSeq(slices.Collect(maps.Keys(faulty)), maps.Keys(sound))
	for _, name := range names {
		optional := name == "POST_WORK_ACTIVITY_SID" || name == "WRAP_UP_SECONDS" || name == "PUBLIC_BASE_URL"
		if count := strings.Count(err.Error(), "environment variable "+name+" "); !optional && count != 1 {
			t.Errorf("%s is named %d times: %v", name, count, err)
		}
	}
}
