package main

import (
	"errors"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/apply"
	"switchboard/functions/cmd/twilioctl/internal/plan"
)

// planDocument is what plan --json prints.
type planDocument struct {
	AccountSID   string         `json:"account_sid"`
	Workspace    string         `json:"workspace"`
	WorkspaceSID string         `json:"workspace_sid"` // "" = it does not exist yet
	Changes      []changeOut    `json:"changes"`
	Settings     settingsOut    `json:"settings"`
	Extras       []plan.Extra   `json:"extras"`
	Blocked      []string       `json:"blocked"`
	Warnings     []string       `json:"warnings"`
	Notes        []string       `json:"notes"`
	Deploy       deployDocument `json:"deploy"`
}

// settingsOut is what differs in the settings for callers.
type settingsOut struct {
	Compared bool       `json:"compared"`
	Why      string     `json:"why,omitempty"` // why they were not compared; "" = the file has none
	Changes  []topicOut `json:"changes"`
}

type topicOut struct {
	Topic string   `json:"topic"`
	Lines []string `json:"lines"`
}

type changeOut struct {
	Action plan.Action  `json:"action"`
	Kind   account.Kind `json:"kind"`
	Name   string       `json:"name"`
	SID    string       `json:"sid,omitempty"`
	Fields []fieldOut   `json:"fields,omitempty"`
}

type fieldOut struct {
	Name        string            `json:"name"`
	From        string            `json:"from"`
	To          string            `json:"to"`
	Differences []plan.Difference `json:"differences,omitempty"`
}

type deployDocument struct {
	Parameters []plan.Parameter `json:"parameters"`
	Complete   bool             `json:"complete"`
	Stale      bool             `json:"stale"`
	Differs    []string         `json:"differs"`
	Command    string           `json:"command"`
}

// outcome is what apply --json prints.
type outcome struct {
	Plan    planDocument   `json:"plan"`
	Done    []changeOut    `json:"done"`
	Written []string       `json:"written"` // topics of the settings
	Stopped *stoppedOut    `json:"stopped,omitempty"`
	Left    []changeOut    `json:"left,omitempty"` // changes that Twilio did not keep
	Error   string         `json:"error,omitempty"`
	Deploy  deployDocument `json:"deploy"`
}

type stoppedOut struct {
	At        changeOut   `json:"at"`
	Uncertain bool        `json:"uncertain"` // Twilio may have made it
	NotDone   []changeOut `json:"not_done"`
}

func (o *outcome) tell(err error) {
	if o.Deploy.Parameters == nil {
		o.Deploy = o.Plan.Deploy
	}
	o.Done, o.Written = filled(o.Done), filled(o.Written)
	if err == nil {
		return
	}
	o.Error = account.WithoutPasswords(err.Error())
	var stopped *apply.StoppedError
	if errors.As(err, &stopped) {
		o.Stopped = &stoppedOut{At: changesOf([]plan.Change{stopped.At})[0], Uncertain: stopped.Uncertain,
			NotDone: changesOf(stopped.NotDone)}
	}
}

func documentOf(made plan.Plan, actual account.Snapshot, wish plan.Wish, desk settingsPlan) planDocument {
	document := planDocument{
		AccountSID: actual.AccountSID, Workspace: wish.File.Workspace, Changes: changesOf(made.Changes),
		Settings: settingsOut{Compared: desk.decided && desk.why == "", Why: desk.why, Changes: []topicOut{}}, Extras: filled(made.Extras),
		Blocked: filled(made.Blocked), Warnings: filled(made.Warnings), Notes: filled(made.Notes), Deploy: deployOf(made),
	}
	for _, each := range desk.Changes {
		document.Settings.Changes = append(document.Settings.Changes, topicOut{each.Topic, each.Lines})
	}
	if actual.Workspace != nil {
		document.WorkspaceSID = actual.Workspace.SID
	}
	return document
}

func deployOf(made plan.Plan) deployDocument {
	d := made.Deploy
	return deployDocument{d.Parameters, d.Complete, d.Stale, filled(d.Differs), d.Command()}
}

func changesOf(changes []plan.Change) []changeOut {
	all := []changeOut{}
	for _, c := range changes {
		out := changeOut{Action: c.Action, Kind: c.Kind, Name: c.Name, SID: c.SID}
		for _, f := range c.Fields {
			out.Fields = append(out.Fields, fieldOut{f.Name, f.From, f.To.String(), f.Differences})
		}
		all = append(all, out)
	}
	return all
}

// filled returns a list that JSON shows as [] if it is empty.
func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
