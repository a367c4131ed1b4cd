// Package deployment reads what `sam deploy` made of template.yaml: the URLs that Twilio calls, and
// the parameters that the workspace must fit.
package deployment

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/smithy-go"
)

// Stack is a deployed stack. Source is a file if only its outputs are known.
type Stack struct {
	Source     string            // where this was read, for people
	Outputs    map[string]string // by output key
	Parameters map[string]string // by parameter key; nil = unknown
}

// DefaultStack is the stack's name in samconfig.toml.
const DefaultStack = "switchboard"

// URLs are the addresses that Twilio calls, by the names of the outputs.
type URLs struct {
	VoiceURL, AssignmentCallbackURL, FallbackAssignmentCallbackURL, EventCallbackURL string
	// DutyURL and MessageURL are for workers who sign on and off by phone and by text; "" = the
	// stack is of an older version.
	DutyURL, MessageURL string
}

// URLs returns the stack's addresses. The error names outputs that are missing or no addresses.
func (s *Stack) URLs() (URLs, error) {
	var urls URLs
	var faults []error
	for _, each := range []struct {
		key  string
		into *string
	}{
		{"VoiceUrl", &urls.VoiceURL},
		{"AssignmentCallbackUrl", &urls.AssignmentCallbackURL},
		{"FallbackAssignmentCallbackUrl", &urls.FallbackAssignmentCallbackURL},
		{"EventCallbackUrl", &urls.EventCallbackURL},
	} {
		*each.into = s.Outputs[each.key]
		if err := checkURL(*each.into); err != nil {
			faults = append(faults, fmt.Errorf("output %s of %s: %w", each.key, s.Source, err))
		}
	}
	for _, each := range []struct {
		key  string
		into *string
	}{{"DutyUrl", &urls.DutyURL}, {"MessageUrl", &urls.MessageURL}} {
		*each.into = s.Outputs[each.key]
		if *each.into == "" {
			continue
		}
		if err := checkURL(*each.into); err != nil {
			faults = append(faults, fmt.Errorf("output %s of %s: %w", each.key, s.Source, err))
		}
	}
	return urls, errors.Join(faults...)
}

// Describer is the part of CloudFormation's client that Read calls.
type Describer interface {
	DescribeStacks(context.Context, *cloudformation.DescribeStacksInput,
		...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error)
}

// NotDeployedError says that a stack does not exist, or has no outputs yet.
type NotDeployedError struct {
	Name   string
	Status string // CloudFormation's; "" = there is no stack
}

// Error says which.
func (e *NotDeployedError) Error() string {
	if e.Status == "" {
		return fmt.Sprintf("there is no stack %s yet", e.Name)
	}
	return fmt.Sprintf("stack %s has no outputs; its status is %s", e.Name, e.Status)
}

// Read reads a stack's outputs and parameters. err is a *NotDeployedError if there are none.
func Read(ctx context.Context, client Describer, name string) (*Stack, error) {
	output, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(name)})
	var refused smithy.APIError
	switch {
	// CloudFormation has no error code for this
	// (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html).
	case errors.As(err, &refused) && refused.ErrorCode() == "ValidationError" && strings.Contains(refused.ErrorMessage(), "does not exist"):
		return nil, &NotDeployedError{Name: name}
	case err != nil:
		return nil, fmt.Errorf("read the outputs of stack %s: %w", name, err)
	case len(output.Stacks) == 0:
		return nil, &NotDeployedError{Name: name}
	}
	described := output.Stacks[0]
	if len(described.Outputs) == 0 {
		return nil, &NotDeployedError{Name: name, Status: string(described.StackStatus)}
	}
	stack := &Stack{Source: "stack " + name, Outputs: map[string]string{}, Parameters: map[string]string{}}
	for _, each := range described.Outputs {
		stack.Outputs[aws.ToString(each.OutputKey)] = aws.ToString(each.OutputValue)
	}
	for _, each := range described.Parameters {
		stack.Parameters[aws.ToString(each.ParameterKey)] = aws.ToString(each.ParameterValue)
	}
	return stack, nil
}
