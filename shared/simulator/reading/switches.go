package reading

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// readingSwitch is one field of a Set: its name, the names of its readings, the default first, and
// access to its value.
type readingSwitch struct {
	name    string
	choices string
	chosen  func() int
	choose  func(int)
}

func (s readingSwitch) names() []string { return strings.Fields(s.choices) }

func oneOf(name, choices string, value *int) readingSwitch {
	return readingSwitch{name, choices, func() int { return *value }, func(i int) { *value = i }}
}

// either is a switch whose second reading sets value.
func either(name, choices string, value *bool) readingSwitch {
	return readingSwitch{name, choices, func() int {
		if *value {
			return 1
		}
		return 0
	}, func(i int) { *value = i == 1 }}
}

func yesOrNo(name string, value *bool) readingSwitch { return either(name, "no yes", value) }

// word is a switch whose value is the reading's name; the first reading is "".
func word(name, choices string, value *string) readingSwitch {
	s := readingSwitch{name: name, choices: choices}
	s.chosen = func() int { return max(slices.Index(s.names(), *value), 0) }
	s.choose = func(i int) {
		*value = ""
		if i > 0 {
			*value = s.names()[i]
		}
	}
	return s
}

// switches lists every switch. Add new ones at the end, so that a seed still draws the same
// readings.
func (r *Set) switches() []readingSwitch {
	return []readingSwitch{
		either("missing-attribute", "differs never-matches", &r.NullNeverMatches),
		either("coercion", "none coerced", &r.Coerced),
		either("syntax", "strict lenient", &r.LenientSyntax),
		either("attribute-update", "keeps-step reroutes", &r.AttributesReroute),
		either("reservation-timeout", "keeps-step ends-step", &r.TimeoutEndsStep),
		either("repeated-events", "on-change each-time", &r.EventsEachTime),
		either("later-filters", "next-matching none", &r.FirstFilterOnly),
		oneOf("idle-clock", "accepted reserved completed", (*int)(&r.IdleClock)),
		either("queue-activities", "ignored applied", &r.QueueActivitiesApplied),
		oneOf("after-bridge", "wrapping completed completed-with-post-work", (*int)(&r.AfterBridge)),
		either("caller-without-task", "stays leaves", &r.CallerLeaves),
		oneOf("unanswered-dequeue", "times-out cancels fails stays-pending", (*int)(&r.UnansweredDequeue)),
		either("dequeue-accepts", "at-bridge at-instruction", &r.AcceptedAtInstruction),
		either("capacity", "open-reservations from-accept", &r.AcceptedReservationsOccupy),
		either("reasons", "named empty", &r.ReasonsEmpty),
		either("failed-assignment", "cancels times-out", &r.FailureTimesOut),
		oneOf("event-order", "reservation-first task-first shuffled", (*int)(&r.EventOrder)),
		either("no-match", "refused canceled", &r.NoMatchCanceled),
		either("step-deadline", "waits cancels", &r.DeadlineCancels),
		either("channel", "voice default", &r.DefaultChannel),
		oneOf("settled-reservation", "bad-request conflict not-found", (*int)(&r.SettledReservation)),
		yesOrNo("worker-call-sid-on-dial-queue", &r.WorkerCallSIDOnDialQueue),
		oneOf("assignment-parameters", "documented captured with-worker-name", (*int)(&r.AssignmentParameters)),
		yesOrNo("no-worker-on-task-events", &r.NoWorkerOnTaskEvents),
		yesOrNo("tell-worker-call-sid", &r.TellWorkerCallSID),
		word("dial-failure", "failed error no-answer", &r.DialFailure),
		yesOrNo("no-dial-bridged", &r.NoDialBridged),
		yesOrNo("dial-action-after-hang-up", &r.DialActionAfterHangUp),
		yesOrNo("bridged-in-progress", &r.BridgedInProgress),
		yesOrNo("hang-up-in-whisper", &r.HangUpInWhisper),
		yesOrNo("no-queue-at-dial-action", &r.NoQueueAtDialAction),
		yesOrNo("queue-result-at-dial-action", &r.QueueResultAtDialAction),
		yesOrNo("task-attributes-win", &r.TaskAttributesWin),
		yesOrNo("automatic-attributes-free", &r.AutomaticAttributesFree),
		yesOrNo("attributes-hide-fields", &r.AttributesHideFields),
		oneOf("unavailable-offers", "stay canceled rejected", (*int)(&r.UnavailableOffers)),
		yesOrNo("same-activity-updates", &r.SameActivityUpdates),
		yesOrNo("replaces-offers", &r.ReplacesOffers),
		yesOrNo("ring-buffer", &r.RingBuffer),
		yesOrNo("fallback-for-first-document", &r.FallbackForFirstDocument),
		yesOrNo("no-assignment-overrides", &r.NoAssignmentOverrides),
		yesOrNo("new-token-on-retry", &r.NewTokenOnRetry),
		yesOrNo("sorted-query", &r.SortedQuery),
		yesOrNo("empty-answer-warns", &r.EmptyAnswerWarns),
		yesOrNo("sids-in-dequeue-callback", &r.SIDsInDequeueCallback),
		yesOrNo("first-task-blocks", &r.FirstTaskBlocks),
		yesOrNo("skipped-timeout-lapses", &r.SkippedTimeoutLapses),
		oneOf("post-work", "after-wrapup before-wrapup late", (*int)(&r.PostWork)),
		yesOrNo("post-work-spares-moved", &r.PostWorkSparesMoved),
		yesOrNo("move-resets-idle", &r.MoveResetsIdle),
		yesOrNo("reject-when-available", &r.RejectWhenAvailable),
		yesOrNo("unmoved-keeps-offers", &r.UnmovedKeepsOffers),
		yesOrNo("no-attributes-in-list", &r.NoAttributesInList),
		yesOrNo("completion-returns", &r.CompletionReturns),
		yesOrNo("worker-version-differs", &r.WorkerVersionDiffers),
		yesOrNo("previous-activity-name", &r.PreviousActivityName),
		yesOrNo("no-actor", &r.NoActor),
		yesOrNo("texts-through-service", &r.TextsThroughService),
		yesOrNo("no-queue-after-wait-redirect", &r.NoQueueAfterWaitRedirect),
		either("recording-callback", "after-action before-action", &r.RecordingCallbackFirst),
	}
}

