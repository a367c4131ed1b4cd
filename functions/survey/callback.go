package survey

import (
	"context"
	"strconv"
	"strings"

	"switchboard/shared/dialing"
	"switchboard/shared/ledger"
	"switchboard/shared/prompt"
	"switchboard/shared/requests"
	"switchboard/shared/taskrouter"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// callbackStop is where a caller arranges a call back: callback/{from}, then /chosen/{digits} with
// the digits of a number, and /number/{try} for one that the caller enters. Behind {from} of a
// waiting caller and a hyphen is the round of the wait to which they return.
const callbackStop = "callback"

// Where the caller comes from.
const (
	fromLine   = "waiting" // the hold function: they are in the queue
	fromClosed = "closed"  // the enqueue function: the desk is closed
	fromAgain  = "again"   // the enqueue function: their number may have a call back
	fromListed = "listed"  // the hold function: the same, and they are in the queue
)

// numberTries is how often a caller can enter a number.
const numberTries = 2

// wish is one request about a call back.
type wish struct {
	callerRequest
	from  string
	round string // of the hold function; "" = the first, or the caller is not in the queue
}

// callback answers the stops of a call back.
func (c callerRequest) callback(ctx context.Context, segments []string) webhook.Answer {
	from, round, inRound := strings.Cut(segments[0], "-")
	w := wish{c, from, round}
	if inRound && !(w.inQueue() && isRound(round)) {
		return webhook.NotFound()
	}
	switch step := strings.Join(segments[1:min(2, len(segments))], ""); {
	case len(segments) == 1 && w.mayHave():
		return webhook.TwiML(w.again(ctx))
	case len(segments) == 2 && w.mayHave() && step == "kept":
		return webhook.TwiML(w.kept(ctx))
	case w.from != fromLine && w.from != fromClosed:
		return webhook.NotFound()
	case !c.desk.CallsBack(c.dialed):
		return webhook.TwiML(w.back(prompt.CallbackFailed))
	case len(segments) == 1:
		return webhook.TwiML(w.offer(c.request.Form.Get("From")))
	case len(segments) == 3 && step == "chosen":
		return webhook.TwiML(w.chosen(ctx, "+"+segments[2]))
	case len(segments) == 3 && step == "number":
		try, err := strconv.Atoi(segments[2])
		if err != nil || try < 1 || try > numberTries {
			return webhook.NotFound()
		}
		return webhook.TwiML(w.entered(try))
	}
	return webhook.NotFound()
}

// inQueue reports whether the caller is in the queue.
func (w wish) inQueue() bool { return w.from == fromLine || w.from == fromListed }

// mayHave reports whether the caller's number may have a call back.
func (w wish) mayHave() bool { return w.from == fromAgain || w.from == fromListed }

func (w wish) stop(segments ...string) string {
	from := w.from
	if w.round != "" {
		from += "-" + w.round
	}
	return w.url(strings.Join(append([]string{"/" + callbackStop, from}, segments...), "/"))
}

// offer has the caller confirm a number, or enter one if we do not call theirs.
func (w wish) offer(number string) twiml.Document {
	if !w.desk.MayCall(number, w.dialed) {
		return w.enter(1)
	}
	return twiml.Ask(twiml.Question{
		Lines: []twiml.Line{
			w.book.Line(prompt.CallbackNumber, map[string]string{"number": number}), w.book.Line(prompt.CallbackKeys, nil),
		},
		ActionURL: w.stop("chosen", strings.TrimPrefix(number, "+")),
	})
}

func (w wish) enter(try int, before ...twiml.Line) twiml.Document {
	return twiml.AskNumber(append(before, w.book.Line(prompt.CallbackEnter, nil)), w.stop("number", strconv.Itoa(try)))
}

// entered takes a number that the caller has entered, which they confirm next.
func (w wish) entered(try int) twiml.Document {
	number, found := dialing.FromKeys(w.request.Form.Get("Digits"), w.dialed)
	wrong := w.book.Line(prompt.CallbackWrong, nil)
	switch {
	case found && w.desk.MayCall(number, w.dialed):
		return w.offer(number)
	case try < numberTries:
		return w.enter(try+1, wrong)
	}
	return w.back(prompt.CallbackWrong)
}

// chosen takes the caller's answer to offer.
func (w wish) chosen(ctx context.Context, number string) twiml.Document {
	switch digits := w.request.Form.Get("Digits"); {
	case digits == "1" && w.desk.MayCall(number, w.dialed):
		return w.confirmed(ctx, number)
	case digits == "1", digits == "2":
		return w.enter(1)
	}
	return w.back("")
}

// confirmed arranges the call back. The caller is told so only when it is recorded: in the line,
// after they have left it.
func (w wish) confirmed(ctx context.Context, number string) twiml.Document {
	ask, agreed := w.wishInLine, twiml.Leave()
	if w.from == fromClosed {
		ask, agreed = w.handler.Requests.Promise, twiml.SayAndHangUp(w.book.Line(prompt.CallbackOpening, nil))
	}
	answer, err := ask(ctx, w.asked(number))
	switch {
	case err != nil:
		w.log.ErrorContext(ctx, "failed to arrange call back", "error", err)
		return w.back(prompt.CallbackFailed)
	case answer == requests.Agreed:
		return agreed
	case answer == requests.Listed && w.from == fromClosed:
		return twiml.SayAndHangUp(w.book.Line(prompt.CallbackListed, nil), w.book.Line(prompt.Goodbye, nil))
	case answer == requests.Listed:
		return w.back(prompt.CallbackListed)
	}
	return w.back(prompt.CallbackTooLate)
}

func (w wish) wishInLine(ctx context.Context, r ledger.Request) (requests.Answer, error) {
	known, _, err := w.handler.Ledger.ByCall(ctx, w.call)
	if err != nil {
		return requests.Refused, err
	}
	return w.handler.Requests.Wish(ctx, known, r)
}

// asked is the call back that the caller asks for, with what the desk's settings say of the number
// that they dialed.
func (w wish) asked(number string) ledger.Request {
	now, of := w.handler.Now(), w.desk.Number(w.dialed)
	tries, every, within := w.desk.Callbacks.Times()
	r := ledger.Request{
		Key: taskrouter.CallbackKey(w.call), Number: number, Dialed: w.dialed, Language: w.language,
		Asked: now, Entered: now, Until: w.desk.Opening(w.dialed, now).Add(within), Tries: tries, Every: every,
		Attributes: string(of.Attributes),
	}
	if of.Priority != nil {
		r.Priority = *of.Priority
	}
	return r
}

// back returns the caller to where they came from: the line, or a mailbox. why is said before.
func (w wish) back(why prompt.Name) twiml.Document {
	line := twiml.Line{}
	if why != "" {
		line = w.book.Line(why, nil)
	}
	if w.inQueue() {
		return w.intoQueue(w.round, line)
	}
	return w.book.TakeMessage(w.url(""), line)
}

// again answers a caller whose number may have a call back. Key 1 keeps it; who waits on the line
// is not called back, too.
func (w wish) again(ctx context.Context) twiml.Document {
	known, open, err := w.handler.Ledger.CallbackOf(ctx, w.request.Form.Get("From"))
	if err != nil {
		w.log.ErrorContext(ctx, "failed to look up call back", "error", err)
	}
	if !open || known.Request().State == ledger.Talking {
		return w.intoLine()
	}
	return twiml.Ask(twiml.Question{
		Lines:     []twiml.Line{w.book.Line(prompt.CallbackListed, nil), w.book.Line(prompt.KeepCallback, nil)},
		ActionURL: w.stop("kept"),
	})
}

func (w wish) kept(ctx context.Context) twiml.Document {
	if w.request.Form.Get("Digits") == "1" {
		return twiml.SayAndHangUp(w.book.Line(prompt.Goodbye, nil))
	}
	if err := w.handler.Requests.WithdrawOf(ctx, w.request.Form.Get("From"), "called again"); err != nil {
		w.log.ErrorContext(ctx, "failed to withdraw call back", "error", err)
	}
	return w.intoLine()
}

// intoLine has the enqueue function go on with a caller without asking this again. One who is in
// the queue stays there.
func (w wish) intoLine() twiml.Document {
	if w.inQueue() {
		return w.intoQueue(w.round)
	}
	return twiml.Redirect(w.request.URL("/enqueue/" + fromAgain))
}

// calledBack has a caller called back who has left the queue for that. told is false if they did
// not ask for it, or talked to a worker.
func (c callerRequest) calledBack(ctx context.Context, known ledger.Call, result taskrouter.QueueResult, ended bool) (document twiml.Document, told bool) {
	key := taskrouter.CallbackKey(c.call)
	if result.Talked() && !known.CallbackWanted().IsZero() {
		if err := c.handler.Requests.Withdraw(ctx, key, "talked to a worker"); err != nil {
			c.log.ErrorContext(ctx, "failed to withdraw call back", "error", err)
		}
	}
	if result.Talked() || !known.LeavesForCallback() {
		return "", false
	}
	open := c.desk.Open(c.dialed, c.handler.Now())
	promised, err := c.handler.Requests.CallerLeft(ctx, key, open)
	if err != nil {
		c.log.ErrorContext(ctx, "failed to create task of call back", "error", err)
	}
	switch {
	case ended || result.Elsewhere():
		return twiml.Empty(), true
	case !promised:
		return c.takeMessage(prompt.CallbackFailed), true
	case !open:
		return twiml.SayAndHangUp(c.book.Line(prompt.CallbackOpening, nil)), true
	}
	return twiml.SayAndHangUp(c.book.Line(prompt.CallbackPromise, nil)), true
}

// talked ends the call back that the number of a caller has who was connected to a worker.
func (c callerRequest) talked(ctx context.Context) {
	if !c.desk.CallsBack(c.dialed) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, recordTime)
	defer cancel()
	if err := c.handler.Requests.WithdrawOf(ctx, c.request.Form.Get("From"), "talked to a worker"); err != nil {
		c.log.ErrorContext(ctx, "failed to withdraw call back", "error", err)
	}
}
