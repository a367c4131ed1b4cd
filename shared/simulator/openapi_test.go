package simulator_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"
	monitor "github.com/twilio/twilio-go/rest/monitor/v1"
	voice "github.com/twilio/twilio-go/rest/voice/v1"

	"switchboard/shared/openapitest"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

// TestAnswersMatchTwiliosOpenAPI compares the requests and answers of two calls and a tour of the
// REST API with Twilio's description.
func TestAnswersMatchTwiliosOpenAPI(t *testing.T) {
	a := newAccount(t, simulator.Config{Seed: 21}, aliceNumber, bobNumber)
	a.SetPhone(aliceNumber, script.Busy())
	a.SetPhone(bobNumber, script.AnswersAfter(2*time.Second,
		script.Hears("press 1"), script.Presses("1"), script.Talks(20*time.Second), script.HangsUp()))
	a.Call(callerNumber, lineNumber, script.Hears("How was it?"), script.Presses("5"), script.Records(2*time.Second), script.Hears("for your remark"))
	a.CallAfter(20*time.Second, "+15550000002", lineNumber, script.HangsUpAfter(3*time.Minute))
	a.Loop().After(50*time.Second, func() { a.tour() })
	a.play(t)
	a.wantProblem(t, "dequeuing a member of a workflow's queue")

	const account, workspace = "/2010-04-01/Accounts/{AccountSid}", "/v1/Workspaces/{WorkspaceSid}"
	a.wantJudged(t,
		"POST "+account+"/Calls.json", "GET "+account+"/Calls.json", "GET "+account+"/Calls/{Sid}.json",
		"POST "+account+"/Calls/{Sid}.json", "GET "+account+"/Queues.json", "POST "+account+"/Queues.json",
		"GET "+account+"/Queues/{Sid}.json", "POST "+account+"/Queues/{Sid}.json", "DELETE "+account+"/Queues/{Sid}.json",
		"GET "+account+"/Queues/{QueueSid}/Members.json", "GET "+account+"/Queues/{QueueSid}/Members/{CallSid}.json",
		"POST "+account+"/Queues/{QueueSid}/Members/{CallSid}.json", "GET "+workspace+"/Tasks", "POST "+workspace+"/Tasks", "GET "+workspace+"/Tasks/{Sid}", "POST "+workspace+"/Tasks/{Sid}",
		"GET "+workspace+"/Tasks/{TaskSid}/Reservations", "GET "+workspace+"/Tasks/{TaskSid}/Reservations/{Sid}",
		"POST "+workspace+"/Tasks/{TaskSid}/Reservations/{Sid}", "GET "+workspace+"/Events", "GET "+workspace+"/RealTimeStatistics",
		"GET "+account+"/Recordings/{Sid}.json", "DELETE "+account+"/Recordings/{Sid}.json",
		"POST "+account+"/Messages.json", "GET "+account+"/Messages.json",
		"GET "+workspace+"/Workers/{WorkerSid}/Channels", "GET "+workspace+"/Workers/{WorkerSid}/Channels/{Sid}",
		"POST "+workspace+"/Workers/{WorkerSid}/Channels/{Sid}", "GET "+workspace+"/Workers/{WorkerSid}/Reservations",
		"GET "+workspace+"/Workers/{Sid}",
	)
}

// wantJudged has Twilio's description judge all requests and answers, and checks that these
// operations are among them.
func (a *account) wantJudged(t *testing.T, operations ...string) {
	t.Helper()
	api, seen := openapitest.Read(t), map[string]bool{}
	for _, r := range a.Requests() {
		asked, faults := api.Judge(r)
		seen[asked] = true
		for _, fault := range faults {
			t.Errorf("%s %s %d: %s", r.Method, r.Path, r.Status, fault)
		}
	}
	for _, want := range operations {
		if !seen[want] {
			t.Errorf("no request for %s was judged", want)
		}
	}
}

