package simulator_test

import (
	"encoding/json"
	"net/url"
	"testing"
)

// TestSetUpMatchesTwiliosOpenAPI sets an account up over REST, reads it and empties it, and
// compares the answers with Twilio's description.
func TestSetUpMatchesTwiliosOpenAPI(t *testing.T) {
	t.Parallel()
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
