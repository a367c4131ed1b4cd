package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"switchboard/functions/sweeper"
	"switchboard/shared/reservation"
	"switchboard/shared/simulator"
)

const (
	// sweepFunction is the one that runs on a schedule.
	sweepFunction = "sweeper"

	sweepPeriod = 5 * time.Minute // as template.yaml has it

	// calmAfter is when nothing fails any more: every caller has hung up, and what the faults have left behind is to be cleared away.
	calmAfter = 2 * sweepPeriod
)

// sweeping is a function that runs on a schedule.
type sweeping interface {
	Handle(ctx context.Context) (sweeper.Report, error)
}

// patrol runs the sweeper on its schedule, until a run after the storm leaves nothing to do. In most worlds it does not come by before.
func (w *world) patrol() {
	first := calmAfter
	if dice := mix(w.seed, 31); dice&3 == 0 {
		first = between(dice>>2, 0, sweepPeriod)
	}
	w.sweepAfter(first)
}

func (w *world) sweepAfter(d time.Duration) { w.loop.After(d, func() { w.loop.Go(w.sweep) }) }

func (w *world) sweep() {
	calm := w.loop.Now().Sub(start()) >= calmAfter
	if calm {
		w.faults.storm = 0
	}
	i := w.invocation(sweepFunction, "", "")
	report, done := w.lambda.scheduled(i)
	w.judgeSweep(report, done)
	if done && len(report.Failed) == 0 && report.Stopped == "" {
		w.sweeps = append(w.sweeps, i)
	}
	gone := w.loop.Now().Sub(start()) > w.patience()+sweepPeriod // all calls ended a while ago
	if w.swept = calm && gone && done && idleAfter(report) && !w.awaits(i); !w.swept && w.loop.Now().Sub(start()) < time.Hour {
		w.sweepAfter(sweepPeriod)
	}
}

// idleAfter reports that the next run would find nothing to do: this one has found nothing, or has closed all that was open.
func idleAfter(report sweeper.Report) bool {
	closed := report.Closed
	for _, finding := range report.Done {
		if finding.What == sweeper.CallClosed {
			closed++
		}
	}
	if len(report.Failed) > 0 || report.Stopped != "" {
		return false
	}
	return len(report.Done)+closed == 0 || closed == report.OpenCalls && report.Tasks+report.LiveCalls == 0
}

// scheduled runs the sweeper; it reports whether that came to its end.
func (l *lambda) scheduled(i *invocation) (report sweeper.Report, done bool) {
	l.run(i, func(env environment) {
		given, err := env.sweeper.Handle(i)
		report, done = given, err == nil
	})
	i.status = 500
	if done {
		i.status = 200
	}
	return report, done
}

// judgeSweep: where nothing went wrong there is nothing to mend, and after the storm nothing is in the way.
func (w *world) judgeSweep(report sweeper.Report, done bool) {
	if w.faults.storm == 0 && (!done || len(report.Failed) > 0 || report.Stopped != "") {
		w.breaks(mended, "the sweeper did not come through: %+v", report)
	}
	// A webhook that TaskRouter's limit kept from its work leaves that to the sweeper.
	limited := slices.ContainsFunc(w.invocations, func(i *invocation) bool { return i.throttled })
	for _, finding := range report.Done {
		if finding.What != sweeper.CallClosed && len(w.faults.struck) == 0 && !limited && !w.untraceable(finding.TaskSID) {
			w.breaks(idle, "%s: %s", finding.What, finding.Why)
		}
	}
}

// untraceable reports whether no event can be traced to a task's call: a script removed the call's
// SID from the attributes, and the ledger finds a call by its latest task only.
func (w *world) untraceable(task string) bool {
	mangled := w.mangled[task]
	return !mangled.at.IsZero() && mangled.edit.losesCall()
}

// judgeLeft: in the end nothing is left that goes on, but for tasks that the operator wants to complete.
func (v verdict) judgeLeft(calls []simulator.CallRecord) {
	if !v.swept {
		v.breaks(mended, "the sweeper came to no end")
	}
	for _, leg := range calls {
		if leg.Ended.IsZero() {
			v.breaks(mended, "call %s was left %s", leg.SID, leg.Status)
		}
		if leg.HungUpBy == "rest" && !leg.Bridged.IsZero() && (leg.BridgeEnded.IsZero() || leg.BridgeEnded.Equal(leg.Ended)) {
			v.breaks(handsOff, "worker's call %s was ended while it was bridged", leg.SID)
		}
	}
	if v.wrapUp == nil {
		return
	}
	for call, fields := range v.before {
		if fields["phase"] != "closed" {
			v.breaks(mended, "the ledger still watches over call %s", call)
		}
		for name, value := range fields {
			if strings.HasSuffix(name, ".state") && !reservation.State(value).Ended() {
				v.breaks(mended, "%s of call %s was left %s", name, call, value)
			}
		}
	}
}
