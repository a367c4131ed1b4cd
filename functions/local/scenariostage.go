package main

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"switchboard/functions/enqueue"
	"switchboard/functions/local/stack"
	"switchboard/shared/announcement"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/scenario"
	"switchboard/shared/taskrouter"
)

// stack is the demo's settings, but for what the scenario sets.
func (s settings) stack(file *scenario.Scenario, way way) (stack.Settings, error) {
	set := way.settings()
	set.Gate, set.CallerID, set.NotifyFrom = s.WorkerGate != "none", string(s.WorkerCallerID), string(s.NotifyFrom)
	set.MissedCallPause = seconds(s.MissedCallPause, missedCallPause)
	if s.MissedCallLimit != nil {
		set.MissedCallLimit = *s.MissedCallLimit
	}
	if s.PostWorkActivity != nil {
		set.PostWorkActivitySID = activitySID(string(*s.PostWorkActivity))
	}
	set.Ring, set.WrapUp = seconds(s.WorkerRingSeconds, workerRing), aws.Duration(seconds(s.WrapUpSeconds, wrapUp))
	set.Priority, set.TaskTimeout = s.TaskPriority, s.TaskTimeoutSeconds
	if table := string(s.NumberAttributes); table != "" {
		attributes, err := enqueue.ParseNumberAttributes(table)
		if err != nil {
			return stack.Settings{}, &scenario.Error{File: file.File(), Line: file.Line("application.NumberAttributes"), Text: err.Error()}
		}
		set.NumberAttributes = attributes
	}
	said, err := announcement.Parse(string(s.WorkerAnnouncement))
	if err != nil {
		return stack.Settings{}, &scenario.Error{File: file.File(), Line: file.Line("application.WorkerAnnouncement"), Text: err.Error()}
	}
	set.Announcement = said
	if s.HoldMusicURL != nil {
		set.MusicURL = string(*s.HoldMusicURL)
	}
	if s.QueueMaxSize != nil {
		set.QueueMaxSize = *s.QueueMaxSize
	}
	if timeout := file.Account.ReservationTimeout; timeout != 0 {
		set.ReservationTimeout = time.Duration(timeout)
	}
	return set, nil
}

func seconds(given *int, otherwise time.Duration) time.Duration {
	if given == nil {
		return otherwise
	}
	return time.Duration(*given) * time.Second
}

// contactsWithoutCRM are the contacts of the workers for whom the CRM step fails.
func (s settings) contactsWithoutCRM(file *scenario.Scenario) map[taskrouter.Contact]bool {
	contacts := map[taskrouter.Contact]bool{}
	for _, name := range s.CRMFailsFor {
		for _, worker := range file.Account.Workers {
			if worker.Name == name {
				contacts[taskrouter.Contact(worker.Contact())] = true
			}
		}
	}
	return contacts
}

// site is what the README has people enter in the console. The activities are the ones that it asks for, and one that
// workers choose themselves.
func site(base string) scenario.Site {
	return scenario.Site{
		VoiceURL: base + "/enqueue", AssignmentCallbackURL: base + "/assignment", FallbackAssignmentCallbackURL: base + "/assignment/fallback",
		StaffVoiceURL: base + "/duty", SMSURL: base + "/messages",
		EventCallbackURL: base + "/events", WorkflowSID: workflowSID,
		Activities: activities(),
	}
}

func activities() []simulator.Activity {
	return []simulator.Activity{
		{SID: availableSID, Name: "Available", Available: true}, {SID: wrappingUpSID, Name: "Wrapping up"},
		{SID: unavailableSID, Name: "Unavailable"}, {SID: offlineSID, Name: "Offline"}, {SID: lunchSID, Name: "Lunch"},
	}
}

// activitySID finds an activity by its name; "" if there is none.
func activitySID(name string) string {
	for _, activity := range activities() {
		if activity.Name == name {
			return activity.SID
		}
	}
	return ""
}
