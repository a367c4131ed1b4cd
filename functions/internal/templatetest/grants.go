package templatetest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Grant is an action that a function's role allows, such as dynamodb:Query, on a resource, such as
// LedgerTable/index/by-task, RecordingsBucket/*, parameter/auth-token or MessagesTopicArn.
type Grant struct{ Function, Action, Resource string }

// Grants returns what the role of each function allows, with and without a condition.
func Grants(t testing.TB, template map[string]any) []Grant {
	t.Helper()
	functions := map[string]string{} // by role
	for id, properties := range Resources(template, "AWS::Serverless::Function") {
		functions[name(t, properties["Role"])] = id
	}
	var all []Grant
	allow := func(role string, policy any) {
		for _, statement := range list(At(policy, "PolicyDocument", "Statement")) {
			if At(statement, "Effect") != "Allow" {
				t.Errorf("%s has a statement that is none of Allow: %v", role, statement)
			}
			for _, action := range list(At(statement, "Action")) {
				for _, resource := range list(At(statement, "Resource")) {
					all = append(all, Grant{functions[role], fmt.Sprint(action), name(t, resource)})
				}
			}
		}
	}
	for role, properties := range Resources(template, "AWS::IAM::Role") {
		for _, policy := range list(properties["Policies"]) {
			allow(role, policy)
		}
		if properties["ManagedPolicyArns"] != nil || functions[role] == "" {
			t.Errorf("%s has managed policies, or is no function's role", role)
		}
	}
	for _, properties := range Resources(template, "AWS::IAM::Policy") {
		for _, role := range list(properties["Roles"]) {
			allow(name(t, role), properties)
		}
	}
	slices.SortFunc(all, func(a, b Grant) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return all
}

// list returns a list, or one element as a list.
func list(value any) []any {
	switch value := value.(type) {
	case nil:
		return nil
	case []any:
		return value
	}
	return []any{value}
}

var (
	pseudo    = regexp.MustCompile(`^arn:\$\{AWS::Partition\}:ssm:\$\{AWS::Region\}:\$\{AWS::AccountId\}:parameter\$\{SecretsPrefix\}/`)
	attribute = regexp.MustCompile(`^\$\{(\w+)\.Arn\}`)
)

// name returns the short form of a reference to a resource.
func name(t testing.TB, reference any) string {
	t.Helper()
	call, isCall := reference.(map[string]any)
	if !isCall {
		return fmt.Sprint(reference)
	}
	if id, isRef := call["Ref"].(string); isRef {
		return id
	}
	if text, isSub := call["Fn::Sub"].(string); isSub {
		return attribute.ReplaceAllString(pseudo.ReplaceAllString(text, "parameter/"), "$1")
	}
	if text, isAttribute := call["Fn::GetAtt"].(string); isAttribute {
		return strings.TrimSuffix(text, ".Arn")
	}
	t.Errorf("a policy names %v, which no test can read", reference)
	return ""
}
