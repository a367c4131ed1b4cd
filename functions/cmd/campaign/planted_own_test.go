package main

import (
	"context"
	"encoding/base64"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/rules"
	"switchboard/shared/outlook"
	"switchboard/shared/secrets"
	"switchboard/shared/webhook"
)

// unreadable is SSM without some topics of the settings.
type unreadable struct {
	outlook.Parameters
	topics []string
}

func (u unreadable) GetParameters(ctx context.Context, input *ssm.GetParametersInput, options ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	output, err := u.Parameters.GetParameters(ctx, input, options...)
	if err == nil {
		output.Parameters = slices.DeleteFunc(output.Parameters, func(p types.Parameter) bool {
			_, topic, found := strings.Cut(aws.ToString(p.Name), secrets.Settings)
			return found && slices.Contains(u.topics, topic)
		})
	}
	return output, err
}

// unread returns a wiring in which one function does not read some topics.
func unread(function string, topics ...string) wiring {
	return atFunction(function, func(c *bundle.Clients) { c.Parameters = unreadable{c.Parameters, topics} })
}

// frozen is SSM as it first was.
type frozen struct {
	outlook.Parameters
	first *ssm.GetParametersOutput
}

func (f *frozen) GetParameters(ctx context.Context, input *ssm.GetParametersInput, options ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	if f.first != nil {
		return f.first, nil
	}
	output, err := f.Parameters.GetParameters(ctx, input, options...)
	if err == nil {
		f.first = output
	}
	return output, err
}

// deserted is SSM with a count that found no worker, of the same minute.
type deserted struct{ outlook.Parameters }

func (d deserted) GetParameters(ctx context.Context, input *ssm.GetParametersInput, options ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	output, err := d.Parameters.GetParameters(ctx, input, options...)
	if err != nil {
		return nil, err
	}
	now := invocationOf(ctx).world.loop.Now()
	text, err := outlook.Outlook{}.Count(0, now.Add(-5*time.Minute)).Count(0, now).Encode()
	name := account.SecretsPrefix + "/" + secrets.Outlook
	output.Parameters = append(slices.DeleteFunc(output.Parameters, func(p types.Parameter) bool { return aws.ToString(p.Name) == name }),
		types.Parameter{Name: aws.String(name), Value: aws.String(text)})
	return output, err
}

// answersWith returns a wiring in which a function's answers are rewritten.
func answersWith(route string, rewrite func(path, document string) string) wiring {
	return stops(route, func(sound bundle.Stop, _ bundle.Clients) bundle.Stop {
		return func(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
			answer, err := sound(ctx, event)
			answer.Body = rewrite(event.RawPath, answer.Body)
			return answer, err
		}
	})
}

// forgetsRounds has every round of the wait answered as the first one.
func forgetsRounds(sound bundle.Stop, _ bundle.Clients) bundle.Stop {
	return func(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
		body, err := base64.StdEncoding.DecodeString(event.Body)
		if err != nil {
			return webhook.Answer{}, err
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return webhook.Answer{}, err
		}
		event.RawPath, event.Headers = "/hold", maps.Clone(event.Headers)
		event.Headers["x-twilio-signature"] = webhook.Sign(firstToken, account.BaseURL+event.RawPath, form)
		return sound(ctx, event)
	}
}

// TestPlantedDefectsOfOwnDesksAreFound breaks each rule about what callers hear on purpose.
func TestPlantedDefectsOfOwnDesksAreFound(t *testing.T) {
	t.Parallel()
	position := regexp.MustCompile(`You are number \d+ in line\.`)
	tests := []planted{
		{
			name:   "the survey does not know the numbers",
			wiring: unread("/survey", "numbers"),
			rule:   spokenTo,
			text:   "whose language is",
			within: 400,
		},
		{
			name: "the wait does not know the chosen language",
			wiring: answersWith("/enqueue", func(_, document string) string {
				return regexp.MustCompile(`/hold/(en|es|de)`).ReplaceAllString(document, "/hold")
			}),
			rule:   spokenTo,
			text:   "whose language is",
			within: 400,
		},
		{
			name: "a voice reads another language",
			wiring: answersWith("/hold", func(_, document string) string {
				return strings.ReplaceAll(document, `language="es-US"`, `language="de-DE"`)
			}),
			rule:   spokenTo,
			text:   "read as",
			within: 400,
		},
		{
			name: "a caller is expected to answer in another language",
			wiring: answersWith("/survey", func(_, document string) string {
				return regexp.MustCompile(`(<Gather[^>]*language=")es-US`).ReplaceAllString(document, "${1}en-US")
			}),
			rule:   spokenTo,
			text:   "expects the answer in",
			within: 400,
		},
		{
			name:   "hours are not read",
			wiring: unread("/enqueue", "hours"),
			rule:   keptHours,
			text:   "of the closed number",
			within: 400,
		},
		{
			name:   "an operator's closing is not read",
			wiring: unread("/enqueue", "closed"),
			rule:   keptHours,
			text:   "of the closed number",
			within: 400,
		},
		{
			name:   "a change is not read again",
			wiring: atFunction("/enqueue", func(c *bundle.Clients) { c.Parameters = &frozen{Parameters: c.Parameters} }),
			rule:   keptHours,
			within: 1200,
			from:   366,
		},
		{
			name: "an open number is closed",
			wiring: answersWith("/enqueue", func(_, document string) string {
				if strings.Contains(document, "<Enqueue") {
					return "<Response><Say>We are closed at the moment.</Say><Say>Goodbye.</Say><Hangup/></Response>"
				}
				return document
			}),
			rule:   keptHours,
			text:   "of the open number",
			within: 400,
		},
		{
			name: "every caller is next in line",
			wiring: answersWith("/hold", func(_, document string) string {
				return position.ReplaceAllString(document, "You are next in line.")
			}),
			rule:   trueNext,
			within: 400,
		},
		{
			name: "a short wait is said in every round",
			wiring: answersWith("/hold", func(_, document string) string {
				return strings.ReplaceAll(document, "Please stay on the line. We will take your call as soon as we can.", "The caller who was answered last waited a minute or less.")
			}),
			rule:   honestWait,
			within: 600,
			from:   127,
		},
		{
			name:   "an old count of workers is believed",
			wiring: atFunction("/enqueue", func(c *bundle.Clients) { c.Parameters = deserted{c.Parameters} }),
			rule:   trueAbsence,
			within: 600,
		},
		{
			name:   "the wait forgets what it has said",
			wiring: stops("/hold", forgetsRounds),
			rule:   sparing,
			within: 400,
		},
		{
			name: "a choice leads nowhere",
			wiring: answersWith("/enqueue", func(path, document string) string {
				return choose(strings.HasPrefix(path, "/enqueue/menu"), "<Response/>", document)
			}),
			rule:   menuAnswered,
			within: 400,
		},
		{
			name: "a closed desk hangs up",
			wiring: answersWith("/enqueue", func(_, document string) string {
				before, _, found := strings.Cut(document, "<Record")
				return choose(found, before+"<Hangup/></Response>", document)
			}),
			rule:   rules.Cared,
			text:   "without a goodbye",
			within: 400,
			from:   92,
		},
	}
	for _, test := range tests {
		test.isFound(t, false)
	}
}
