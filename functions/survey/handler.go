// Package survey answers Enqueue's action URL, which Twilio requests when a caller has left the
// queue. The caller gets a survey after a talk, a mailbox if there was none, or nothing if they
// hung up.
package survey

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"switchboard/shared/failure"
	"switchboard/shared/ledger"
	"switchboard/shared/metric"
	"switchboard/shared/prompt"
	"switchboard/shared/recording"
	"switchboard/shared/requests"
	"switchboard/shared/settings"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// Ledger records how the caller left the queue and what they said.
type Ledger interface {
	LeftQueue(ctx context.Context, call, result string, callEnded bool) (ledger.Call, error)
	MarkBridgesCallerLeft(ctx context.Context, refs ...ledger.Ref) error
	Overflowed(ctx context.Context, call string, why failure.Failure) error
	Scored(ctx context.Context, call string, points int) error
	Remarked(ctx context.Context, call, recording string) error
	LeftVoicemail(ctx context.Context, call, recording string) error
	Recording(ctx context.Context, sid string) (ledger.Recording, error)
	SendRecording(ctx context.Context, sid, call string) (made bool, err error)
	DiscardRecording(ctx context.Context, sid, call string) (made bool, err error)
	Answered(ctx context.Context, call, question, answer string) error
	ByCall(ctx context.Context, sid string) (call ledger.Call, found bool, err error)
	WantsElsewhere(ctx context.Context, call string) error
	CallbackOf(ctx context.Context, number string) (call ledger.Call, open bool, err error)
}

// Requests arranges call backs, and ends them.
type Requests interface {
	Wish(ctx context.Context, known ledger.Call, r ledger.Request) (requests.Answer, error)
	Promise(ctx context.Context, r ledger.Request) (requests.Answer, error)
	CallerLeft(ctx context.Context, key string, open bool) (promised bool, err error)
	Withdraw(ctx context.Context, key, why string) error
	WithdrawOf(ctx context.Context, number, why string) error
}

// Twilio ends worker calls (CancelCall only those that were not answered), and reads who waits.
type Twilio interface {
	CancelCall(ctx context.Context, sid string) error
	EndCall(ctx context.Context, sid string) error
	Waiting(ctx context.Context, call string) (bool, error)
}

// Settings returns the desk's settings, from memory while they are fresh.
type Settings interface {
	Get(ctx context.Context) settings.Settings
}

// Recordings has recordings copied.
type Recordings interface {
	Send(ctx context.Context, work recording.Work, delay time.Duration) error
}

// Files makes links to copied recordings.
type Files interface {
	Link(ctx context.Context, key string, life time.Duration) (string, error)
}

// Handler answers POST /survey and the stops below it: overflow for a caller whose task has ended,
// overflow/{step}/{failure} for one who could not be served, score, score/again and remark for the
// two questions, question/{name}/{try} for those of the desk's own, voicemail and what is below it
// for a message, recorded/{kind} for a recording's status, number and dialed for a caller who
// wants another number, and those below callback for one who wants to be called back, whether they
// have left the queue or not. All stops exist below a language, too: /survey/es/score.
type Handler struct {
	Edge       webhook.Edge
	Ledger     Ledger
	Twilio     Twilio
	Settings   Settings
	Recordings Recordings
	Files      Files
	Requests   Requests
	Metrics    *metric.Recorder
	Now        func() time.Time
	Logger     *slog.Logger
}

// Handle implements the Lambda function.
func (h Handler) Handle(ctx context.Context, event webhook.Event) (webhook.Answer, error) {
	return h.Edge.Serve(ctx, event, h.route)
}

