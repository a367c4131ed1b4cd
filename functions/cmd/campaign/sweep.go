package main

import (
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/rules"
	"switchboard/functions/internal/trigger"
	"switchboard/functions/sweeper"
	"switchboard/shared/reservation"
)

const (
	// sweepFunction runs on a schedule.
	sweepFunction = "sweeper"

	// calmAfter is when the faults stop. By then every caller has hung up, and the sweeper has to
	// clean up what the faults left.
	calmAfter = 2 * trigger.Period
)

// sweepLoop runs the sweeper on its schedule until a run after the faults finds nothing to do. In
// most worlds its first run comes after the faults.
func (w *world) sweepLoop() {
	first := calmAfter
	if dice := mix(w.seed, 31); dice&3 == 0 {
		first = between(dice>>2, 0, trigger.Period)
	}
	if w.shifts != nil {
		first = w.shifts.swept // or else no boundary comes in time
	}
	trigger.Schedule(w.loop, first, w.sweep)
}

func (w *world) sweep() (again bool) {
	calm := w.loop.Now().Sub(account.Morning) >= calmAfter
	if calm {
		w.faults.storm = 0
	}
	i := w.invocation(sweepFunction, "", "")
	report, done := w.lambda.scheduled(i)
	w.judgeSweep(report, done)
	if done && len(report.Failed) == 0 && report.Stopped == "" {
		w.sweeps = append(w.sweeps, i)
	}
	gone := w.loop.Now().Sub(account.Morning) > w.patience()+w.own.lateness()+w.requests.lateness()+trigger.Period // all calls ended a while ago
	w.swept = calm && gone && done && idleAfter(report) && !w.awaits(i) && !w.owes()
	return !w.swept && w.loop.Now().Sub(account.Morning) < choose(w.requests == nil, time.Hour, time.Hour+closingTime)
}

// idleAfter reports whether the next run would find nothing to do, because this one found nothing
// or closed every open call. A request whose tasks the workflow gives up gets another until its
// promise ends: world.owes says how long that is waited for.
func idleAfter(report sweeper.Report) bool {
	closed, created := report.Closed, 0
	for _, finding := range report.Done {
		switch finding.What {
		case sweeper.CallClosed:
			closed++
		case sweeper.RequestCreated:
			created++
		}
	}
	if len(report.Failed) > 0 || report.Stopped != "" {
		return false
	}
	return len(report.Done)-created+closed == 0 || closed == report.OpenCalls && report.Tasks+report.LiveCalls == 0
}

// scheduled runs the sweeper and reports whether it finished.
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

// judgeSweep checks that the sweeper repairs nothing in a world without faults, and succeeds after
// the faults have stopped.
func (w *world) judgeSweep(report sweeper.Report, done bool) {
	if w.faults.storm == 0 && (!done || len(report.Failed) > 0 || report.Stopped != "") {
		w.breaks(sweptClean, "the sweeper failed: %+v", report)
	}
	// TaskRouter's rate limit may have kept a webhook's function from its work, which is then the
	// sweeper's.
	limited := slices.ContainsFunc(w.invocations, func(i *invocation) bool { return i.throttled })
	for _, finding := range report.Done {
		if finding.What != sweeper.CallClosed && finding.What != sweeper.RequestCreated && finding.What != sweeper.RequestGivenUp && len(w.faults.struck) == 0 && !limited && !w.untraceable(finding.TaskSID) {
			w.breaks(rules.Idle, "%s: %s", finding.What, finding.Why)
		}
	}
}

// untraceable reports whether no event can be traced to the task's call: a script removed the
// call's SID from the attributes, and the ledger finds a call only by its latest task.
func (w *world) untraceable(task string) bool {
	mangled := w.mangled[task]
	return !mangled.at.IsZero() && mangled.edit.losesCall()
}

// judgeLeft checks that every call and reservation in the ledger has ended. Tasks that the operator
// completes are not judged.
func (v verdict) judgeLeft() {
	if !v.swept {
		v.breaks(sweptClean, "the sweeper never finished")
	}
	if v.wrapUp == nil {
		return
	}
	for call, fields := range v.before {
		if isRequest(call) {
			continue
		}
		if fields["phase"] != "closed" {
			v.breaks(sweptClean, "the ledger still has call %s open", call)
		}
		for name, value := range fields {
			if strings.HasSuffix(name, ".state") && !reservation.State(value).Ended() {
				v.breaks(sweptClean, "%s of call %s was left %s", name, call, value)
			}
		}
	}
}
