package templatetest

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"testing"
)

// Environments returns the environment that each function has in a stack with the parameters, by
// its folder below functions/. A resource's attribute is the address of nothing.
func Environments(t testing.TB, template map[string]any, parameters map[string]string) map[string]map[string]string {
	t.Helper()
	values := map[string]string{"AWS::StackName": "switchboard", "AWS::Region": "us-east-1", "AWS::URLSuffix": "amazonaws.com"}
	declared, _ := template["Parameters"].(map[string]any)
	for name, parameter := range declared {
		values[name] = ""
		if standard := At(parameter, "Default"); standard != nil {
			values[name] = fmt.Sprint(standard)
		}
	}
	maps.Copy(values, parameters)
	s := stack{t: t, template: template, values: values}
	found := map[string]map[string]string{}
	for _, properties := range Resources(template, "AWS::Serverless::Function") {
		environment := map[string]string{}
		for _, of := range []any{At(template, "Globals", "Function"), properties} {
			variables, _ := At(of, "Environment", "Variables").(map[string]any)
			for name, value := range variables {
				environment[name] = s.text(value)
			}
		}
		folder, _ := properties["CodeUri"].(string) // functions/hold/bootstrap/
		found[path.Base(path.Dir(path.Clean(folder)))] = environment
	}
	return found
}

// stack evaluates intrinsic functions. values has parameters and pseudo parameters.
type stack struct {
	t        testing.TB
	template map[string]any
	values   map[string]string
}

func (s stack) text(value any) string {
	s.t.Helper()
	call, isCall := value.(map[string]any)
	if !isCall {
		return fmt.Sprint(value)
	}
	if name, isRef := call["Ref"].(string); isRef {
		return s.ref(name)
	}
	if text, isSub := call["Fn::Sub"].(string); isSub {
		return regexp.MustCompile(`\$\{[^}]+\}`).ReplaceAllStringFunc(text, func(found string) string { return s.ref(found[2 : len(found)-1]) })
	}
	if choice, isIf := call["Fn::If"].([]any); isIf && len(choice) == 3 {
		name, _ := choice[0].(string)
		if s.holds(At(s.template, "Conditions", name)) {
			return s.text(choice[1])
		}
		return s.text(choice[2])
	}
	s.t.Errorf("a variable has the value %v, which no test can evaluate", value)
	return ""
}

func (s stack) ref(name string) string {
	if value, found := s.values[name]; found {
		return value
	}
	return "https://" + name + ".example"
}

// holds evaluates a condition of Fn::Not and Fn::Equals.
func (s stack) holds(condition any) bool {
	if not, isNot := At(condition, "Fn::Not").([]any); isNot && len(not) == 1 {
		return !s.holds(not[0])
	}
	if sides, isEquals := At(condition, "Fn::Equals").([]any); isEquals && len(sides) == 2 {
		return s.text(sides[0]) == s.text(sides[1])
	}
	s.t.Errorf("a condition is %v, which no test can evaluate", condition)
	return false
}