// tour requests every resource once, and makes some requests that Twilio rejects.
func (a *account) tour() {
	base, workspace := "/2010-04-01/Accounts/"+a.AccountSID(), "/v1/Workspaces/"+a.WorkspaceSID()
	get := func(path string) string { return a.app.rest("GET", path, nil) }
	member := a.Calls()[len(a.Calls())-1]
	for _, c := range a.Calls() {
		if c.To == lineNumber && c.Status == "in-progress" {
			member = c
		}
	}
	queues := get(base + "/Queues.json")
	_, sid, _ := strings.Cut(queues, `"sid":"`)
	queue := base + "/Queues/" + sid[:34]
	get(queue + ".json")
	get(queue + "/Members.json")
	get(queue + "/Members/" + member.SID + ".json")
	get(queue + "/Members/Front.json")
	a.textTour()
	get(base + "/Calls.json")
	get(base + "/Calls/" + member.SID + ".json")
	get(base + "/Calls/CA00000000000000000000000000000000.json")
	a.app.rest("POST", queue+".json", url.Values{"MaxSize": {"200"}})
	a.app.rest("POST", queue+".json", url.Values{"MaxSize": {"-1"}})
	_, created, _ := strings.Cut(a.app.rest("POST", base+"/Queues.json", url.Values{"FriendlyName": {"spare"}, "MaxSize": {"5"}}), `"sid":"`)
	a.app.rest("DELETE", base+"/Queues/"+created[:34]+".json", nil)
	a.app.rest("DELETE", queue+".json", nil)
	a.app.rest("POST", base+"/Calls.json", url.Values{"To": {"nowhere"}, "From": {lineNumber}, "Url": {"https://app.example/x"}})

	reservation := a.Reservations()[0]
	task := workspace + "/Tasks/" + reservation.TaskSID
	get(task)
	get(task + "/Reservations")
	get(task + "/Reservations/" + reservation.SID)
	get(workspace + "/Tasks?AssignmentStatus=pending&EvaluateTaskAttributes=" + url.QueryEscape(`call_sid == "`+member.SID+`"`))
	get(workspace + "/Events")
	get(workspace + "/RealTimeStatistics")
	for _, kept := range a.Recordings() {
		get(base + "/Recordings/" + kept.SID + ".json")
		a.app.rest("DELETE", base+"/Recordings/"+kept.SID+".json", nil)
		get(base + "/Recordings/" + kept.SID + ".json?IncludeSoftDeleted=true")
	}
	get(workspace + "/Tasks/WT00000000000000000000000000000000")
	a.app.rest("POST", task, url.Values{"Priority": {"7"}})
	a.app.rest("POST", workspace+"/Tasks", url.Values{
		"WorkflowSid": {workflowSID}, "TaskChannel": {"voice"}, "VirtualStartTime": {"2026-01-01T08:00:00Z"}, "Attributes": {`{"kind":"sales"}`},
	})
	a.app.rest("POST", task+"/Reservations/"+reservation.SID, url.Values{"ReservationStatus": {"rejected"}})

	a.app.answers["/elsewhere"] = "<Say>Elsewhere</Say>"
	a.app.rest("POST", queue+"/Members/Front.json", url.Values{"Url": {"https://app.example/elsewhere"}})
	a.app.rest("POST", base+"/Calls/"+member.SID+".json", url.Values{"Status": {"completed"}})
}

// textTour requests the resources about texts and about busy workers.
func (a *account) textTour() {
	base, worker := "/2010-04-01/Accounts/"+a.AccountSID(), a.below("Workers/")+a.Workers()[0].SID
	a.app.rest("POST", base+"/Messages.json", url.Values{"To": {callerNumber}, "From": {lineNumber}, "Body": {"Good day"}, "ValidityPeriod": {"300"}})
	service := a.AddMessagingService(simulator.MessagingService{Numbers: []string{lineNumber}})
	a.SetTexting(callerNumber, simulator.Texting{ErrorCode: 30003, Failed: true})
	a.app.rest("POST", base+"/Messages.json", url.Values{"To": {callerNumber}, "MessagingServiceSid": {service}, "Body": {"Good day"}})
	a.app.rest("POST", base+"/Messages.json", url.Values{"To": {"bob"}, "From": {lineNumber}, "Body": {"Good day"}})
	a.app.rest("GET", base+"/Messages.json", nil)
	a.Loop().After(10*time.Second, func() {
		a.app.rest("GET", base+"/Messages.json?To="+url.QueryEscape(callerNumber)+"&PageSize=1", nil)
	})
	for _, path := range []string{"", "/Channels", "/Channels/voice", "/Reservations?ReservationStatus=rejected", "/Channels/chat"} {
		a.app.rest("GET", worker+path, nil)
	}
	a.app.rest("POST", worker+"/Channels/voice", url.Values{"Capacity": {"2"}})
}