func (h Handler) route(ctx context.Context, request webhook.Request) webhook.Answer {
	if !taskrouter.ValidSID("CA", request.Form.Get("CallSid")) {
		return webhook.Malformed()
	}
	caller := callerRequest{
		handler: h, request: request, call: request.Form.Get("CallSid"), base: "/survey",
		log: h.Logger.With("call_sid", request.Form.Get("CallSid")),
	}
	if caller.contradicts() {
		return webhook.Malformed()
	}
	segments := request.Segments("/survey")
	caller.desk, caller.dialed = h.Settings.Get(ctx), request.Form.Get("To")
	language := caller.desk.Number(caller.dialed).Language
	// A language of which there are no words is English: the caller must hear something.
	if len(segments) > 0 && taskrouter.IsLanguage(segments[0]) {
		caller.chosen = segments[0]
		language, caller.base, segments = segments[0], caller.base+"/"+segments[0], segments[1:]
	}
	caller.book, caller.language = caller.desk.Book(language), language
	if len(segments) > 1 && segments[0] == callbackStop {
		return caller.callback(ctx, segments[1:])
	}
	if len(segments) == 3 && segments[0] == "overflow" {
		return caller.overflow(ctx, segments[1], segments[2])
	}
	if len(segments) == 3 && segments[0] == questionStop && (segments[2] == firstTry || segments[2] == lastTry) {
		return webhook.TwiML(caller.answered(ctx, segments[1], segments[2] == lastTry))
	}
	if len(segments) == 2 && segments[0] == recordedStop {
		return caller.filed(ctx, recording.Kind(segments[1]))
	}
	if len(segments) > 0 && segments[0] == voicemailStop {
		document, found := caller.voicemail(ctx, segments[1:])
		if !found {
			return webhook.NotFound()
		}
		return webhook.TwiML(document)
	}
	if len(segments) == 2 && segments[0] == elsewhereStop && isRound(segments[1]) {
		return webhook.TwiML(caller.wantsElsewhere(ctx, segments[1]))
	}
	switch strings.Join(segments, "/") {
	case elsewhereStop:
		return webhook.TwiML(caller.wantsElsewhere(ctx, ""))
	case dialedStop:
		return webhook.TwiML(caller.dialedElsewhere())
	case "":
		return webhook.TwiML(caller.left(ctx))
	case "overflow":
		return webhook.TwiML(caller.takeMessage(prompt.Busy))
	case "score":
		return webhook.TwiML(caller.score(ctx, false))
	case "score/again":
		return webhook.TwiML(caller.score(ctx, true))
	case "remark":
		return webhook.TwiML(caller.remarked(ctx))
	}
	return webhook.NotFound()
}

// callerRequest is one request about one caller's call.
type callerRequest struct {
	handler Handler
	request webhook.Request
	call    string
	base    string // the path of the stops, with the language that the caller chose
	chosen  string // that language; "" = none
	desk    settings.Settings
	dialed  string // the number that the caller dialed
	book    prompt.Book

	language string // that the caller is spoken to in; "" = English
	log      *slog.Logger
}

// url returns the address of one of the stops.
func (c callerRequest) url(stop string) string { return c.request.URL(c.base + stop) }

// overflow answers a caller who could not be served, and records why.
func (c callerRequest) overflow(ctx context.Context, step, name string) webhook.Answer {
	why, found := failure.Named(step, name)
	if !found {
		return webhook.NotFound()
	}
	recording, cancel := context.WithTimeout(ctx, recordTime)
	defer cancel()
	if err := c.handler.Ledger.Overflowed(recording, c.call, why); err != nil {
		c.log.ErrorContext(ctx, "failed to record overflow", "error", err)
	}
	return webhook.TwiML(c.takeMessage(prompt.Busy))
}

func (c callerRequest) takeMessage(reason prompt.Name) twiml.Document {
	return c.book.TakeMessage(c.url(""), c.book.Line(reason, nil))
}

// isRound reports whether the segment of a path is one by which the hold function knows what a
// waiting caller has heard, such as 30-2-90-0-1.
func isRound(segment string) bool {
	const numbers, maxDigits = 5, 12
	count := 0
	for number := range strings.SplitSeq(segment, "-") {
		if count++; count > numbers || number == "" || len(number) > maxDigits || strings.Trim(number, "0123456789") != "" {
			return false
		}
	}
	return count == numbers
}

// intoQueue returns a caller who is in the queue to what they hear there, after some lines; "" is
// the first round.
func (c callerRequest) intoQueue(round string, before ...twiml.Line) twiml.Document {
	path := "/hold" + strings.TrimPrefix(c.base, "/survey")
	if round != "" {
		path += "/" + round
	}
	return twiml.Redirect(c.request.URL(path), before...)
}

// inProgress reports whether the caller is there to hear the answer. A missing status counts as in
// progress: speaking to an ended call does no harm.
func (c callerRequest) inProgress() bool {
	return !taskrouter.CallStatus(c.request.Form.Get("CallStatus")).Ended()
}
