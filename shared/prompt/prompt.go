// Package prompt has what callers hear, in each language, and lets a desk replace it.
package prompt

import (
	"slices"

	"switchboard/shared/twiml"
)

// Name is a prompt's, as a desk writes it in its file.
type Name string

// In the order in which a caller may hear them.
const (
	Closed      Name = "closed"
	ClosedToday Name = "closed_today" // {reason}
	NoWorkers   Name = "no_workers"   // no worker takes calls
	Connecting  Name = "connecting"   // to another number
	MenuAgain   Name = "menu_again"   // the caller's key or word was none of the menu's

	Waiting       Name = "waiting"
	NextInLine    Name = "next_in_line"
	Position      Name = "position"          // {position}, from 2
	WaitOneMinute Name = "wait_one_minute"   // or less
	WaitOneToTwo  Name = "wait_one_to_two"   // minutes
	WaitMinutes   Name = "wait_minutes"      // between {from_minutes} and {minutes}, from 2
	WaitOverHour  Name = "wait_over_an_hour" // Book.Wait says which of the four
	StillWaiting  Name = "still_waiting"     // between pieces of music, after the first
	LongWait      Name = "long_wait"         // before what is offered instead of waiting on
	OfferNumber   Name = "offer_number"      // another phone number, on 2
	OfferCallback Name = "offer_callback"    // on 1
	OfferMessage  Name = "offer_message"     // on star

	CallbackNumber  Name = "callback_number"   // {number}: whom we would call; before callback_keys
	CallbackKeys    Name = "callback_keys"     // 1 confirms, 2 is for another number
	CallbackEnter   Name = "callback_enter"    // the number, by keys
	CallbackWrong   Name = "callback_wrong"    // we do not call that number
	CallbackPromise Name = "callback_promise"  // the call back is arranged
	CallbackOpening Name = "callback_opening"  // the same, for when the desk is open
	CallbackListed  Name = "callback_listed"   // the number has a call back already; after it, keep_callback
	KeepCallback    Name = "keep_callback"     // 1 keeps it; who waits on gives it up
	CallbackFailed  Name = "callback_failed"   // we could not arrange it
	CallbackTooLate Name = "callback_too_late" // a worker is being connected

	Busy            Name = "busy"       // no caller can be queued or served now
	NotTaken        Name = "not_taken"  // the caller chose not to wait
	Apology         Name = "apology"    // we failed
	CallAgain       Name = "call_again" // no message can be taken
	RecordingNotice Name = "recording_notice"
	AskMessage      Name = "ask_message"
	NoMessage       Name = "no_message"        // the caller recorded nothing
	MessageKeys     Name = "message_keys"      // 1 sends it, 2 plays it, 3 records it again
	MessageNotReady Name = "message_not_ready" // it cannot be played yet
	MessageSent     Name = "message_sent"

	Score      Name = "score"
	ScoreAgain Name = "score_again"
	Remark     Name = "remark"
	Thanks     Name = "thanks"
	Goodbye    Name = "goodbye"
)

// Placeholders that are no task attributes. Each has a value in its prompts only.
const (
	position    = "position"
	fromMinutes = "from_minutes"
	minutes     = "minutes"
	reason      = "reason"
	number      = "number"
)

// prompts are all prompts, each with its placeholders, with a space between two.
var prompts = []struct {
	name         Name
	placeholders string
}{
	{Closed, ""}, {ClosedToday, reason}, {NoWorkers, ""}, {Connecting, ""}, {MenuAgain, ""},
	{Waiting, ""}, {NextInLine, ""}, {Position, position},
	{WaitOneMinute, ""}, {WaitOneToTwo, ""}, {WaitMinutes, fromMinutes + " " + minutes}, {WaitOverHour, ""},
	{StillWaiting, ""}, {LongWait, ""}, {OfferNumber, ""}, {OfferCallback, ""}, {OfferMessage, ""},
	{CallbackNumber, number}, {CallbackKeys, ""}, {CallbackEnter, ""}, {CallbackWrong, ""}, {CallbackPromise, ""}, {CallbackOpening, ""},
	{CallbackListed, ""}, {KeepCallback, ""}, {CallbackFailed, ""}, {CallbackTooLate, ""},
	{Busy, ""}, {NotTaken, ""}, {Apology, ""}, {CallAgain, ""}, {RecordingNotice, ""}, {AskMessage, ""}, {NoMessage, ""},
	{MessageKeys, ""}, {MessageNotReady, ""}, {MessageSent, ""},
	{Score, ""}, {ScoreAgain, ""}, {Remark, ""}, {Thanks, ""}, {Goodbye, ""},
}

// Names returns the names of all prompts.
func Names() []Name {
	names := make([]Name, len(prompts))
	for i, prompt := range prompts {
		names[i] = prompt.name
	}
	return names
}

// Own is what a desk says in its own way. The zero Own changes nothing.
type Own struct {
	// Voice is as <Say> takes it, such as Polly.Lupe-Neural; "" = the account's.
	Voice string
	// Texts replace prompts. One that begins with https:// is the URL of a recording; "" leaves the
	// prompt out.
	Texts map[Name]string
}

// Book has what callers hear in one language. The zero Book is English.
type Book struct {
	language *language // nil = English
	own      Own
}

// For returns the book of a language with a desk's own words in it. An unknown language is English.
// The book keeps own.Texts: do not change it.
func For(name Language, own Own) Book {
	if i := slices.IndexFunc(languages, func(l *language) bool { return l.name == name }); i >= 0 {
		return Book{languages[i], own}
	}
	return Book{&english, own}
}

// Line returns a prompt with the values of its placeholders, by their names without braces. A
// sentence with a placeholder that has no value is left out. A desk's own text that Check refuses
// is not said; the language's is.
func (b Book) Line(name Name, values map[string]string) twiml.Line {
	if own, found := b.own.Texts[name]; found {
		if line, err := b.fill(own, values); err == nil {
			return line
		}
	}
	line, _ := b.fill(b.words().texts[name], values) // which a test reads
	return line
}

// Say returns a desk's text that is no prompt, in the book's language and voice: of a menu or a
// question. It is a recording or has placeholders, as a prompt has. A text that CheckText refuses
// is said as it stands.
func (b Book) Say(text string, values map[string]string) twiml.Line {
	line, err := b.fill(text, values)
	if err != nil {
		return b.line(text)
	}
	return line
}

// Locale is the language in which callers answer, as <Gather> takes it; "" = Twilio's default,
// en-US.
func (b Book) Locale() string { return b.words().locale }

func (b Book) words() *language {
	if b.language == nil {
		return &english
	}
	return b.language
}
