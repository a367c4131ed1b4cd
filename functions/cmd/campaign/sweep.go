package main

import (
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/rules"
	"switchboard/functions/internal/trigger"
	"switchboard/functions/sweeper"
	"switchboard/shared/reservation"
)

const (
	// sweepFunction is the one that runs on a schedule.
	sweepFunction = "sweeper"

	// calmAfter is when nothing fails any more: every caller has hung up, and what the faults have
	// left behind is to be cleared away.
	calmAfter = 2 * trigger.Period
)

// patrol runs the sweeper on its schedule, until a run after the storm leaves nothing to do. In
// most worlds it does not come by before.
func (w *world) patrol() {
	first := calmAfter
	if dice := mix(w.seed, 31); dice&3 == 0 {
		first = between(dice>>2, 0, trigger.Period)
	}
	trigger.Schedule(w.loop, first, w.sweep)
}

func (w *world) sweep() (again bool) {
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
	gone := w.loop.Now().Sub(start()) > w.patience()+trigger.Period // all calls ended a while ago
	w.swept = calm && gone && done && idleAfter(report) && !w.awaits(i)
	return !w.swept && w.loop.Now().Sub(start()) < time.Hour
}

// idleAfter reports that the next run would find nothing to do: this one has found nothing, or has
// closed all that was open.
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

// judgeSweep: where nothing went wrong there is nothing to mend, and after the storm nothing is in
// the way.
func (w *world) judgeSweep(report sweeper.Report, done bool) {
	if w.faults.storm == 0 && (!done || len(report.Failed) > 0 || report.Stopped != "") {
		w.breaks(mended, "the sweeper did not come through: %+v", report)
	}
	// A webhook that TaskRouter's limit kept from its work leaves that to the sweeper.
	limited := slices.ContainsFunc(w.invocations, func(i *invocation) bool { return i.throttled })
	for _, finding := range report.Done {
		if finding.What != sweeper.CallClosed && len(w.faults.struck) == 0 && !limited && !w.untraceable(finding.TaskSID) {
			w.breaks(rules.Idle, "%s: %s", finding.What, finding.Why)
		}
	}
}

// untraceable reports whether no event can be traced to a task's call: a script removed the call's
// SID from the attributes, and the ledger finds a call by its latest task only.
func (w *world) untraceable(task string) bool {
	mangled := w.mangled[task]
	return !mangled.at.IsZero() && mangled.edit.losesCall()
}

// judgeLeft: in the end nothing is left that goes on, but for tasks that the operator wants to
// complete.
func (v verdict) judgeLeft() {
	if !v.swept {
		v.breaks(mended, "the sweeper came to no end")
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
