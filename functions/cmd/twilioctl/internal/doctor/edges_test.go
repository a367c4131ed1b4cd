package doctor

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/shared/secrets"
	"switchboard/shared/simulator"
)

// skipped returns the skipped checks among found. Any other level fails the test.
func (p *patient) skipped() []string {
	p.Helper()
	found := p.examine()
	for name, level := range found {
		if level != Skipped {
			p.Errorf("%s: %s, want it skipped", name, level)
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func TestWithoutStack(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.doctor.Stack, p.doctor.NoStack = nil, "there is no stack switchboard yet"
	want := []string{
		"alarms", "assignment-url", "caller-id", "dead-letter-queue", "duty-url", "event-url", "fallback-assignment-url", "fault-activity", "message-url", "missed-calls",
		"notify-from", "offline-activity", "post-work-activity", "queue-limit", "reject-activity", "reservation-timeout", "signed-request", "task-timeout", "unsigned-requests", "voice-fallback-url", "voice-url",
		"worker-capacity", "worker-held", "workers-table", "wrap-up",
	}
	if got := p.skipped(); !slices.Equal(got, want) {
		t.Errorf("skipped %q, want %q", got, want)
	}
}

func TestWithURLsAlone(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	var err error
	if p.doctor.Stack, err = deployment.At(base); err != nil {
		t.Fatal(err)
	}
	p.doctor.AWS, p.doctor.NoAWS = nil, "AWS was not asked"
	want := []string{
		"alarms", "auth-token", "caller-id", "dead-letter-queue", "fault-activity", "hold-music", "lambda-concurrency", "missed-calls", "notify-from", "offline-activity",
		"post-work-activity", "queue-limit", "reject-activity", "reservation-timeout",
		"settings", "signed-request", "ssm-parameters", "task-timeout", "worker-capacity", "worker-held", "workers-table", "wrap-up",
	}
	if got := p.skipped(); !slices.Equal(got, want) {
		t.Errorf("skipped %q, want %q", got, want)
	}
}

func TestStandardAPIKey(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	const key = "SK00000000000000000000000000000001"
	p.doctor.Account.Credentials = account.Credentials{User: key, Password: secrets.New(otherToken), Source: "API key in TWILIO_API_KEY"}
	p.doctor.Account.Transport = p.dated(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _, _ := r.BasicAuth()
		if user == key && strings.HasSuffix(r.URL.Path, "/Accounts/"+accountSID+".json") {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"code":20003,"message":"Authenticate","status":401}`))
			return
		}
		if user == key {
			r.SetBasicAuth(accountSID, token)
		}
		p.twilio.ServeHTTP(w, r)
	}))
	p.wants(map[string]Level{})
}

func TestEmptyWorkspace(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.twilio = simulator.New(simulator.Config{AccountSID: accountSID, WorkspaceSID: workspaceSID, AuthToken: token, Loop: p.twilio.Loop()})
	p.doctor.Account.Transport = p.dated(p.twilio)
	for _, each := range []simulator.Activity{{SID: wrappingUpSID, Name: "Wrapping up"}, {SID: unavailableSID, Name: "Unavailable"}, {SID: offlineSID, Name: "Offline"}} {
		p.must(p.twilio.AddActivity(each))
	}
	p.must(p.twilio.AddTaskQueue(simulator.TaskQueue{SID: billingSID, Name: "Billing", TargetWorkers: "1==1"}))
	p.workspace(nil)
	p.workflow(func(w *simulator.Workflow) { w.Configuration = routes("", leadsTo(billingSID)) })
	p.number(nil)
	p.wants(map[string]Level{"workers": Error, "available-activity": Error, "workflow-filters": Skipped})
}

func TestOtherNumbersAreIgnored(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.twilio.AddNumber(simulator.Number{Number: "+12065550188", VoiceURL: "https://other.example/voice", VoiceMethod: http.MethodGet})
	p.wants(map[string]Level{})
}

func TestVerifiedCallerID(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.parameters["WorkerCallerId"] = "+12065550177"
	p.twilio.AddCallerID(simulator.CallerID{Number: "+12065550177"})
	p.wants(map[string]Level{})
}

// TestRefusedRead refuses one request after another: each must lead to an error.
func TestRefusedRead(t *testing.T) {
	t.Parallel()
	withCallerID := func(t *testing.T) *patient {
		p := healthy(t)
		p.parameters["WorkerCallerId"] = "+12065550177"
		p.twilio.AddCallerID(simulator.CallerID{Number: "+12065550177"})
		return p
	}
	all := withCallerID(t)
	all.examine()
	for n := 1; n <= len(all.twilio.Requests()); n++ {
		t.Run(fmt.Sprint("request ", n), func(t *testing.T) {
			t.Parallel()
			p := withCallerID(t)
			p.twilio.RefuseREST(n, http.StatusForbidden)
			findings := p.examine()
			if !slices.Contains(slices.Collect(maps.Values(findings)), Error) {
				t.Errorf("found %v, want an error", findings)
			}
		})
	}
}

func TestNumbersWithTrunkOrApp(t *testing.T) {
	t.Parallel()
	e := evidence{urls: deployment.URLs{VoiceURL: base + "/enqueue"}}
	n := account.Number{Number: ourNumber, VoiceURL: base + "/enqueue", VoiceMethod: http.MethodPost}
	if got := e.voiceURL(n); got.Level != OK {
		t.Fatalf("without either: %+v", got)
	}
	n.TrunkSID = "TK00000000000000000000000000000001"
	if got := e.voiceURL(n); got.Level != Error || !strings.Contains(got.Detail, n.TrunkSID) {
		t.Errorf("with a trunk: %+v", got)
	}
	n.TrunkSID, n.ApplicationSID = "", "AP00000000000000000000000000000001"
	if got := e.voiceURL(n); got.Level != Error || !strings.Contains(got.Detail, n.ApplicationSID) {
		t.Errorf("with an app: %+v", got)
	}
}

func TestAccountStatus(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status, kind string
		want         Level
	}{{"active", "Full", OK}, {"active", "Trial", Warning}, {"suspended", "Full", Error}, {"closed", "Trial", Error}} {
		e := evidence{doctor: healthy(t).doctor, credentials: fact[holder]{value: holder{Status: test.status, Type: test.kind}}}
		if got := e.checkCredentials(); got[0].Level != test.want {
			t.Errorf("%s, %s: %+v, want %s", test.status, test.kind, got, test.want)
		}
	}
}
