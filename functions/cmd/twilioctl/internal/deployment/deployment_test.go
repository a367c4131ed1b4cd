package deployment

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
)

const base = "https://abc123.execute-api.eu-west-1.amazonaws.com"

// describer answers as CloudFormation.
type describer struct {
	stacks []types.Stack
	err    error
}

func (d describer) DescribeStacks(context.Context, *cloudformation.DescribeStacksInput, ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error) {
	return &cloudformation.DescribeStacksOutput{Stacks: d.stacks}, d.err
}

func TestRead(t *testing.T) {
	t.Parallel()
	whole := types.Stack{
		StackStatus: types.StackStatusUpdateComplete,
		Outputs:     []types.Output{{OutputKey: aws.String("VoiceUrl"), OutputValue: aws.String(base + "/enqueue")}},
		Parameters:  []types.Parameter{{ParameterKey: aws.String("WorkerRingSeconds"), ParameterValue: aws.String("20")}},
	}
	stack, err := Read(t.Context(), describer{stacks: []types.Stack{whole}}, "s")
	if err != nil || stack.Outputs["VoiceUrl"] != base+"/enqueue" || stack.Parameters["WorkerRingSeconds"] != "20" {
		t.Errorf("stack = %+v, %v", stack, err)
	}
	denied := &smithy.GenericAPIError{Code: "AccessDenied", Message: "no"}
	for name, test := range map[string]struct {
		client  describer
		missing bool
		want    string
	}{
		"none": {
			client:  describer{err: &smithy.GenericAPIError{Code: "ValidationError", Message: "Stack with id s does not exist"}},
			missing: true,
			want:    "there is no stack s yet",
		},
		"an empty one": {
			client:  describer{stacks: []types.Stack{{StackStatus: types.StackStatusRollbackComplete}}},
			missing: true,
			want:    "ROLLBACK_COMPLETE",
		},
		"a wrong name": {
			client: describer{err: &smithy.GenericAPIError{Code: "ValidationError", Message: "1 validation error detected"}},
			want:   "read the outputs of stack s",
		},
		"no right": {describer{err: denied}, false, "read the outputs of stack s"},
	} {
		_, err := Read(t.Context(), test.client, "s")
		var missing *NotDeployedError
		if err == nil || errors.As(err, &missing) != test.missing || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: err = %v, want %s", name, err, test.want)
		}
	}
}

func TestURLsNameWhatIsMissing(t *testing.T) {
	t.Parallel()
	stack := &Stack{Source: "stack s", Outputs: map[string]string{
		"VoiceUrl": base + "/enqueue", "AssignmentCallbackUrl": "assignment", "FallbackAssignmentCallbackUrl": base + "/assignment/fallback#rc=2",
		"MessageUrl": "messages",
	}}
	_, err := stack.URLs()
	for _, want := range []string{
		"output EventCallbackUrl of stack s: missing", `output AssignmentCallbackUrl of stack s: "assignment" is not`,
		"output FallbackAssignmentCallbackUrl of stack s: ", `output MessageUrl of stack s: "messages" is not`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %s", err, want)
		}
	}
	if strings.Contains(err.Error(), "VoiceUrl") || strings.Contains(err.Error(), "DutyUrl") {
		t.Errorf("err = %v, and VoiceUrl is as it should be", err)
	}
}

func TestEveryWayToGiveURLs(t *testing.T) {
	t.Parallel()
	want := URLs{base + "/enqueue", base + "/assignment", base + "/assignment/fallback", base + "/events", base + "/duty", base + "/messages"}
	at, err := At(base)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := at.URLs(); err != nil || got != want {
		t.Errorf("At: %+v, %v", got, err)
	}
	path := filepath.Join(t.TempDir(), "outputs.json")
	for _, text := range []string{`{"Stacks":[]}`, `{"Stacks":[{},{}]}`, `[1]`, ``, `{"VoiceUrl":1}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadFile(path); err == nil || !strings.Contains(err.Error(), "want the JSON that") {
			t.Errorf("ReadFile of %q: %v", text, err)
		}
	}
	if _, err := ReadFile(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("ReadFile of nothing: %v", err)
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		parameters map[string]string
		want       time.Duration
	}{
		{"the template's defaults", nil, 60 * time.Second},
		{"a CRM step", map[string]string{"CrmUrl": "https://crm.example"}, 70 * time.Second},
		{"a longer ring", map[string]string{"WorkerRingSeconds": "30"}, 75 * time.Second},
		{"an announcement", map[string]string{"WorkerAnnouncement": "A call."}, 80 * time.Second},
		{"no gate", map[string]string{"WorkerGate": "none", "WorkerAnnouncement": "A call."}, 35 * time.Second},
		{
			name:       "dequeue has neither step nor gate",
			parameters: map[string]string{"BridgeMode": "dequeue", "CrmUrl": "https://crm.example"},
			want:       35 * time.Second,
		},
	} {
		budget, err := NewBudget(test.parameters)
		if err != nil || budget.Total() != test.want {
			t.Errorf("%s: %s = %s, %v; want %s", test.name, budget, budget.Total(), err, test.want)
		}
	}
	if _, err := NewBudget(map[string]string{"WorkerRingSeconds": "soon"}); err == nil {
		t.Error("a ring of soon is taken")
	}
}