// Draw draws a random reading for every switch.
func Draw(random *rand.Rand) Set {
	var r Set
	for _, s := range r.switches() {
		s.choose(random.IntN(len(s.names())))
	}
	return r
}

// String lists the switches that are not at their default, as in
// "after-bridge=completed,channel=default". It returns "" if all are.
func (r Set) String() string {
	var set []string
	for _, s := range r.switches() {
		if i := s.chosen(); i != 0 {
			set = append(set, s.name+"="+s.reading(i))
		}
	}
	return strings.Join(set, ",")
}

func (s readingSwitch) reading(i int) string {
	if names := s.names(); i > 0 && i < len(names) {
		return names[i]
	}
	return fmt.Sprint(i)
}

// Parse reads the text that String writes. Switches that the text does not name get their default.
func Parse(text string) (Set, error) {
	var r Set
	err := r.Set(text)
	return r, err
}

// Set changes the switches that text names, in the form that String writes. With it, *Set is a
// flag.Value.
func (r *Set) Set(text string) error {
	for setting := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == ',' || c == ' ' }) {
		name, reading, _ := strings.Cut(setting, "=")
		if err := r.set(name, reading); err != nil {
			return fmt.Errorf("read reading %q: %w", setting, err)
		}
	}
	return nil
}

func (r *Set) set(name, reading string) error {
	for _, s := range r.switches() {
		if s.name != name {
			continue
		}
		if i := slices.Index(s.names(), reading); i >= 0 {
			s.choose(i)
			return nil
		}
		return fmt.Errorf("%s is one of %s", name, s.choices)
	}
	return fmt.Errorf("no switch %s", name)
}
