package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/shared/simulator/script"
)

// hostility has what other people and programs do in a world: operators, the customer's own TwiML,
// other programs in the workflow, a CRM that refuses callers, and scripts that edit attributes.
type hostility struct {
	operators []intervention
	ownTwiML  ownTwiML
	foreign   []foreignTask
	crm       crmTemper
	scripts   []attributeEdit
	patience  time.Duration // 0 = patienceOfPeople
	logs      bool          // the judge reads the log lines

	connect bool // CrmFailure is connect
}

// intervention is an operator who redirects a caller over REST.
type intervention struct {
	caller int // index
	after  time.Duration

	// afterQueue counts after from the first time that the caller leaves the queue, by * or after a
	// talk. Else after counts from the start of the world.
	afterQueue bool

	url string
}

// ownTwiML is how the customer's own TwiML enqueues a call, if at all.
type ownTwiML int

const (
	noTwiML    ownTwiML = iota // the number's VoiceUrl is /enqueue
	twoVerbs                   // a document with two <Enqueue>, the first of them without an action
	twoActions                 // the action URL of the first <Enqueue> redirects to /enqueue
)

// foreignTask is a task of another program in the workflow of the calls.
type foreignTask struct {
	after, timeout      time.Duration
	channel, attributes string

	// answered says that the program accepts the task's first reservation and later completes the
	// task.
	answered          bool
	accepts, finishes time.Duration // after the assignment callback; after accepting
}

// crmTemper says which requests the CRM refuses.
type crmTemper struct {
	status int // for every request about caller; 0 = none
	caller int

	from, until time.Duration // since the world's start; in this interval all requests get 503
}

// attributeEdit is a program that edits the attributes of a caller's task.
type attributeEdit struct {
	caller int
	after  time.Duration
	edit   edit
}

type edit int

const (
	replaceAttributes edit = iota
	dropCallSID
	zipIsNumber
	noCharacter      // U+FFFE and U+FFFF
	noUTF8           // a byte that is not UTF-8
	manyLetters      // 3,000 characters more
	otherAccount     // call_sid and account_sid of another account
	edits        int = iota
)

// Addresses that no function may use.
const (
	withheldNumber = "+266696687"
	premiumNumber  = "+19005550123"

	otherCallSID    = "CAffffffffffffffffffffffffffffffff"
	otherAccountSID = "ACffffffffffffffffffffffffffffffff"
)

// The customer's own documents.
const (
	customerURL = "https://customer.example"
	voicePath   = "/voice"
	afterPath   = "/after"
	backPath    = "/back"
)

// drawHostility adds hostility to a plan. It has its own random sequence, so that a seed's plan
// stays the same without it.
func (p *plan) drawHostility() {
	d := draws{rand.New(rand.NewPCG(p.seed, 40))}
	h := &hostility{logs: d.chance(0.25), connect: d.chance(0.25)}
	p.hostile = h
	for range d.IntN(4) {
		h.operators = append(h.operators, d.intervention(*p))
	}
	if d.chance(0.2) {
		h.ownTwiML = pick(d, twoVerbs, twoActions)
	}
	if d.chance(0.4) {
		for range 1 + d.IntN(4) {
			h.foreign = append(h.foreign, d.foreignTask())
		}
	}
	if d.chance(0.4) {
		p.crm = true
		h.crm = d.crmTemper(*p)
	}
	if d.chance(0.3) {
		h.scripts = append(h.scripts, attributeEdit{caller: d.IntN(len(p.callers)), after: d.span(0, time.Minute), edit: edit(d.IntN(edits))})
	}
	if d.chance(0.1) {
		h.patience = 14 * time.Minute
	}
	d.hostileAddresses(p)
}

func (d draws) intervention(p plan) intervention {
	caller := d.IntN(len(p.callers))
	o := intervention{caller: caller, after: p.callers[caller].after + d.span(0, 2*time.Minute), url: account.BaseURL + "/enqueue"}
	if d.chance(0.4) {
		o.after, o.afterQueue = d.span(0, 20*time.Second), true
	}
	if d.chance(0.3) {
		o.url = customerURL + backPath
	}
	return o
}

