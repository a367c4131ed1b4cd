// Package texts has the words that workers read in text messages, and hear on the line for staff,
// about their own state. It also sends the one text that workers did not ask for. Each text fits
// into a single SMS: GSM-7, at most 160 characters.
package texts

import (
	"fmt"
	"strings"
	"time"

	"switchboard/shared/reconciler"
	"switchboard/shared/roster"
)

// Replies to a message.
const (
	Help = "ON signs you on, OFF signs you off, STATUS says how you stand. " +
		"STOP, END, QUIT and CANCEL are Twilio's words: they only end these texts."
	SharedNumber = "More than one worker has this number, so nothing was changed. Please ask your team lead."
	Failed       = "Something went wrong, and we cannot tell whether it worked. Please text STATUS in a minute."
)

// Standing tells a worker, whom Twilio knows, their state. It names no clock time: workers may be
// in several time zones.
func Standing(state reconciler.State, now time.Time) string {
	switch state.Standing {
	case reconciler.Ready:
		return "You are signed on."
	case reconciler.OnCall:
		return "You are signed on, and on a call."
	case reconciler.WrapUp:
		return "You are signed on, and wrapping up." + back(state.Until, now)
	case reconciler.Paused:
		return "You are signed on, and paused " + because(state.Cause) + "." + back(state.Until, now)
	case reconciler.SignedOff:
		if state.By == roster.ByMisses {
			return "You are signed off, because you missed too many calls in a row."
		}
		if state.By == roster.ByShift {
			return "You are signed off, because your shift has ended."
		}
		return "You are signed off."
	}
	return fmt.Sprintf("You are in the activity %s. Sign on to take calls.", activity(state.Activity))
}

func because(cause roster.Cause) string {
	switch cause {
	case roster.Missed:
		return "after a missed call"
	case roster.Busy:
		return "because your phone was busy"
	case roster.Declined:
		return "after a call that you declined"
	}
	return "after a fault that was not yours"
}

// back returns when a worker can be offered calls; "" if no timer brings them back.
func back(until, now time.Time) string {
	wait := until.Sub(now)
	switch {
	case until.IsZero():
		return " Sign on to take the next call."
	case wait <= time.Second:
		return " You are back in a moment."
	case wait < 90*time.Second:
		return fmt.Sprintf(" You are back in %d seconds.", (wait+time.Second-1)/time.Second)
	}
	return fmt.Sprintf(" You are back in %d minutes.", (wait+time.Minute-1)/time.Minute)
}

// longestName is the maximum length of an activity's name, in characters.
const longestName = 40

// activity returns the name of an activity on one line.
func activity(name string) string {
	runes := []rune(strings.Join(strings.Fields(name), " "))
	if len(runes) > longestName {
		runes = runes[:longestName]
	}
	return string(runes)
}

// signedOff returns the text to a worker whom missed calls in a row signed off.
func signedOff(misses int) string {
	missed := "a call"
	if misses > 1 {
		missed = fmt.Sprintf("%d calls in a row", misses)
	}
	return "Call desk: you missed " + missed + " and are signed off. Reply ON to sign on."
}
