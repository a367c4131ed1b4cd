package doctor

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/shell"
	"switchboard/shared/roster"
	"switchboard/shared/secrets"
	"switchboard/shared/taskrouter"
)

// AWS holds the clients that the doctor reads with.
type AWS struct {
	Parameters secrets.Parameters
	Queues     Queues
	Alarms     deployment.AlarmDescriber
	Functions  Functions
	Roster     func(table string) Roster
}

// Roster is the part of the record of the workers that the doctor reads.
type Roster interface {
	All(context.Context) ([]roster.Record, error)
}

// Queues is the part of SQS's client that the doctor calls.
type Queues interface {
	GetQueueAttributes(context.Context, *sqs.GetQueueAttributesInput,
		...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error)
}

func (e *evidence) readAWS(ctx context.Context) {
	cloud := e.doctor.AWS
	if cloud == nil {
		e.lack(e.doctor.NoAWS, needAWS, needTokens)
		return
	}
	store := &secrets.Store{
		Client: cloud.Parameters, Prefix: e.doctor.Prefix, Now: e.doctor.Now,
		Needs: []secrets.Need{secrets.Webhooks, secrets.REST, secrets.CRM, secrets.Duty},
	}
	if e.secrets.value, e.secrets.err = store.Get(ctx); e.secrets.err != nil {
		e.lack("SSM has no auth-token", needTokens)
	}
	e.readSettings(ctx, cloud.Parameters)
	e.executions.value, e.executions.err = readExecutions(ctx, cloud.Functions)
	if e.missing[needStack] != "" {
		return
	}
	e.alarms.value, e.alarms.err = deployment.ReadAlarms(ctx, cloud.Alarms, e.doctor.StackName)
	e.deadLetter.value, e.deadLetter.err = countMessages(ctx, cloud.Queues,
		e.doctor.Stack.Outputs["BridgeDeadLetterQueueUrl"])
	if table := e.doctor.Stack.Outputs["WorkersTable"]; table != "" {
		e.records.value, e.records.err = cloud.Roster(table).All(ctx)
	}
}

// countMessages returns SQS's approximate count of a queue's messages.
func countMessages(ctx context.Context, client Queues, url string) (int, error) {
	if url == "" {
		return 0, fmt.Errorf("the stack has no output BridgeDeadLetterQueueUrl")
	}
	visible, hidden := sqstypes.QueueAttributeNameApproximateNumberOfMessages, sqstypes.QueueAttributeNameApproximateNumberOfMessagesNotVisible
	output, err := client.GetQueueAttributes(ctx,
		&sqs.GetQueueAttributesInput{QueueUrl: sdk.String(url),
			AttributeNames: []sqstypes.QueueAttributeName{visible, hidden}})
	if err != nil {
		return 0, fmt.Errorf("count the messages in %s: %w", url, err)
	}
	count := 0
	for _, name := range []sqstypes.QueueAttributeName{visible, hidden} {
		n, err := strconv.Atoi(output.Attributes[string(name)])
		if err != nil {
			return 0, fmt.Errorf("count the messages in %s: %w", url, err)
		}
		count += n
	}
	return count, nil
}

// pin matches a PIN that the duty line accepts.
var pin = regexp.MustCompile(`^[0-9]{4,8}$`)

func (e *evidence) checkParameters() []Finding {
	subject := "SSM parameters below " + e.doctor.Prefix
	if e.secrets.err != nil {
		return unreadable(subject, e.secrets.err, e.putParameter("auth-token", "TWILIO_AUTH_TOKEN"))
	}
	set := e.secrets.value
	switch {
	case set.APIKeySID.Empty() != set.APIKeySecret.Empty():
		return finding(Warning, subject,
			"only one of api-key-sid and api-key-secret is set: REST calls use the auth token",
			e.putParameter("api-key-sid", "TWILIO_API_KEY")+"; "+e.putParameter("api-key-secret", "TWILIO_API_SECRET"))
	case deployment.HasPassword(e.parameter("CrmUrl")):
		return finding(Error, subject,
			"CrmUrl contains a user or a password, which everyone who can see the stack or a function can read",
			e.putParameter("crm-authorization", "CRM_AUTHORIZATION")+
				", such as \"Basic …\"; sam deploy with CrmUrl without them; then change the password")
	case !set.DutyPIN.Empty() && !pin.MatchString(set.DutyPIN.Reveal()):
		return finding(Error, subject, "duty-pin is not 4 to 8 digits: no worker can sign on or off by phone",
			e.putParameter("duty-pin", "DUTY_PIN"))
	case set.DutyPIN.Empty() && e.hasLead():
		return finding(Warning, subject, "no duty-pin, and workers with the attribute lead: who forges the number of one can close the desk by phone",
			e.putParameter("duty-pin", "DUTY_PIN"))
	case e.parameter("CrmUrl") != "" && set.CRMSecret.Empty():
		return finding(Warning, subject, "CrmUrl is set without crm-secret: CRM requests are unsigned",
			e.putParameter("crm-secret", "CRM_SECRET"))
	}
	there := "auth-token"
	for _, each := range []struct {
		name  string
		value secrets.Secret
	}{
		{"auth-token-secondary", set.AuthTokenSecondary}, {"api-key-sid, api-key-secret", set.APIKeySID},
		{"crm-secret", set.CRMSecret}, {"crm-authorization", set.CRMAuthorization}, {"duty-pin", set.DutyPIN},
	} {
		if !each.value.Empty() {
			there += ", " + each.name
		}
	}
	return ok(subject, there)
}

