package plan

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"switchboard/functions/twilioctl/account"
)

// Parameter is a parameter of the stack.
type Parameter struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Missing bool   `json:"missing,omitempty"` // the SID of something that is not made yet
}

// Deploy is how the stack is to be deployed to fit the workspace.
type Deploy struct {
	Parameters []Parameter
	Complete   bool     // every value is known
	Stale      bool     // the stack is not there, is not known, or differs
	Differs    []string // the parameters that it has otherwise
	StackName  string   // "" = the one in samconfig.toml
}

func (w Wish) deploy(actual account.Snapshot) Deploy {
	var workspace string
	if actual.Workspace != nil {
		workspace = actual.Workspace.SID
	}
	activities := w.File.Activities
	deploy := Deploy{Complete: true, StackName: w.StackName}
	activitySIDs := []Parameter{
		{Name: "PostWorkActivitySid", Value: activitySID(actual, string(activities.AfterCall))},
		{Name: "RejectActivitySid", Value: activitySID(actual, string(activities.Rejected))},
	}
	if activities.Fault != "" {
		activitySIDs = append(activitySIDs, Parameter{Name: "FaultActivitySid", Value: activitySID(actual, string(activities.Fault))})
	}
	for _, each := range append([]Parameter{
		{Name: "TwilioAccountSid", Value: actual.AccountSID},
		{Name: "WorkspaceSid", Value: workspace},
		{Name: "WorkflowSid", Value: workflowSID(actual, string(w.File.Workflow.Name))},
	}, activitySIDs...) {
		each.Missing = each.Value == ""
		deploy.Complete = deploy.Complete && !each.Missing
		deploy.Parameters = append(deploy.Parameters, each)
	}
	deploy.Parameters = append(deploy.Parameters, Parameter{Name: "ReservationTimeoutSeconds", Value: fmt.Sprint(*w.File.Workflow.ReservationTimeout)})
	if w.File.QueueMaxSize != nil {
		deploy.Parameters = append(deploy.Parameters, Parameter{Name: "QueueMaxSize", Value: fmt.Sprint(*w.File.QueueMaxSize)})
	}
	own := w.File.Parameters()
	for _, name := range slices.Sorted(maps.Keys(own)) {
		deploy.Parameters = append(deploy.Parameters, Parameter{Name: name, Value: own[name]})
	}
	for _, each := range deploy.Parameters {
		if w.Stack != nil && w.Stack.Parameters != nil && w.Stack.Parameters[each.Name] != each.Value {
			deploy.Differs = append(deploy.Differs, each.Name)
		}
	}
	deploy.Stale = w.Stack == nil || w.Stack.Parameters == nil || len(deploy.Differs) > 0
	return deploy
}

// Command is the line that deploys the stack, for a POSIX shell.
func (d Deploy) Command() string {
	words := []string{"sam", "deploy"}
	if d.StackName != "" {
		words = append(words, "--stack-name", shell(d.StackName))
	}
	words = append(words, "--parameter-overrides")
	for _, each := range d.Parameters {
		words = append(words, shell(each.Name+"="+samValue(each)))
	}
	return strings.Join(words, " ")
}

// samValue quotes a value as sam deploy reads it.
func samValue(p Parameter) string {
	if p.Missing {
		return "(known-after-apply)"
	}
	if regexp.MustCompile(`^[A-Za-z0-9_./:@%+,~?&=-]+$`).MatchString(p.Value) {
		return p.Value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(p.Value) + `"`
}

func shell(word string) string {
	if regexp.MustCompile(`^[A-Za-z0-9_./:@%+,=-]+$`).MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
