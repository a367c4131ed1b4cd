package scenario_test

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"switchboard/shared/simulator/scenario"
)

func readme(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestTheREADMEsScenarioIsOne(t *testing.T) {
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(readme(t))
	if block == nil {
		t.Fatal("the README has no YAML")
	}
	unmet := play(t, block[1])
	if len(unmet) > 0 {
		t.Errorf("unmet:\n%s", strings.Join(unmet, "\n"))
	}
}

// TestTheREADMENamesEveryKey compares the README with the fields of Scenario.
func TestTheREADMENamesEveryKey(t *testing.T) {
	text := readme(t)
	var visit func(reflect.Type)
	visit = func(kind reflect.Type) {
		switch kind.Kind() {
		case reflect.Slice, reflect.Map, reflect.Pointer:
			visit(kind.Elem())
		case reflect.Struct:
			for i := range kind.NumField() {
				field := kind.Field(i)
				if key := field.Tag.Get("yaml"); key != "" {
					if !strings.Contains(text, "`"+key+"`") {
						t.Errorf("the README does not name the key %s of %s", key, kind)
					}
					visit(field.Type)
				}
			}
		}
	}
	visit(reflect.TypeFor[scenario.Scenario]())
}
