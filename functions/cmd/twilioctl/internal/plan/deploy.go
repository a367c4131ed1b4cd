package plan

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/shell"
)

// Parameter is a parameter of the stack.
type Parameter struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Missing bool   `json:"missing,omitempty"` // the SID of a resource that does not exist yet
}

// Deploy says how to deploy the stack for the workspace.
type Deploy struct {
	Parameters []Parameter
	Complete   bool     // every value is known
	Stale      bool     // the stack does not exist, is unknown, or differs
	Differs    []string // the parameters for which it has other values
	StackName  string   // "" = the one in samconfig.toml
}

func (w Wish) deploy(actual account.Snapshot) Deploy {
	var workspace string
	if actual.Workspace != nil {
		workspace = actual.Workspace.SID
	}
	activities := w.File.Activities
	deploy := Deploy{Complete: true, StackName: w.StackName}
	for _, each := range []Parameter{
		{Name: "TwilioAccountSid", Value: actual.AccountSID},
		{Name: "WorkspaceSid", Value: workspace},
		{Name: "WorkflowSid", Value: workflowSID(actual, w.File.Workflow.Name)},
	} {
		deploy.add(each, true)
	}
	if previous := w.previousWorkflow(actual); previous != "" || w.mayHave(previousParameter) {
		deploy.add(Parameter{Name: previousParameter, Value: previous}, false)
	}
	for _, each := range []struct {
		parameter string
		activity  string
	}{
		{"AvailableActivitySid", activities.SignedOn},
		{"PostWorkActivitySid", activities.AfterCall},
		{"RejectActivitySid", activities.Rejected},
		{"FaultActivitySid", activities.Fault},
		{"OfflineActivitySid", activities.SignedOff},
	} {
		if each.activity != "" || w.mayHave(each.parameter) {
			deploy.add(Parameter{Name: each.parameter, Value: activitySID(actual, each.activity)}, each.activity != "")
		}
	}
	deploy.Parameters = append(deploy.Parameters,
		Parameter{Name: "ReservationTimeoutSeconds", Value: fmt.Sprint(*w.File.Workflow.ReservationTimeout)})
	if w.File.QueueMaxSize != nil {
		deploy.Parameters = append(deploy.Parameters,
			Parameter{Name: "QueueMaxSize", Value: fmt.Sprint(*w.File.QueueMaxSize)})
	}
	own := w.File.Deploy
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

// add adds a parameter. It is missing if it is needed and has no value.
func (d *Deploy) add(p Parameter, needed bool) {
	p.Missing = needed && p.Value == ""
	d.Complete = d.Complete && !p.Missing
	d.Parameters = append(d.Parameters, p)
}

// mayHave reports whether the stack may have a value of a parameter. sam deploy keeps the values of
// parameters that are left out, so an empty value must be given.
func (w Wish) mayHave(parameter string) bool {
	return w.Stack != nil && (w.Stack.Parameters == nil || w.Stack.Parameters[parameter] != "")
}

// Command returns the command line that deploys the stack, for a POSIX shell. It leaves out the
// values of Unwritable parameters.
func (d Deploy) Command() string {
	words := []string{"sam", "deploy"}
	if d.StackName != "" {
		words = append(words, "--stack-name", shell.Word(d.StackName))
	}
	words = append(words, "--parameter-overrides")
	for _, each := range d.Parameters {
		if value, ok := samValue(each); ok {
			words = append(words, shell.Word(each.Name+"="+value))
		}
	}
	return strings.Join(words, " ")
}

// Unwritable returns the names of the parameters whose values sam deploy cannot read from a command
// line.
func (d Deploy) Unwritable() []string {
	var names []string
	for _, each := range d.Parameters {
		if _, ok := samValue(each); !ok {
			names = append(names, each.Name)
		}
	}
	return names
}

// How SAM CLI 1.170.0 reads --parameter-overrides (samcli/cli/types.py, CfnParameterOverridesType):
// it looks for name=value, where a value is plain, or is in quotes of either kind and has a
// backslash before each such quote inside it. Then it removes the backslash of each \", \' and
// "\ ", and no other one.
var (
	plainValue = regexp.MustCompile(`^[A-Za-z0-9_./:@%+,~?&=-]+$`)
	// toUnquote matches the characters that lose a backslash before them, with the value's own
	// backslashes.
	toUnquote = regexp.MustCompile(`(\\*)(["' ])`)
	// listed matches the other form, which SAM looks for first, anywhere in the text.
	listed   = regexp.MustCompile(`ParameterKey=[A-Za-z0-9\\"']+,ParameterValue=`)
	inQuotes = map[string]*regexp.Regexp{`"`: regexp.MustCompile(`^"(?:\\.|[^"\\]+)*"$`),
		`'`: regexp.MustCompile(`^'(?:\\.|[^'\\]+)*'$`)}
)

// samValue returns a value as sam deploy reads it. ok is false if there is no way to write it; all
// JSON has one.
func samValue(p Parameter) (text string, ok bool) {
	switch {
	case p.Missing:
		return "(known-after-apply)", true
	case plainValue.MatchString(p.Value):
		return p.Value, true
	case listed.MatchString(p.Value):
		return "", false
	}
	// A backslash of the value's own makes an even number of them before a quote, which then ends
	// the value, in one kind of quotes only: JSON has \", and no \'.
	for _, quote := range []string{`"`, `'`} {
		inside := toUnquote.ReplaceAllStringFunc(p.Value, func(found string) string {
			if last := found[len(found)-1:]; last != quote && len(found) == 1 {
				return found
			}
			return found[:len(found)-1] + `\` + found[len(found)-1:]
		})
		if whole := quote + inside + quote; inQuotes[quote].MatchString(whole) {
			return whole, true
		}
	}
	return "", false
}
