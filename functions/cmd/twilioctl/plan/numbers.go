package plan

import (
	"fmt"
	"slices"
	"strings"

	"switchboard/functions/cmd/twilioctl/account"
	"switchboard/functions/cmd/twilioctl/deployment"
	"switchboard/functions/cmd/twilioctl/workspacefile"
)

func (p *planner) numbers() {
	if !slices.ContainsFunc(p.File.Numbers, func(n workspacefile.Number) bool { return !n.Duty }) {
		p.warn("the file has no numbers for callers, so no call comes to the queue")
	}
	byNumber := map[string]account.Number{}
	var all []string
	for _, n := range p.actual.Numbers {
		byNumber[n.Number] = n
		all = append(all, n.Number)
	}
	for _, n := range p.File.Numbers {
		found, exists := byNumber[n.Number]
		if !exists {
			p.plan.Blocked = append(p.plan.Blocked, fmt.Sprintf("the account has no number %s; it has %s", n.Number, orNone(all)))
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
		// With one of these the number does not ask its voice URL (docs/phone-numbers/api/incomingphonenumber-resource).
		f.text("VoiceApplicationSid", found.ApplicationSID, "")
		f.text("TrunkSid", found.TrunkSID, "")
	}
	fallback := found.FallbackURL
	if n.FallbackURL != "" {
		fallback = n.FallbackURL
		// A number that has no voice URL takes no fallback (docs/api/errors/21405).
		if url != "" || found.VoiceURL != "" {
			f.text("VoiceFallbackUrl", found.FallbackURL, fallback)
		}
	}
	p.texts(&f, n, found)
	switch {
	case n.Duty: // a worker calls again
	case fallback == "":
		p.warn("number %s has no fallback_url: while the stack is down its callers hear Twilio's application error; a TwiML Bin that asks to call again will do", found.Number)
	case url != "" && deployment.WithoutFragment(fallback) == deployment.WithoutFragment(url):
		p.warn("number %s has the same URL as its fallback: what fails once fails twice", found.Number)
	}
	p.change(Change{Action: Update, Kind: account.KindNumber, Name: found.Number, SID: found.SID, Fields: f})
}

// stacks is the stack's URL of an output, which a stack of before does not have.
func (p *planner) stacks(output, url string, found account.Number) string {
	if url == "" && p.Stack != nil {
		p.warn("number %s is left as it is: %s has no output %s", found.Number, p.Stack.Source, output)
	}
	return url
}

// texts has the number's texts come to the stack. It adds no connection overrides: a text is
// answered once.
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
	// With one the number does not ask its URL (docs/phone-numbers/api/incomingphonenumber-resource).
	f.text("SmsApplicationSid", found.TextApplicationSID, "")
	if !found.Texts {
		p.warn("number %s can receive no texts", found.Number)
	}
}
