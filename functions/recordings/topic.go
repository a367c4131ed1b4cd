package recordings

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"switchboard/shared/awsenv"
	"switchboard/shared/cause"
	"switchboard/shared/recording"
	"switchboard/shared/twilio"
)

// Console is where people with an account's login find a recording.
type Console struct {
	AWS    awsenv.Environment
	Bucket string
}

// link is the address of a recording in the AWS console, which asks for the account's login.
func (c Console) link(key string) string {
	region := url.QueryEscape(c.AWS.Region())
	return "https://" + region + ".console.aws.amazon.com/s3/object/" + url.PathEscape(c.Bucket) + "?region=" + region + "&prefix=" + url.QueryEscape(key)
}

// tell tells the topic of a message, if there is one and it does not know. A crash may tell it
// twice.
func (j job) tell(ctx context.Context, call twilio.CallRecord) error {
	if j.Topic == nil || !j.known.Told.IsZero() {
		return nil
	}
	lines := []string{
		"Caller: " + cmp.Or(phone(call.From), "withheld"),
		"Dialed: " + cmp.Or(phone(call.To), "unknown"),
		"Time: " + j.Now().UTC().Format("2006-01-02 15:04 UTC"),
	}
	if j.work.Seconds > 0 {
		lines = append(lines, "Length: "+(time.Duration(j.work.Seconds)*time.Second).String())
	}
	lines = append(lines, "Recording (with the account's login): "+j.Console.link(recording.Key(j.work.RecordingSID)))
	if err := j.Topic.Tell(ctx, "A caller left a message", strings.Join(lines, "\n")); err != nil {
		return err
	}
	return j.Ledger.TopicTold(ctx, j.work.RecordingSID, j.work.CallSID)
}

// SNS publishes to one topic. It signs the request itself, as package bucket does.
type SNS struct {
	ARN       string
	AWS       awsenv.Environment
	Transport http.RoundTripper // nil = http.DefaultTransport
	Now       func() time.Time
}

const publishTime = 5 * time.Second

// Tell publishes a message (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). A retry
// may publish it twice.
func (s SNS) Tell(ctx context.Context, subject, text string) error {
	ctx, cancel := context.WithTimeout(ctx, publishTime)
	defer cancel()
	address := "https://" + s.AWS.Host("sns") + "/"
	if endpoint := s.AWS.Endpoint("SNS"); endpoint != nil {
		address = *endpoint + "/"
	}
	body := url.Values{"Action": {"Publish"}, "Version": {"2010-03-31"}, "TopicArn": {s.ARN}, "Subject": {subject}, "Message": {text}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return fmt.Errorf("publish to SNS: %w", cause.Hide(err))
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if err := s.AWS.Sign(ctx, request, "sns", []byte(body), s.Now()); err != nil {
		return err
	}
	answer, err := (&http.Client{Transport: s.Transport}).Do(request)
	if err != nil {
		return fmt.Errorf("publish to SNS: %w", cause.Hide(err))
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10))
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("publish to SNS: it answered %d", answer.StatusCode)
	}
	return nil
}
