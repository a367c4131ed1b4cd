package simulator

import (
	"strings"
	"unicode/utf16"
)

// Words that Twilio handles itself, as the whole text and in any case
// (https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out).
const (
	optOutWords = "STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT"
	optInWords  = "START YES UNSTOP"
	helpWords   = "HELP INFO"
)

// Twilio's answers to these words.
const (
	optOutReply = "You have successfully been unsubscribed. You will not receive any more messages from this number. " +
		"Reply START to resubscribe."
	optInReply = "You have successfully been re-subscribed to messages from this number. Reply HELP for help. " +
		"Reply STOP to unsubscribe. Msg&Data Rates May Apply."
	helpReply = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)

// tollFreeAreas are the area codes of North America's toll-free numbers. There the network itself
// blocks texts, and only START and UNSTOP unblock them.
const tollFreeAreas = "800 833 844 855 866 877 888"

// optOut is a person's opt-out from a sender: a Messaging Service, or else a number.
type optOut struct{ sender, person string }

// optOutOf returns the key of a person's opt-out from a number or its Messaging Service.
func optOutOf(service *MessagingService, number, person string) optOut {
	if service != nil {
		return optOut{service.SID, person}
	}
	return optOut{number, person}
}

// takeWord records an opt-out or opt-in, and sends Twilio's own answer. Twilio does not answer a
// second STOP, or START from a person who already gets texts (?).
func (t *Twilio) takeWord(m *message) {
	word, key := strings.ToUpper(strings.TrimSpace(m.body)), optOutOf(m.service, m.to, m.from)
	out, reply := t.optedOut[key], ""
	switch {
	case has(optOutWords, word):
		m.optOutType = "STOP"
		t.optedOut[key] = true
		if !out {
			reply = optOutReply
		}
	case has(optInWords, word):
		m.optOutType = "START"
		if word == "YES" && isTollFree(m.to) {
			return
		}
		delete(t.optedOut, key)
		if out {
			reply = optInReply
		}
	case has(helpWords, word):
		m.optOutType, reply = "HELP", helpReply
	}
	if reply != "" {
		own := t.newText(m.to, m.from, reply, textReply, textQueued)
		own.service = m.service
		t.postText(own)
	}
}

func isTollFree(number string) bool {
	return strings.HasPrefix(number, "+1") && len(number) > 4 && has(tollFreeAreas, number[2:5])
}

// OptedOut reports whether a person has opted out of texts from a number of the account.
func (t *Twilio) OptedOut(person, number string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.optedOut[optOutOf(t.serviceOf(number), number, person)]
}

// The characters of GSM 03.38; a character of the second list takes two places
// (https://www.twilio.com/docs/glossary/what-is-gsm-7-character-encoding).
const (
	gsm7 = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿" +
		"abcdefghijklmnopqrstuvwxyzäöñüà"
	gsm7Extended = "^{}\\[~]|€\f"
)

// segments returns the number of messages that a text is sent in.
func segments(body string) int {
	places, single, part := 0, 160, 153
	for _, r := range body {
		switch {
		case strings.ContainsRune(gsm7, r):
			places++
		case strings.ContainsRune(gsm7Extended, r):
			places += 2
		default:
			single, part = 70, 67
		}
	}
	if single == 70 {
		places = len(utf16.Encode([]rune(body)))
	}
	if places <= single {
		return 1
	}
	return (places + part - 1) / part
}
