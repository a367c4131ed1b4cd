package main

import (
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/shared/roster"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

// desk has the settings of a world's workspace and stack that concern the workers' day.
type desk struct {
	postWork, fault, offline string // activities; "" = not configured
	singleTasking            bool
	routine                  bool // the task queue sets activities
	timesOutOffline          bool // the workspace's TimeoutActivity is Offline; doctor warns of it
	pause                    time.Duration
	limit                    int
}

// deed is what a worker or a supervisor does.
type deed int

const (
	goesToLunch deed = iota
	isSentOffline
	isSentToOurs // a supervisor chooses our activity for workers who missed a call
	isMadeAvailable
	signsOff
	signsOn
)

// errand is a deed with its time.
type errand struct {
	worker int // index
	does   deed
	upon   string // the worker's event from which after counts; "" = the world's start
	after  time.Duration
	back   time.Duration // time until the deed is undone; 0 = never
	by     roster.Source // of a wish
}

// anEnd stands for the two events of which the first ends a worker call.
const anEnd = "the end of a call"

// drawDay draws the desk and the errands. It has its own random sequence, so it can grow and leave
// everything else as it is.
func (p *plan) drawDay() {
	d := draws{rand.New(rand.NewPCG(p.seed, 50))}
	p.desk = desk{
		postWork: pick(d, "", account.WrappingUpSID), fault: pick(d, "", faultlessSID),
		offline: pick(d, "", account.OfflineSID, account.OfflineSID),
		pause:   pick(d, 0, 5*time.Second, 5*time.Second, 30*time.Second, 30*time.Second, time.Minute, time.Minute, time.Minute), limit: pick(d, 0, 1, 3, 3), timesOutOffline: d.chance(0.15),
	}
	if d.chance(0.3) {
		// A single-tasking workspace needs the post-work activity: nothing else keeps a worker free
		// for the wrap-up.
		p.desk.postWork, p.desk.singleTasking, p.desk.routine = account.WrappingUpSID, true, d.chance(0.5)
	}
	for n := range p.workers {
		if d.chance(0.1) {
			p.workers[n].offline = true
			p.errands = append(p.errands, errand{worker: n, does: pick(d, signsOn, signsOn, isMadeAvailable), after: d.span(0, 30*time.Second), by: d.source()})
		}
	}
	if d.chance(0.3) {
		return
	}
	for range 1 + d.IntN(3) {
		p.errands = append(p.errands, d.errand(len(p.workers)))
	}
}

func (d draws) errand(workers int) errand {
	e := errand{
		worker: d.IntN(workers), by: d.source(),
		does: pick(d, goesToLunch, goesToLunch, goesToLunch, goesToLunch, isSentOffline, isSentToOurs, isMadeAvailable, signsOff, signsOff, signsOff, signsOn),
		upon: pick(d, "", "", "reservation.created", "reservation.accepted", anEnd, anEnd, "reservation.rejected", "reservation.timeout", "worker.activity.update"),
	}
	switch {
	case e.upon == "":
		e.after = d.span(0, 3*time.Minute)
	default:
		e.after = pick(d, 0, d.span(0, 200*time.Millisecond), d.span(0, 5*time.Second), d.span(0, 20*time.Second), d.span(0, time.Minute))
	}
	if d.chance(0.6) {
		e.back = pick(d, d.span(0, 2*time.Second), d.span(0, 30*time.Second), d.span(0, 3*time.Minute))
	}
	return e
}

func (d draws) source() roster.Source { return pick(d, roster.ByPhone, roster.ByText, roster.ByLead) }

func (d desk) taskQueue() simulator.TaskQueue {
	queue := simulator.TaskQueue{SID: taskQueueSID, Name: "Billing", TargetWorkers: `skills HAS "billing"`}
	if d.routine {
		queue.ReservationActivity, queue.AssignmentActivity = reservedSID, busySID
	}
	return queue
}

func (d desk) timeout() string {
	if d.timesOutOffline {
		return account.OfflineSID
	}
	return account.UnavailableSID
}

// first returns the activity in which the worker starts.
func (m member) first() string {
	if m.offline {
		return account.OfflineSID
	}
	return account.AvailableSID
}

// choice records that a person moved a worker in Twilio's console.
type choice struct {
	at         time.Time
	worker, to string
}

// scheduleErrands begins the errands that wait for no event.
func (w *world) scheduleErrands() {
	for n, e := range w.errands {
		if e.upon == "" {
			w.begin(n)
		}
	}
}

// beginErrands begins the errands that wait for a webhook's event.
func (w *world) beginErrands(body string) {
	kind, worker := field(body, "EventType"), field(body, "WorkerSid")
	if kind == "reservation.wrapup" || kind == "reservation.completed" {
		kind = anEnd
	}
	for n, e := range w.errands {
		if !w.begun[n] && e.upon == kind && w.staff[e.worker] == worker {
			w.begin(n)
		}
	}
}

func (w *world) begin(n int) {
	w.begun[n] = true
	e := w.errands[n]
	w.loop.After(e.after, func() { w.runs(e) })
}

// runs does an errand's deed, and later undoes it.
func (w *world) runs(e errand) {
	worker := w.staff[e.worker]
	switch e.does {
	case goesToLunch:
		w.choose(worker, lunchSID)
	case isSentOffline:
		w.choose(worker, account.OfflineSID)
	case isSentToOurs:
		w.choose(worker, account.UnavailableSID)
	case isMadeAvailable:
		w.choose(worker, account.AvailableSID)
	case signsOff, signsOn:
		w.signs(e.worker, e.does == signsOn, e.by)
	}
	if e.back == 0 {
		return
	}
	w.loop.After(e.back, func() {
		switch e.does {
		case goesToLunch, isSentOffline, isSentToOurs:
			w.choose(worker, account.AvailableSID)
		case signsOff:
			w.signs(e.worker, true, e.by)
		}
	})
}

// choose moves a worker as a person does in the console, unless the worker is in that activity.
func (w *world) choose(worker, activity string) {
	workers := w.twilio.Workers()
	at := slices.IndexFunc(workers, func(r simulator.WorkerRecord) bool { return r.SID == worker })
	if at < 0 || workers[at].ActivitySID == activity {
		return
	}
	w.choices = append(w.choices, choice{w.loop.Now(), worker, activity})
	w.tell("person", "moves "+workers[at].Name+" out of "+workers[at].ActivityName)
	_ = w.twilio.SetWorkerActivity(worker, activity)
}

// dutyNumber is the number at which workers sign on and off.
const dutyNumber = "+12065550101"

// signs lets a worker sign on or off: by phone or by text, or through the team lead if the worker
// has no number.
func (w *world) signs(n int, on bool, by roster.Source) {
	key, word := "2", pick(draws{rand.New(rand.NewPCG(w.seed, uint64(n)))}, "off", "Away.", " OUT ", "off!")
	if on {
		key, word = "1", "On"
	}
	switch contact := w.workers[n].contact; {
	case !strings.HasPrefix(contact, "+1415555") || by == roster.ByLead:
		w.loop.Go(func() { w.leadSigns(w.staff[n], on) })
	case by == roster.ByPhone:
		w.twilio.Call(contact, dutyNumber, script.Hears("press 1"), script.Presses(key), script.HangsUpAfter(4*time.Second))
	default:
		w.twilio.SendText(contact, dutyNumber, word)
	}
}

// leadFunction is the team lead's program, which sends the same requests to Twilio and the roster
// as the functions do.
const leadFunction = "workers"

func (w *world) leadSigns(worker string, on bool) {
	i := w.invocation(leadFunction, "", worker)
	i.until = w.loop.Now().Add(time.Minute)
	defer func() {
		i.ended = w.loop.Now()
		if i.status != 200 {
			i.recordDamage(undelivered)
		}
		if died := recover(); died != nil && died != (killed{}) {
			panic(died)
		}
	}()
	reconciler, err := w.settings.Reconciler(w.clients), error(nil)
	if on {
		_, err = reconciler.SignOn(i, worker, roster.ByLead)
	} else {
		_, err = reconciler.SignOff(i, worker, roster.ByLead)
	}
	if i.status = 200; err != nil {
		i.status = 500
	}
}

// expresses returns the worker whose wish to sign on or off an invocation carries, and whether it
// carries one.
func (w *world) expresses(i *invocation) (worker string, does bool) {
	switch {
	case i.forged:
	case i.function == leadFunction:
		return i.body, true
	case strings.HasPrefix(i.path, "/duty/") && strings.Contains(i.path, "/key/") && (i.field("Digits") == "1" || i.field("Digits") == "2"):
		return strings.Split(i.path, "/")[3], true
	case i.path == "/messages":
		at := slices.IndexFunc(w.workers, func(m member) bool {
			return m.contact != "" && strings.Contains(i.body, "From="+url.QueryEscape(m.contact))
		})
		return w.staff[max(at, 0)], at >= 0
	}
	return "", false
}