// TestParametersAreTwilios compares the parameters that the simulator accepts as documented with
// those that Twilio documents.
func TestParametersAreTwilios(t *testing.T) {
	compared := 0
	for asked, want := range openapitest.Read(t).Parameters() {
		names, known := simulator.DocumentedParameters(asked)
		if !known {
			continue
		}
		compared++
		slices.Sort(names)
		equalLists(t, asked, names, want)
	}
	if compared < 40 {
		t.Errorf("%d operations compared, want the 15 of the account and the 25 of workspaces", compared)
	}
}

// TestSetUpMatchesTwiliosOpenAPI sets an account up over REST, reads it and empties it, and
// compares the answers with Twilio's description.
func TestSetUpMatchesTwiliosOpenAPI(t *testing.T) {
	a, _ := emptyAccount(t)
	a.setUpTour(t)
	const account, workspaces = "/2010-04-01/Accounts", "/v1/Workspaces"
	want := []string{
		"GET " + account + "/{Sid}.json", "GET " + account + "/{AccountSid}/IncomingPhoneNumbers.json",
		"GET " + account + "/{AccountSid}/IncomingPhoneNumbers/{Sid}.json", "POST " + account + "/{AccountSid}/IncomingPhoneNumbers/{Sid}.json",
		"GET " + workspaces, "POST " + workspaces, "GET " + workspaces + "/{Sid}", "POST " + workspaces + "/{Sid}", "DELETE " + workspaces + "/{Sid}",
	}
	for _, resource := range []string{"Activities", "TaskQueues", "Workflows", "Workers"} {
		list := workspaces + "/{WorkspaceSid}/" + resource
		want = append(want, "GET "+list, "POST "+list, "GET "+list+"/{Sid}", "POST "+list+"/{Sid}", "DELETE "+list+"/{Sid}")
	}
	a.wantJudged(t, want...)
}

// make posts a form and returns the SID of the new resource.
func (a *account) make(t *testing.T, path string, form url.Values) string {
	t.Helper()
	body := a.app.rest("POST", path, form)
	var made struct{ SID string }
	if err := json.Unmarshal([]byte(body), &made); err != nil || made.SID == "" {
		t.Fatalf("%s: %v: %s", path, err, body)
	}
	return made.SID
}

