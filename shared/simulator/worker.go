package simulator

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"
)

// voiceCapacity is how many voice tasks a worker has at once; pending and wrapping ones count.
const voiceCapacity = 1

// worker is a TaskRouter Worker.
type worker struct {
	sid, name  string
	json       string
	attributes Attributes
	fields     Attributes // attributes and the fields that expressions may name
	activity   *Activity
	since      time.Time // in this activity
	idleSince  time.Time // last task assignment
	occupied   int
}

// refreshFields gives expressions the worker's own fields; they win over attributes of the same name.
func (w *worker) refreshFields() {
	w.fields = maps.Clone(w.attributes)
	w.fields["sid"] = w.sid
	w.fields["friendly_name"] = w.name
	w.fields["activity_sid"] = w.activity.SID
	w.fields["activity_name"] = w.activity.Name
}

// moveWorker changes a worker's activity. Going where it already is changes nothing.
func (t *Twilio) moveWorker(w *worker, to *Activity) {
	if w.activity == to {
		return
	}
	now := t.loop.Now()
	from, stayed := w.activity, now.Sub(w.since)
	w.activity, w.since = to, now
	w.refreshFields()
	params := t.workerFields(w)
	params.Set("WorkerPreviousActivitySid", from.SID)
	params.Set("WorkerTimeInPreviousActivity", strconv.Itoa(int(stayed.Seconds())))
	params.Set("WorkerTimeInPreviousActivityMs", strconv.FormatInt(stayed.Milliseconds(), 10))
	t.emit("worker.activity.update", "Worker "+w.name+" updated to "+to.Name+" Activity", "worker", w.sid, params, nil, nil)
	if to.Available {
		t.matchSoon()
	}
}

// matchSoon lets the workspace look for a worker for each pending task.
func (t *Twilio) matchSoon() {
	if t.matching {
		return
	}
	t.matching = true
	t.after(t.pace.Match, func() {
		t.matching = false
		t.match()
	})
}

// match reserves workers for pending tasks: the highest priority first, then the oldest; the worker who was longest without a task first.
func (t *Twilio) match() {
	waiting := slices.Clone(t.routable)
	slices.SortStableFunc(waiting, func(a, b *task) int {
		if a.priority != b.priority {
			return cmp.Compare(b.priority, a.priority)
		}
		return a.created.Compare(b.created)
	})
	for _, k := range waiting {
		if k.status != taskPending {
			continue
		}
		if w := t.candidate(k); w != nil {
			t.reserve(k, w)
		}
	}
}

func (t *Twilio) candidate(k *task) *worker {
	to := k.workflow.target(k.step)
	var best *worker
	for _, w := range t.workers {
		if !w.activity.Available || w.occupied >= voiceCapacity {
			continue
		}
		if to.queue.target == nil || !to.queue.target.Match(nil, w.fields) {
			continue
		}
		if to.expression != nil && !to.expression.Match(k.attributes, w.fields) {
			continue
		}
		if best == nil || w.idleSince.Before(best.idleSince) {
			best = w
		}
	}
	return best
}
