package doctor

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/twilio/twilio-go/client"
	messaging "github.com/twilio/twilio-go/rest/messaging/v1"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/shared/taskrouter"
)

const textPlace = "Console → Phone Numbers → %s → Messaging"

// sender is the messaging service that NotifyFrom names
// (https://www.twilio.com/docs/messaging/api/service-resource).
type sender struct {
	Name       string
	InboundURL string // for texts to its numbers; "" where each number has its own
}

func readSender(ctx context.Context, c *account.Client, sid string) (found sender, err error) {
	err = c.Do(ctx, "fetch messaging service "+sid, func(rest client.BaseClient) error {
		shown, err := messaging.NewApiServiceWithClient(rest).FetchService(sid)
		if err == nil {
			found = sender{Name: value(shown.FriendlyName), InboundURL: value(shown.InboundRequestUrl)}
			if value(shown.UseInboundWebhookOnNumber) {
				found.InboundURL = ""
			}
		}
		return err
	})
	return found, err
}

// checkDutyURL checks the numbers that workers call to sign on and off. There may be none.
func (e *evidence) checkDutyURL() []Finding {
	if e.urls.DutyURL == "" {
		return finding(Skipped, "", "the stack has no output DutyUrl", "")
	}
	var findings []Finding
	for _, each := range e.account.Numbers {
		if deployment.WithoutFragment(each.VoiceURL) != e.urls.DutyURL {
			continue
		}
		finding := Finding{
			Level: Error, Subject: each.Number,
			Remedy: fmt.Sprintf(numberPlace, each.Number) + ": A call comes in, Webhook, HTTP POST " + e.urls.DutyURL,
		}
		switch {
		case each.TrunkSID != "" || each.ApplicationSID != "":
			finding.Detail = "calls go to a SIP trunk or a TwiML app; the voice URL is not used"
		case each.VoiceMethod != http.MethodPost:
			finding.Detail = "Twilio calls the voice URL with " + each.VoiceMethod + "; the stack only answers POST"
		default:
			finding = Finding{Level: OK, Subject: each.Number,
				Detail: "workers sign on and off by phone: POST " + each.VoiceURL}
		}
		findings = append(findings, finding)
	}
	if len(findings) == 0 {
		return finding(OK, counted(len(e.account.Numbers), "phone number"),
			"none for workers to sign on and off by phone (optional)",
			fmt.Sprintf(numberPlace,
				"another number")+": A call comes in, Webhook, HTTP POST "+e.urls.DutyURL+", or twilioctl apply with duty: true")
	}
	return findings
}

// checkMessageURL checks the numbers that workers text to sign on and off. There may be none.
func (e *evidence) checkMessageURL() []Finding {
	if e.urls.MessageURL == "" {
		return finding(Skipped, "", "the stack has no output MessageUrl", "")
	}
	var findings []Finding
	for _, each := range e.account.Numbers {
		if strings.HasPrefix(each.TextURL, e.base()+"/") {
			findings = append(findings, e.messageURL(each))
		}
	}
	if service := e.sender.value; deployment.WithoutFragment(service.InboundURL) == e.urls.MessageURL {
		findings = append(findings, ok("messaging service "+service.Name,
			"workers sign on and off by text: "+service.InboundURL)...)
	}
	if len(findings) == 0 {
		return finding(OK, counted(len(e.account.Numbers), "phone number"),
			"none for workers to sign on and off by text (optional)",
			fmt.Sprintf(textPlace,
				"your number")+": A message comes in, Webhook, HTTP POST "+e.urls.MessageURL+", or twilioctl apply with texts: true")
	}
	return findings
}

func (e *evidence) messageURL(n account.Number) Finding {
	finding := Finding{
		Level: Error, Subject: n.Number,
		Remedy: fmt.Sprintf(textPlace, n.Number) + ": A message comes in, Webhook, HTTP POST " + e.urls.MessageURL,
	}
	switch {
	case deployment.WithoutFragment(n.TextURL) != e.urls.MessageURL:
		finding.Detail = fmt.Sprintf("the message URL is %q, the stack's is %s", n.TextURL, e.urls.MessageURL)
	case n.TextApplicationSID != "":
		finding.Detail = "messages go to TwiML app " + n.TextApplicationSID + "; the message URL is not used"
	case n.TextMethod != http.MethodPost:
		finding.Detail = "Twilio calls the message URL with " + n.TextMethod + "; the stack only answers POST"
	case !n.Texts:
		finding.Detail = "cannot receive texts"
	default:
		return Finding{Level: OK, Subject: n.Number, Detail: "workers sign on and off by text: POST " + n.TextURL}
	}
	return finding
}

// checkNotifyFrom requires that the account can send texts from NotifyFrom.
func (e *evidence) checkNotifyFrom() []Finding {
	from := e.parameter("NotifyFrom")
	subject := "NotifyFrom " + from
	remedy := "sam deploy with NotifyFrom as a number of the account that can send texts, a messaging service, or empty"
	switch {
	case from == "":
		return ok("NotifyFrom", "empty: Switchboard sends no text to a worker whom it signs off after missed calls")
	case taskrouter.ValidSID("MG", from) && e.sender.err != nil:
		return unreadable(subject, e.sender.err, remedy)
	case taskrouter.ValidSID("MG", from):
		return ok(subject, "messaging service "+e.sender.value.Name)
	}
	for _, each := range e.account.Numbers {
		switch {
		case each.Number != from:
		case !each.Texts:
			return finding(Error, subject, "the number cannot send texts: workers who are signed off get no text",
				remedy)
		default:
			return ok(subject, "a number of the account that can send texts")
		}
	}
	return finding(Error, subject, "not a number of the account: workers who are signed off get no text", remedy)
}
