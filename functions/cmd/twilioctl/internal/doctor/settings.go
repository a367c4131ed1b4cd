package doctor

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
	"switchboard/shared/taskrouter"
)

// readSettings reads what the desk decides about its callers, as the functions do.
func (e *evidence) readSettings(ctx context.Context, client secrets.Parameters) {
	store := &secrets.Store{
		Client: client, Prefix: e.doctor.Prefix, Now: e.doctor.Now,
		Needs: []secrets.Need{secrets.Arrivals, secrets.Waits, secrets.Ends, secrets.Shifts, secrets.Messages},
	}
	texts, err := store.Settings(ctx)
	e.settings.value, e.faults = settings.Join(texts)
	e.settings.err = err
}

const (
	applyRemedy = "twilioctl apply FILE"
	ignored     = ": functions use the last ones that they could read, or the defaults"
)

// checkSettings requires that the functions can read the settings, and that callers get somewhere
// with them.
func (e *evidence) checkSettings() []Finding {
	subject := "SSM parameters below " + strings.TrimSuffix(e.doctor.Prefix, "/") + "/" + secrets.Settings
	if e.settings.err != nil {
		return unreadable(subject, e.settings.err, "AWS credentials with ssm:GetParameters on them")
	}
	all := e.settings.value
	findings := e.unreadTopics()
	if len(findings) == 0 { // or a topic may be missing that another one refers to
		for _, mistake := range all.Check() {
			findings = append(findings, Finding{Level: Error, Subject: mistake.Field, Detail: mistake.Text, Remedy: applyRemedy})
		}
	}
	findings = append(findings, e.closedHours()...)
	findings = append(findings, e.idleShifts()...)
	if all.Closed.Now {
		findings = append(findings, Finding{Level: Warning, Subject: "every number",
			Detail: "closed by hand: no caller reaches the queue", Remedy: "twilioctl open"})
	}
	findings = append(findings, e.strangeNumbers()...)
	switch {
	case len(findings) > 0:
		return findings
	case len(all.Numbers) == 0:
		return ok(subject, "none about numbers: all are open, without a menu, and in English")
	}
	return ok(subject, "about "+counted(len(all.Numbers), "number")+", which functions can read")
}

// unreadTopics reports topics that functions ignore.
func (e *evidence) unreadTopics() []Finding {
	var findings []Finding
	for _, topic := range slices.Sorted(maps.Keys(e.faults)) {
		fault := e.faults[topic]
		found := Finding{Level: Error, Subject: "settings " + topic, Detail: "no settings in JSON" + ignored, Remedy: remedyOf(topic)}
		var wrong *settings.MistakesError
		switch {
		case errors.Is(fault, settings.ErrNewer):
			found.Detail = "of a newer version" + ignored
			found.Remedy = "make build and sam deploy with the version whose twilioctl wrote them"
		case errors.As(fault, &wrong):
			var mistakes []string
			for _, each := range wrong.Mistakes {
				mistakes = append(mistakes, each.Field+": "+each.Text)
			}
			found.Detail = listed(mistakes) + ignored
		}
		findings = append(findings, found)
	}
	return findings
}

func remedyOf(topic string) string {
	if topic == settings.OfClosed {
		return "twilioctl close, or twilioctl open"
	}
	return applyRemedy
}

// closedHours reports hours that cannot be evaluated, and hours that never open.
func (e *evidence) closedHours() []Finding {
	var findings []Finding
	for _, name := range slices.Sorted(maps.Keys(e.settings.value.Hours)) {
		calendar, err := e.settings.value.Calendar(name)
		if err != nil {
			findings = append(findings, Finding{Level: Error, Subject: "hours " + name,
				Detail: err.Error() + ": the desk counts as open", Remedy: applyRemedy})
			continue
		}
		if _, changes := calendar.Next(e.now); !changes && !calendar.At(e.now).Open {
			findings = append(findings, Finding{Level: Warning, Subject: "hours " + name,
				Detail: "they never open: no caller of a number with them reaches the queue", Remedy: applyRemedy + " with hours that open"})
		}
	}
	return findings
}

// idleShifts reports shifts that cannot be evaluated or never begin, and workers of a shift that
// the settings do not have. The attribute shift may be another program's where there are no shifts.
func (e *evidence) idleShifts() []Finding {
	all := e.settings.value
	var findings []Finding
	for _, name := range slices.Sorted(maps.Keys(all.Shifts)) {
		calendar, err := all.ShiftCalendar(name)
		if err != nil {
			findings = append(findings, Finding{Level: Error, Subject: "shift " + name,
				Detail: err.Error() + ": its workers are not moved", Remedy: applyRemedy})
			continue
		}
		if _, changes := calendar.Next(e.now); !changes {
			findings = append(findings, Finding{Level: Warning, Subject: "shift " + name,
				Detail: "it never begins or ends: its workers are not moved", Remedy: applyRemedy + " with times for it"})
		}
	}
	if len(all.Shifts) == 0 || e.missing[needTwilio] != "" {
		return findings
	}
	var names []string
	for _, worker := range e.account.Workers {
		shift := taskrouter.WorkerShift(worker.Attributes)
		if _, found := all.Shifts[shift]; shift != "" && !found {
			names = append(names, worker.Name+" ("+shift+")")
		}
	}
	if len(names) > 0 {
		findings = append(findings, Finding{Level: Warning, Subject: "workers' attribute shift",
			Detail: "the settings have no such shift, so these are not moved: " + listed(names), Remedy: applyRemedy})
	}
	return findings
}

// strangeNumbers reports numbers of the settings that the account has not.
func (e *evidence) strangeNumbers() []Finding {
	if e.missing[needTwilio] != "" {
		return nil
	}
	var findings []Finding
	for _, each := range e.ours() {
		if !slices.ContainsFunc(e.account.Numbers, func(n account.Number) bool { return n.Number == each }) {
			findings = append(findings, Finding{Level: Warning, Subject: each,
				Detail: "the settings name it, but the account does not own it", Remedy: applyRemedy + " without this number, or buy it"})
		}
	}
	return findings
}
