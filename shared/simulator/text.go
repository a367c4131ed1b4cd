package simulator

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Directions and statuses of texts (https://www.twilio.com/docs/messaging/api/message-resource).
const (
	textOverAPI = "outbound-api"
	textReply   = "outbound-reply"

	textReceived    = "received"
	textAccepted    = "accepted" // for a Messaging Service that has not chosen a number yet
	textQueued      = "queued"
	textSent        = "sent"
	textDelivered   = "delivered"
	textUndelivered = "undelivered"
	textFailed      = "failed"
)

// Times that a text takes if nothing delays it.
const (
	textQueue    = time.Second
	textDelivery = 2 * time.Second
)

// validityOver is the error of a text whose ValidityPeriod ends before Twilio can send it.
const validityOver = 30036

// maxValidity is the maximum ValidityPeriod, and the default.
const maxValidity = 36000 * time.Second

// message is a text (SMS), in either direction.
type message struct {
	sid, from, to, body string
	direction, status   string
	service             *MessagingService // nil = none
	optOutType          string            // of a text from a person: STOP, START or HELP
	errorCode           int

	created, updated, sent, ended time.Time
	callback                      string // URL of status callbacks
	validity                      time.Duration
	outcome                       Texting
}

// Texting is the result of a text that the application sends. The zero value delivers the text.
type Texting struct {
	// Refused is the error of POST Messages, HTTP 400: for example 21211, 21408, 21610, 21612 or
	// 21614. For a TwiML reply it is a debugger entry.
	Refused int
	// ErrorCode is the reason why the text is undelivered: for example 30003, 30006, 30007 or
	// 30034.
	ErrorCode int
	// Failed sets the status of a text with an ErrorCode to failed, before it is sent, instead of
	// undelivered, after it is sent.
	Failed bool
	// Delay is added to the time in the queue. Beyond the ValidityPeriod the text fails with 30036.
	Delay time.Duration
}

// SetTexting sets the results of texts to a number or, for a number of the account, from it: the
// first text has the first result, and so on; the last one repeats. Results for the recipient's
// number take precedence over those for the sender's.
func (t *Twilio) SetTexting(number string, outcomes ...Texting) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.texting[number] = slices.Clone(outcomes)
}

// outcomeOf removes and returns the result of the next text between two numbers.
func (t *Twilio) outcomeOf(from, to string) Texting {
	for _, number := range [...]string{to, from} {
		outcomes := t.texting[number]
		if len(outcomes) > 1 {
			t.texting[number] = outcomes[1:]
		}
		if len(outcomes) > 0 {
			return outcomes[0]
		}
	}
	return Texting{}
}

// MessagingService is a Messaging Service with a pool of the account's numbers.
type MessagingService struct {
	// SID, if empty, is derived from the account and the numbers.
	SID string
	// Numbers is the pool; the service sends from the first.
	Numbers []string
	// InboundURL receives the texts to the pool's numbers; the default is each number's own SMSURL.
	// InboundMethod is POST by default.
	InboundURL, InboundMethod string
}

// AddMessagingService adds a Messaging Service and returns its SID, MG….
func (t *Twilio) AddMessagingService(s MessagingService) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.SID == "" {
		s.SID = derivedSID("MG", t.cfg.AccountSID+strings.Join(s.Numbers, " "))
	}
	s.InboundMethod = cmp.Or(s.InboundMethod, http.MethodPost)
	s.Numbers = slices.Clone(s.Numbers)
	t.services = append(t.services, &s)
	return s.SID
}

// serviceOf returns the Messaging Service of a number, nil if it has none.
func (t *Twilio) serviceOf(number string) *MessagingService {
	for _, s := range t.services {
		if slices.Contains(s.Numbers, number) {
			return s
		}
	}
	if t.cfg.Readings.TextsThroughService {
		return &MessagingService{SID: derivedSID("MG", t.cfg.AccountSID)}
	}
	return nil
}