func (d draws) foreignTask() foreignTask {
	return foreignTask{
		after: d.span(0, 3*time.Minute), timeout: pick(d, 30*time.Second, 2*time.Minute, 5*time.Minute, 20*time.Minute),
		channel: pick(d, "chat", "chat", "default", "voice", "sms"), attributes: `{"skill":"billing"` + d.foreignAttributes() + `}`,
		answered: d.chance(0.6), accepts: d.span(0, 5*time.Second), finishes: d.span(time.Second, time.Minute),
	}
}

func (d draws) foreignAttributes() string {
	return pick(d,
		`,"channelType":"web","customerName":"Zoë"`,
		`,"type":"callback","from":"+14155550177","to":"+12065550100"`,
		`,"call_sid":"n/a"`,
		`,"call_sid":""`,
		`,"call_sid":null`,
		`,"call_sid":7`,
		`,"call_sid":"CA1/../../IncomingPhoneNumbers"`,
		`,"call_sid":"`+strings.Repeat("CA", 1000)+`"`,
		`,"call_sid":"`+otherCallSID+`","account_sid":"`+otherAccountSID+`","direction":"inbound","from":"+14155550177","to":"+12065550100"`,
	)
}

func (d draws) crmTemper(p plan) crmTemper {
	if d.chance(0.3) {
		from := d.span(0, time.Minute)
		return crmTemper{from: from, until: from + d.span(5*time.Second, time.Minute)}
	}
	return crmTemper{caller: d.IntN(len(p.callers)), status: pick(d, 404, 422, 400, 500)}
}

// hostileAddresses gives some callers and workers addresses that are not numbers.
func (d draws) hostileAddresses(p *plan) {
	for n := range p.callers {
		if d.chance(0.25) {
			p.callers[n].from = pick(d, withheldNumber, withheldNumber, "anonymous", "client:anna", "sip:bob@example.com")
			p.callers[n].withoutTo = p.callers[n].isAddress()
		}
	}
	for n := range p.workers {
		if d.chance(0.1) {
			contact := "client:agent" + fmt.Sprint(n)
			p.workers[n].contact = contact
			p.workers[n].attributes = `{"contact_uri":"` + contact + `","Contact_URI":"` + premiumNumber + `","skills":["billing"]}`
		}
	}
}

// isAddress reports whether the call comes from the Voice SDK or over SIP.
func (c caller) isAddress() bool {
	return strings.HasPrefix(c.from, "client:") || strings.HasPrefix(c.from, "sip:")
}

// to returns the number that the caller dials. A Voice SDK or SIP call may have no To.
func (c caller) to() string {
	if c.withoutTo {
		return ""
	}
	return choose(c.second, secondNumber, account.OurNumber)
}

// edited returns a task's attributes after the edit.
func (e edit) edited(attributes, callSID string) string {
	with := func(field string) string { return `{` + field + `,` + strings.TrimPrefix(attributes, `{`) }
	switch e {
	case replaceAttributes:
		return `{"customer":"gold"}`
	case dropCallSID:
		return strings.ReplaceAll(attributes, `"call_sid"`, `"former_sid"`)
	case zipIsNumber:
		return strings.ReplaceAll(attributes, `"from_zip":"94105"`, `"from_zip":94105`)
	case noCharacter:
		return with("\"note\":\"\ufffe\uffff\"")
	case noUTF8:
		return with("\"note\":\"\xff\"")
	case manyLetters:
		return with(`"note":"` + strings.Repeat("é", 3000) + `"`)
	case otherAccount:
		return strings.NewReplacer(callSID, otherCallSID, account.SID, otherAccountSID).Replace(attributes)
	}
	return attributes
}

// losesCall reports whether the edit removes the call's SID from the task.
func (e edit) losesCall() bool {
	return e == replaceAttributes || e == dropCallSID || e == otherAccount
}

// connects reports whether the functions call workers although the CRM step failed.
func (p plan) connects() bool { return p.hostile != nil && p.hostile.connect }

// patience returns the time after which every caller hangs up.
func (p plan) patience() time.Duration {
	if p.hostile != nil && p.hostile.patience > 0 {
		return p.hostile.patience
	}
	return patienceOfPeople
}

// premium is the phone at the premium number. It answers, so that the judge sees a call to it.
func premium() script.Phone { return script.AnswersAfter(time.Second, script.StaysOn()) }
