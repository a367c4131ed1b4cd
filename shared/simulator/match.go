package simulator

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// matchSoon schedules the search for workers for all pending tasks.
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

// match offers pending tasks to workers in the order of their queues.
func (t *Twilio) match() {
	waiting := slices.Clone(t.routable)
	if !slices.ContainsFunc(t.workers, t.free) {
		waiting = slices.DeleteFunc(waiting, func(k *task) bool { return !k.fresh && k.channel == "" })
	}
	newestFirst := t.workspace.PrioritizeQueueOrder == LIFO
	slices.SortStableFunc(waiting, func(a, b *task) int { return inLine(a, b, newestFirst) })
	blocked := map[*taskQueue]bool{}
	for _, k := range waiting {
		t.place(k, blocked)
		if t.cfg.Readings.FirstTaskBlocks && k.status == taskPending {
			blocked[k.queue] = true
		}
	}
}

// inLine orders tasks: those of the preferred type of task queue (FIFO or LIFO) come first; within
// a LIFO queue the newest comes first, within a FIFO queue the highest priority and then the
// oldest.
func inLine(a, b *task, newestFirst bool) int {
	if a.queue.newestFirst != b.queue.newestFirst {
		if a.queue.newestFirst == newestFirst {
			return -1
		}
		return 1
	}
	if a.queue.newestFirst {
		return b.start.Compare(a.start)
	}
	if a.priority != b.priority {
		return cmp.Compare(b.priority, a.priority)
	}
	return a.start.Compare(b.start)
}

// fitting returns the workers who can take a task now, in order.
func (t *Twilio) fitting(k *task) []*worker {
	to := k.workflow.target(k.step)
	known, restricted := k.knownWorker(to)
	var fit []*worker
	for _, w := range t.workers {
		switch {
		case !t.freeFor(w, k), !to.queue.has(w):
		case to.expression != nil && !to.expression.Match(k.attributes, w.fields):
		case restricted && !w.isKnownAs(known, to.known.byName):
		default:
			fit = append(fit, w)
		}
	}
	if len(fit) > 1 {
		orderWorkers(fit, to.orderBy)
	}
	return fit
}

// orderWorkers sorts by the clauses of order_by and then by idle time, longest first. A worker
// without the attribute comes last; Twilio ignores a clause if a value is not a whole number
// (https://www.twilio.com/docs/taskrouter/order-workers).
func orderWorkers(workers []*worker, clauses []orderClause) {
	var numbers []orderClause
	for _, clause := range clauses {
		if !slices.ContainsFunc(workers, func(w *worker) bool {
			value := clause.attribute(nil, w.fields)
			n, isNumber := value.(float64)
			return value != nil && (!isNumber || n != math.Trunc(n))
		}) {
			numbers = append(numbers, clause)
		}
	}
	slices.SortStableFunc(workers, func(a, b *worker) int {
		for _, clause := range numbers {
			if order := clause.compare(a, b); order != 0 {
				return order
			}
		}
		return a.idleSince.Compare(b.idleSince)
	})
}

func (c orderClause) compare(a, b *worker) int {
	left, hasLeft := c.attribute(nil, a.fields).(float64)
	right, hasRight := c.attribute(nil, b.fields).(float64)
	switch {
	case hasLeft != hasRight && hasLeft:
		return -1
	case hasLeft != hasRight:
		return 1
	case c.descending:
		return cmp.Compare(right, left)
	}
	return cmp.Compare(left, right)
}

// knownWorker returns the worker whom the task asks for in this step; restricted is false if any
// worker may take it.
func (k *task) knownWorker(to *target) (value any, restricted bool) {
	if to.known == nil {
		return nil, false
	}
	return to.known.reference(k.attributes, nil), true
}

// knownWorkerSID returns the known worker's SID for events: the SID that the task names, or that of
// the worker whose name it gives, "" if there is none.
func (t *Twilio) knownWorkerSID(k *task) string {
	to := k.workflow.target(k.step)
	value, _ := k.knownWorker(to)
	if value == nil || !to.known.byName {
		sid, _ := value.(string)
		return sid
	}
	if w := t.findKnown(value, true); w != nil {
		return w.sid
	}
	return ""
}

func (w *worker) isKnownAs(value any, byName bool) bool {
	name, ok := value.(string)
	return ok && (byName && strings.EqualFold(name, w.name) || !byName && name == w.sid)
}

// checkKnown adds a debugger entry for a known worker who can never take the task. If the attribute
// is null, the step matches no worker, which is no error
// (https://www.twilio.com/docs/api/errors/40152, https://www.twilio.com/docs/api/errors/40155).
func (t *Twilio) checkKnown(k *task, to *target) {
	value, restricted := k.knownWorker(to)
	if !restricted || value == nil {
		return
	}
	a := Alert{At: t.loop.Now(), CallSID: k.callSID, TaskSID: k.sid, Code: 40155, Text: "the known worker is not in the workspace"}
	if w := t.findKnown(value, to.known.byName); w != nil {
		if to.queue.has(w) {
			return
		}
		a.Code, a.Text = 40152, "the known worker is not in TaskQueue "+to.queue.name
	}
	t.addAlert(a)
}

func (t *Twilio) findKnown(value any, byName bool) *worker {
	return find(t.workers, func(w *worker) bool { return w.isKnownAs(value, byName) })
}
