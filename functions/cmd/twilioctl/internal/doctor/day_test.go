package doctor

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"switchboard/shared/roster"
	"switchboard/shared/simulator"
)

// TestRightSettingsAreNotReported tests valid settings that the healthy desk does not have.
func TestRightSettingsAreNotReported(t *testing.T) {
	t.Parallel()
	const extension = "+18005551212x1"
	tests := map[string]func(*patient){
		"available post-work activity":   func(p *patient) { p.parameters["PostWorkActivitySid"] = availableSID },
		"unavailable post-work activity": func(p *patient) { p.parameters["PostWorkActivitySid"] = wrappingUpSID },
		"single-tasking with a post-work activity": func(p *patient) {
			p.workspace(func(w *simulator.Workspace) { w.SingleTasking = true })
			p.parameters["PostWorkActivitySid"] = wrappingUpSID
		},
		"two calls and a post-work activity": func(p *patient) {
			p.parameters["PostWorkActivitySid"] = wrappingUpSID
			p.channel(bobSID, "Capacity=2")
		},
		"no offline activity": func(p *patient) { p.parameters["OfflineActivitySid"] = "" },
		"signed off into the reject activity": func(p *patient) {
			p.parameters["OfflineActivitySid"] = ""
			p.roster.records = []roster.Record{{WorkerSID: bobSID, Wish: roster.Off}}
			p.must("", p.twilio.SetWorkerActivity(bobSID, unavailableSID))
			p.later(time.Hour)
		},
		"signed off": func(p *patient) {
			p.must("", p.twilio.SetWorkerActivity(bobSID, offlineSID))
			p.later(time.Hour)
		},
		"missed a call just now": func(p *patient) {
			p.must("", p.twilio.SetWorkerActivity(bobSID, unavailableSID))
			p.later(7 * time.Minute)
		},
		"a number for workers": func(p *patient) {
			p.twilio.AddNumber(simulator.Number{Number: "+12065550101", VoiceURL: base + "/duty#rc=2"})
		},
		"texts":                            func(p *patient) { p.texts(base+"/messages#rc=2", http.MethodPost, "", true) },
		"texts that go elsewhere":          func(p *patient) { p.texts("https://other.example/messages", http.MethodGet, "", true) },
		"texts from the account's number":  func(p *patient) { p.parameters["NotifyFrom"] = ourNumber; p.texts("", http.MethodPost, "", true) },
		"texts from a messaging service":   func(p *patient) { p.service(`"` + base + `/messages"`) },
		"a service without an inbound URL": func(p *patient) { p.service(`null`) },
		"extensions of one number": func(p *patient) {
			p.attributes(aliceSID, `{"contact_uri":"`+extension+`","skills":["billing"]}`)
			p.attributes(bobSID, `{"contact_uri":"`+extension+`2","skills":["general"]}`)
		},
		"a PIN":                        func(p *patient) { p.ssm["/switchboard/duty-pin"] = "1234" },
		"missed calls without a limit": func(p *patient) { p.parameters["MissedCallLimit"] = "0" },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := healthy(t)
			change(p)
			if found := p.examine(); len(found) > 0 {
				t.Errorf("found %v", found)
			}
		})
	}
}

// service sends texts through a messaging service with this inbound URL.
func (p *patient) service(inbound string) {
	p.parameters["NotifyFrom"] = serviceSID
	p.answerREST("/Services/"+serviceSID, http.StatusOK, `{"sid":"`+serviceSID+`","friendly_name":"Desk","inbound_request_url":`+inbound+`}`)
}

func TestOldStackWithoutWorkerURLs(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	delete(p.outputs, "DutyUrl")
	delete(p.outputs, "MessageUrl")
	delete(p.outputs, "WorkersTable")
	// No record says whether this worker signed off.
	p.parameters["OfflineActivitySid"] = ""
	p.must("", p.twilio.SetWorkerActivity(bobSID, unavailableSID))
	p.later(time.Hour)
	p.wants(map[string]Level{"duty-url": Skipped, "message-url": Skipped, "workers-table": Skipped})
}

func TestRemedySignsTheWorkerOn(t *testing.T) {
	t.Parallel()
	for stack, want := range map[string]string{
		"switchboard": "go run ./functions/cmd/twilioctl workers --on Alice",
		"two desks":   "go run ./functions/cmd/twilioctl workers --stack 'two desks' --on Alice",
	} {
		p := healthy(t)
		p.doctor.StackName = stack
		p.must("", p.twilio.SetWorkerActivity(aliceSID, offlineSID))
		p.must("", p.twilio.SetWorkerActivity(bobSID, offlineSID))
		for _, each := range p.doctor.Examine(t.Context()) {
			if each.Check == "workers" && each.Remedy != want {
				t.Errorf("remedy %s, want %s", each.Remedy, want)
			}
		}
	}
}

// TestChannelsAreReadWithinLimit has more workers than the doctor reads channels of.
func TestChannelsAreReadWithinLimit(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	for i := range maxChannels {
		p.must(p.twilio.AddWorker(simulator.Worker{Name: "W" + strings.Repeat("x", i%40) + string(rune('A'+i/40)), Attributes: `{"contact_uri":"client:w"}`, Activity: availableSID}))
	}
	var said string
	for _, each := range p.doctor.Examine(t.Context()) {
		if each.Check == "worker-capacity" {
			said = each.Detail
		}
	}
	if !strings.HasSuffix(said, "; 2 more not read") {
		t.Errorf("worker-capacity says %q", said)
	}
	requests := 0
	for _, each := range p.twilio.Requests() {
		if strings.HasSuffix(each.Path, "/Channels") {
			requests++
		}
	}
	if requests != maxChannels {
		t.Errorf("%d requests for channels, want %d", requests, maxChannels)
	}
}