func (a *account) setUpTour(t *testing.T) {
	t.Helper()
	get := func(path string) string { return a.app.rest("GET", path, nil) }
	own := "/2010-04-01/Accounts/" + a.AccountSID()
	get(own + ".json")
	var numbers struct {
		Numbers []struct{ SID string } `json:"incoming_phone_numbers"`
	}
	if err := json.Unmarshal([]byte(get(own+"/IncomingPhoneNumbers.json?PhoneNumber="+url.QueryEscape(lineNumber))), &numbers); err != nil || len(numbers.Numbers) != 1 {
		t.Fatalf("numbers %+v, %v", numbers, err)
	}
	number := own + "/IncomingPhoneNumbers/" + numbers.Numbers[0].SID + ".json"
	get(number)
	a.app.rest("POST", number, url.Values{"VoiceUrl": {"https://app.example/enqueue#rc=2"}, "VoiceFallbackUrl": {"https://app.example/fallback"}})
	a.app.rest("POST", number, url.Values{"VoiceUrl": {"nowhere"}})

	get("/v1/Workspaces")
	workspace := "/v1/Workspaces/" + a.make(t, "/v1/Workspaces", url.Values{
		"FriendlyName": {"Support"}, "EventsFilter": {"task.created,task.canceled"}, "EventCallbackUrl": {"https://app.example/events"}, "Template": {"FIFO"},
	})
	a.app.rest("POST", "/v1/Workspaces", url.Values{"FriendlyName": {"Support"}})
	get("/v1/Workspaces?FriendlyName=Support")
	get(workspace)
	activity := a.make(t, workspace+"/Activities", url.Values{"FriendlyName": {"Wrapping up"}})
	queue := a.make(t, workspace+"/TaskQueues", url.Values{"FriendlyName": {"Spanish"}, "TargetWorkers": {`languages HAS "es"`}, "AssignmentActivitySid": {activity}})
	workflow := a.make(t, workspace+"/Workflows", url.Values{
		"FriendlyName": {"Calls"}, "Configuration": {`{"task_routing":{"default_filter":{"queue":"` + queue + `"}}}`},
		"AssignmentCallbackUrl": {"https://app.example/assignment#rc=1&rp=ct"}, "TaskReservationTimeout": {"60"},
	})
	worker := a.make(t, workspace+"/Workers", url.Values{"FriendlyName": {"Alice"}, "Attributes": {`{"languages":["es"]}`}, "ActivitySid": {activity}})
	a.app.rest("POST", workspace, url.Values{"TimeoutActivitySid": {activity}, "DefaultActivitySid": {activity}})
	for _, resource := range []struct {
		path   string
		change url.Values
	}{
		{"/Workers/" + worker, url.Values{"Attributes": {`{"languages":["es","en"]}`}}},
		{"/Activities/" + activity, url.Values{"FriendlyName": {"Wrap-up"}}},
		{"/TaskQueues/" + queue, url.Values{"TaskOrder": {"LIFO"}}},
		{"/Workflows/" + workflow, url.Values{"TaskReservationTimeout": {"90"}}},
	} {
		get(workspace + resource.path)
		a.app.rest("POST", workspace+resource.path, resource.change)
	}
	get(workspace + "/Events")
	get(workspace + "/RealTimeStatistics")
	for _, resource := range []string{"/Activities", "/TaskQueues", "/Workflows", "/Workers"} {
		get(workspace + resource + "?PageSize=1")
	}
	for _, resource := range []string{
		"/Workers/" + worker, "/TaskQueues/" + queue, "/Workflows/" + workflow, "/TaskQueues/" + queue, "/Activities/" + activity, "",
	} {
		a.app.rest("DELETE", workspace+resource, nil)
	}
	get(workspace)
}

// TestAnswersMatchTwilioTypes compares the resources that the OpenAPI files leave out with the
// types of Twilio's own library.
func TestAnswersMatchTwilioTypes(t *testing.T) {
	a := newAccount(t, simulator.Config{}, aliceNumber)
	a.app.statuses["/assignment"] = 500
	a.AddCallerID(simulator.CallerID{SID: "PN00000000000000000000000000000001", Number: "+15550000099"})
	a.waits(time.Second)
	a.runFor(t, time.Minute)
	own := "/2010-04-01/Accounts/" + a.AccountSID() + "/OutgoingCallerIds"
	for _, test := range []struct {
		path, key string // of the list, if it is one
		want      any
	}{
		{"/v1/Alerts", "alerts", monitor.MonitorV1Alert{}},
		{"/v1/Alerts/NO00000000000000000000000000000001", "", monitor.MonitorV1AlertInstance{}},
		{"/v1/DialingPermissions/Countries", "content", voice.VoiceV1DialingPermissionsCountry{}},
		{"/v1/DialingPermissions/Countries/GB", "", voice.VoiceV1DialingPermissionsCountryInstance{}},
		{own + ".json", "outgoing_caller_ids", api.ApiV2010OutgoingCallerId{}},
		{own + "/PN00000000000000000000000000000001.json", "", api.ApiV2010OutgoingCallerId{}},
	} {
		body := []byte(a.app.rest("GET", test.path, nil))
		if test.key != "" {
			var list map[string]json.RawMessage
			noError(t, json.Unmarshal(body, &list))
			var items []json.RawMessage
			noError(t, json.Unmarshal(list[test.key], &items))
			body = items[0]
		}
		var shown map[string]any
		noError(t, json.Unmarshal(body, &shown))
		noError(t, json.Unmarshal(body, reflect.New(reflect.TypeOf(test.want)).Interface()))
		got, want := slices.Sorted(maps.Keys(shown)), []string{}
		for i := range reflect.TypeOf(test.want).NumField() {
			name, _, _ := strings.Cut(reflect.TypeOf(test.want).Field(i).Tag.Get("json"), ",")
			want = append(want, name)
		}
		slices.Sort(want)
		equalLists(t, test.path, got, want)
	}
}
