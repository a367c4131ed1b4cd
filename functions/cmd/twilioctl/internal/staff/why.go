package staff

import (
	"fmt"
	"slices"

	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
)

// add fills in the fields from the record.
func (r *Row) add(state reconciler.State, activities reconciler.Activities) {
	r.Standing, r.Cause, r.By, r.Until, r.MissedCalls = state.Standing, state.Cause, state.By, state.Until, &state.Misses
	r.Why = r.why(state, activities)
}

// why returns the reason for the worker's standing, for people.
func (r *Row) why(state reconciler.State, activities reconciler.Activities) string {
	switch state.Standing {
	case reconciler.Ready:
		if state.By == "" {
			return ""
		}
		if state.By == roster.ByShift {
			return "shift"
		}
		return "signed on by " + source(state.By)
	case reconciler.SignedOff:
		text := "signed off by " + source(state.By)
		switch state.By {
		case roster.ByShift:
			text = "end of the shift"
		case roster.ByMisses:
			text = fmt.Sprintf("signed off after %d missed calls in a row", state.Misses)
		}
		if r.Available {
			text += ", not yet in effect"
		}
		return text
	case reconciler.OnCall:
		if state.By == roster.ByShift {
			return "shift, after the call"
		}
		return "signed on by " + source(state.By) + ", after the call"
	case reconciler.WrapUp:
		return "call"
	case reconciler.Paused:
		return string(state.Cause)
	case reconciler.Elsewhere:
		return r.elsewhere(activities)
	}
	return ""
}

// elsewhere returns the reason for a worker whose activity the record does not explain.
func (r *Row) elsewhere(activities reconciler.Activities) string {
	switch {
	case slices.Contains(activities.Away(), r.ActivitySID):
		return "not recorded: a person's choice, or the next sweep explains it"
	case r.ActivitySID == activities.Offline:
		return "not signed on"
	}
	return "a person's choice"
}

// source returns who made a wish, for people.
func source(by roster.Source) string {
	switch by {
	case roster.ByGate:
		return "the worker, at the gate"
	case roster.ByPhone:
		return "the worker, by phone"
	case roster.ByText:
		return "the worker, by text"
	case roster.ByLead:
		return "the team lead"
	case roster.ByPerson:
		return "a person, in Twilio"
	}
	return string(by)
}
