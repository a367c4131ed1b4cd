package main

import (
	"time"

	"switchboard/shared/simulator"
	"switchboard/shared/simulator/scenario"
	"switchboard/shared/taskrouter"
)

// contactsWithoutCRM are the contacts of the workers for whom the CRM step fails.
func (s settings) contactsWithoutCRM(file *scenario.Scenario) map[taskrouter.Contact]bool {
	contacts := map[taskrouter.Contact]bool{}
	for _, name := range s.crmFailsFor {
		for _, worker := range file.Account.Workers {
			if worker.Name == name {
				contacts[taskrouter.Contact(worker.Contact())] = true
			}
		}
	}
	return contacts
}

// holds reports whether a time after the beginning is in the span.
func (s span) holds(after time.Duration) bool {
	return after >= time.Duration(s.From) && after < time.Duration(s.Until)
}

// site is what the README has people enter in the console. The activities are the ones that it
// asks for, and one that a person chooses.
func site(base string) scenario.Site {
	return scenario.Site{
		VoiceURL: base + "/enqueue", AssignmentCallbackURL: base + "/assignment", FallbackAssignmentCallbackURL: base + "/assignment/fallback",
		EventCallbackURL: base + "/events", WorkflowSID: workflowSID,
		StaffVoiceURL: base + "/duty", SMSURL: base + "/messages",
		Activities: []simulator.Activity{
			{SID: availableSID, Name: "Available", Available: true}, {SID: wrappingUpSID, Name: "Wrapping up"},
			{SID: unavailableSID, Name: "Unavailable"}, {SID: offlineSID, Name: "Offline"},
			{SID: lunchSID, Name: "Lunch"},
		},
	}
}
