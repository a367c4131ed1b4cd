package plan

import (
	"fmt"
	"slices"
	"strings"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/workspacefile"
)

func (p *planner) numbers() {
	if !slices.ContainsFunc(p.File.OfAccount(), func(n workspacefile.Number) bool { return !n.Duty }) {
		p.warn("the file has no numbers for callers, so no call reaches the queue")
	}
	byNumber := map[string]account.Number{}
	var all []string
	for _, n := range p.actual.Numbers {
		byNumber[n.Number] = n
		all = append(all, n.Number)
	}
	for _, n := range p.File.OfAccount() {
		found, exists := byNumber[n.Number]
		if !exists {
			p.plan.Blocked = append(p.plan.Blocked,
				fmt.Sprintf("the account has no number %s; it has %s", n.Number, orNone(all)))
			continue
		}
		p.number(n, found)
	}
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none: buy one in the console"
	}
	return strings.Join(names, ", ")
}

func (p *planner) number(n workspacefile.Number, found account.Number) {
	var f fields
	stacks := p.URLs.VoiceURL
	if n.Duty {
		stacks = p.stacks("DutyUrl", p.URLs.DutyURL, found)
	}
	url := withOverrides(n.VoiceURL, stacks, n.Overrides)
	if url != "" {
		f.text("VoiceUrl", found.VoiceURL, url)
		f.text("VoiceMethod", found.VoiceMethod, "POST")
		// Twilio ignores the voice URL of a number with one of these
		// (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource).
		f.text("VoiceApplicationSid", found.ApplicationSID, "")
		f.text("TrunkSid", found.TrunkSID, "")
	}
	fallback := found.FallbackURL
	if n.FallbackURL != "" {
		fallback = n.FallbackURL
		// Twilio rejects a fallback without a voice URL
		// (https://www.twilio.com/docs/api/errors/21405).
		if url != "" || found.VoiceURL != "" {
			f.text("VoiceFallbackUrl", found.FallbackURL, fallback)
		}
	}
	p.texts(&f, n, found)
	switch {
	case n.Duty: // workers do not need a fallback
	case fallback == "":
		p.warn("number %s has no fallback_url: if the stack fails, callers hear Twilio's application error; use a TwiML Bin that asks them to call again", found.Number)
	case url != "" && deployment.WithoutFragment(fallback) == deployment.WithoutFragment(url):
		p.warn("number %s has its voice URL as its fallback, which fails with it", found.Number)
	}
	p.change(Change{Action: Update, Kind: account.KindNumber, Name: found.Number, SID: found.SID, Fields: f})
}

// stacks returns the stack's URL of an output, and warns if the stack is of an older version
// without it.
func (p *planner) stacks(output, url string, found account.Number) string {
	if url == "" && p.Stack != nil {
		p.warn("number %s stays unchanged: %s has no output %s", found.Number, p.Stack.Source, output)
	}
	return url
}

// texts plans that the number's texts go to the stack. It adds no connection overrides: a retry
// could answer a text twice.
func (p *planner) texts(f *fields, n workspacefile.Number, found account.Number) {
	if !n.Texts {
		return
	}
	url := p.stacks("MessageUrl", p.URLs.MessageURL, found)
	if url == "" {
		return
	}
	if deployment.WithoutFragment(found.TextURL) != url {
		f.text("SmsUrl", found.TextURL, url)
	}
	f.text("SmsMethod", found.TextMethod, "POST")
	// Twilio ignores the message URL of a number with an application
	// (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource).
	f.text("SmsApplicationSid", found.TextApplicationSID, "")
	if !found.Texts {
		p.warn("number %s cannot receive texts", found.Number)
	}
}