// hasLead reports whether a worker may close the desk on the line for staff.
func (e *evidence) hasLead() bool {
	return slices.ContainsFunc(e.account.Workers, func(w account.Worker) bool { return taskrouter.IsLead(w.Attributes) })
}

// checkRecord requires that the workers' record can be read.
func (e *evidence) checkRecord() []Finding {
	table := e.doctor.Stack.Outputs["WorkersTable"]
	switch subject := "the table of workers " + table; {
	case table == "":
		return finding(Skipped, "", "the stack has no output WorkersTable", "")
	case e.records.err != nil:
		return unreadable(subject, e.records.err, "AWS credentials with dynamodb:Scan on the table")
	default:
		return ok(subject, counted(len(e.records.value), "record"))
	}
}

func (e *evidence) putParameter(name, variable string) string {
	path := shell.Word(e.doctor.Prefix + "/" + name)
	return fmt.Sprintf(`aws ssm put-parameter --overwrite --type SecureString --name %s --value "$%s"`, path, variable)
}

func (e *evidence) checkAlarms() []Finding {
	subject := "CloudWatch alarms of stack " + e.doctor.StackName
	switch {
	case e.alarms.err != nil:
		return unreadable(subject, e.alarms.err, "aws cloudwatch describe-alarms, with the same credentials")
	case len(e.alarms.value) == 0:
		return finding(Warning, subject, "none: no alarm reports failing calls",
			"sam deploy --parameter-overrides AlarmTopicArn=arn:aws:sns:… with your other parameters")
	}
	var findings []Finding
	for _, each := range e.alarms.value {
		if each.State == string(types.StateValueAlarm) {
			findings = append(findings, Finding{
				Level: Error, Subject: each.Name, Detail: "in state ALARM: " + each.Text,
				Remedy: "aws cloudwatch describe-alarm-history --alarm-name " + shell.Word(each.Name),
			})
		}
	}
	missing := slices.DeleteFunc(slices.Clone(deployment.Alarms), func(id string) bool {
		return slices.ContainsFunc(e.alarms.value, func(a deployment.Alarm) bool { return a.ID == id })
	})
	if len(missing) > 0 {
		findings = append(findings, Finding{Level: Warning, Subject: subject,
			Detail: "missing: " + strings.Join(missing,
				", "), Remedy: "sam deploy again with the template of this version"})
	}
	if len(findings) > 0 {
		return findings
	}
	return ok(subject, fmt.Sprintf("%s, none in ALARM", counted(len(e.alarms.value), "alarm")))
}

func (e *evidence) checkDeadLetters() []Finding {
	subject := "the dead-letter queue"
	switch {
	case e.deadLetter.err != nil:
		return unreadable(subject, e.deadLetter.err, "aws sqs get-queue-attributes, with the same credentials")
	case e.deadLetter.value > 0:
		return finding(Error, subject,
			fmt.Sprintf("%s failed five times; the log has the cause under the message_id",
				counted(e.deadLetter.value, "message")),
			fmt.Sprintf("aws sqs receive-message --queue-url %[1]s; then aws sqs purge-queue --queue-url %[1]s",
				shell.Word(e.doctor.Stack.Outputs["BridgeDeadLetterQueueUrl"])))
	}
	return ok(subject, "empty")
}