func (t *Twilio) newText(from, to, body, direction, status string) *message {
	now := t.loop.Now()
	m := &message{
		sid: t.sids.next("SM"), from: from, to: to, body: body, direction: direction, status: status,
		created: now, updated: now, validity: maxValidity,
	}
	t.texts = append(t.texts, m)
	return m
}

// SendText sends a text from a person to a number of the account. A number that the account does
// not have is a Problem.
func (t *Twilio) SendText(from, to, body string) { t.SendTextAfter(0, from, to, body) }

// SendTextAfter sends the text of SendText d from now.
func (t *Twilio) SendTextAfter(d time.Duration, from, to, body string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.planned++
	t.after(d, func() {
		t.planned--
		t.receiveText(from, to, body)
	})
}

// receiveText receives a person's text: Twilio answers the words that it handles itself, and sends
// every text to the number's SmsUrl, or to its Messaging Service's.
func (t *Twilio) receiveText(from, to, body string) {
	m := t.newText(from, to, body, inbound, textReceived)
	m.sent, m.ended = m.created, m.created
	t.traceText(m, "person %s texts %s: %s", from, to, body)
	number := t.numbers[to]
	switch {
	case number == nil:
		t.problem(nil, "%s sent a text to %s, which is not a number of this account", from, to)
		return
	case number.NoSMS:
		t.problem(nil, "%s sent a text to %s, which has no SMS", from, to)
		return
	}
	m.service = t.serviceOf(to)
	t.takeWord(m)
	f := textFetch{what: "text", method: number.SMSMethod, url: number.SMSURL}
	if m.service != nil && m.service.InboundURL != "" {
		f.method, f.url = m.service.InboundMethod, m.service.InboundURL
	}
	if f.url != "" {
		t.fetchReply(m, f)
	}
}

// postText sends a text to a person.
func (t *Twilio) postText(m *message) {
	t.planned++
	t.traceText(m, "Twilio takes a text to %s: %s", m.to, m.body)
	if m.outcome.Delay+textQueue > m.validity {
		t.after(m.validity, func() { t.endText(m, textFailed, validityOver) })
		return
	}
	t.after(m.outcome.Delay+textQueue, func() {
		if m.from == "" {
			m.from = m.service.Numbers[0]
		}
		if m.outcome.ErrorCode != 0 && m.outcome.Failed {
			t.endText(m, textFailed, m.outcome.ErrorCode)
			return
		}
		m.sent = t.loop.Now()
		t.setTextStatus(m, textSent)
		t.after(textDelivery, func() {
			if m.outcome.ErrorCode != 0 {
				t.endText(m, textUndelivered, m.outcome.ErrorCode)
				return
			}
			t.endText(m, textDelivered, 0)
		})
	})
}

// endText sets a text's last status.
func (t *Twilio) endText(m *message, status string, code int) {
	t.planned--
	m.ended, m.errorCode = t.loop.Now(), code
	if status == textDelivered {
		t.traceText(m, "person %s receives a text from %s: %s", m.to, m.from, m.body)
	} else {
		t.traceText(m, "person %s does not receive a text: %s, error %d", m.to, status, code)
	}
	t.setTextStatus(m, status)
}

// setTextStatus changes a text's status and reports it to the status callback
// (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status).
func (t *Twilio) setTextStatus(m *message, status string) {
	m.status, m.updated = status, t.loop.Now()
	if m.callback == "" {
		return
	}
	params := url.Values{
		"MessageSid": {m.sid}, "SmsSid": {m.sid}, "MessageStatus": {status}, "SmsStatus": {status}, "From": {m.from}, "To": {m.to},
		"AccountSid": {t.cfg.AccountSID}, "ApiVersion": {"2010-04-01"},
	}
	m.setService(params)
	if m.errorCode != 0 {
		params.Set("ErrorCode", strconv.Itoa(m.errorCode))
	}
	t.notify(webhook{
		what: "text status " + status, method: http.MethodPost, url: m.callback, params: params, limit: textLimit, text: m,
	})
}

func (m *message) setService(f url.Values) {
	if m.service != nil {
		f.Set("MessagingServiceSid", m.service.SID)
	}
}
