package account

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/shared/secrets"
	"switchboard/shared/twilio"
)

const (
	accountSID   = "AC00000000000000000000000000000001"
	workspaceSID = "WS00000000000000000000000000000001"
	workerSID    = "WK00000000000000000000000000000001"
	queueSID     = "WQ00000000000000000000000000000001"
)

// server answers requests one after another, and records them.
type server struct {
	mu      sync.Mutex
	answers []func(http.ResponseWriter, *http.Request)
	asked   []string
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = r.ParseForm()
	s.asked = append(s.asked, strings.TrimSuffix(r.Method+" "+r.URL.Path+"?"+r.Form.Encode(), "?"))
	if len(s.answers) == 0 {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	answer := s.answers[0]
	s.answers = s.answers[1:]
	answer(w, r)
}

func body(status int, text string, headers ...string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, text)
	}
}

func refusal(status, code int) func(http.ResponseWriter, *http.Request) {
	return body(status, fmt.Sprintf(`{"code":%d,"message":"No","status":%d}`, code, status))
}

func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// newClient returns a client of a server with these answers. pauses records how long the client
// waited.
func newClient(t *testing.T, answers ...func(http.ResponseWriter, *http.Request)) (client *Client, asked *server, pauses *[]time.Duration) {
	t.Helper()
	asked = &server{answers: answers}
	listening := httptest.NewServer(asked)
	t.Cleanup(listening.Close)
	pauses = &[]time.Duration{}
	return &Client{
		AccountSID: accountSID, Credentials: Credentials{User: accountSID, Password: secrets.New("hunter2")}, BaseURL: listening.URL,
		Pause: func(_ context.Context, d time.Duration) error {
			*pauses = append(*pauses, d)
			return nil
		},
	}, asked, pauses
}

func workers(next string, names ...string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		var all []string
		for _, name := range names {
			all = append(all, fmt.Sprintf(`{"sid":%q,"friendly_name":%q,"attributes":"{}","available":true,"activity_name":"Idle","date_status_changed":"2026-11-24T12:00:00Z"}`, workerSID, name))
		}
		meta := `{"key":"workers","next_page_url":null}`
		if next != "" {
			meta = fmt.Sprintf(`{"key":"workers","next_page_url":"https://taskrouter.twilio.com%s"}`, next)
		}
		_, _ = fmt.Fprintf(w, `{"workers":[%s],"meta":%s}`, strings.Join(all, ","), meta)
	}
}

func TestAllPagesAreRead(t *testing.T) {
	t.Parallel()
	path := "/v1/Workspaces/" + workspaceSID + "/Workers"
	client, asked, _ := newClient(t, workers(path+"?PageSize=1000&Page=1&PageToken=PT1", "Al"), workers(path+"?PageSize=1000&Page=2&PageToken=PT2", "Bo", "Cy"), workers("", "Di"))
	found, err := client.Workers(t.Context(), workspaceSID)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, w := range found {
		names = append(names, w.Name)
	}
	if !slices.Equal(names, []string{"Al", "Bo", "Cy", "Di"}) || found[0].StatusChanged.IsZero() || !found[0].Available || found[0].ActivityName != "Idle" {
		t.Errorf("workers = %+v", found)
	}
	want := []string{"GET " + path + "?PageSize=1000", "GET " + path + "?Page=1&PageSize=1000&PageToken=PT1", "GET " + path + "?Page=2&PageSize=1000&PageToken=PT2"}
	if !slices.Equal(asked.asked, want) {
		t.Errorf("asked %q, want %q", asked.asked, want)
	}
}

func TestRetries(t *testing.T) {
	t.Parallel()
	read := func(ctx context.Context, c *Client) error {
		_, err := c.Workers(ctx, workspaceSID)
		return err
	}
	write := func(ctx context.Context, c *Client) error {
		_, err := c.Create(ctx, Resource{Kind: KindWorker, Workspace: workspaceSID, Name: "Al"}, url.Values{"FriendlyName": {"Al"}})
		return err
	}
	made := body(201, `{"sid":"`+workerSID+`"}`)
	throttled := refusal(429, 20429)
	tests := []struct {
		name       string
		do         func(context.Context, *Client) error
		answers    []func(http.ResponseWriter, *http.Request)
		wantStatus int // of the error; -1 for none
		wantPauses []time.Duration
	}{
		{
			name:       "a throttled read",
			do:         read,
			answers:    []func(http.ResponseWriter, *http.Request){throttled, throttled, workers("", "Al")},
			wantStatus: -1,
			wantPauses: []time.Duration{500 * time.Millisecond, time.Second},
		},
		{
			name:       "a throttled write",
			do:         write,
			answers:    []func(http.ResponseWriter, *http.Request){throttled, made},
			wantStatus: -1,
			wantPauses: []time.Duration{500 * time.Millisecond},
		},
		{
			name:       "as long as Twilio asks",
			do:         write,
			answers:    []func(http.ResponseWriter, *http.Request){body(429, "{}", "Retry-After", "7"), made},
			wantStatus: -1,
			wantPauses: []time.Duration{7 * time.Second},
		},
		{
			name:       "but not for ever",
			do:         write,
			answers:    []func(http.ResponseWriter, *http.Request){body(429, "{}", "Retry-After", "3600"), made},
			wantStatus: -1,
			wantPauses: []time.Duration{30 * time.Second},
		},
		{
			name:       "throttled for good",
			do:         write,
			answers:    slices.Repeat([]func(http.ResponseWriter, *http.Request){throttled}, 5),
			wantStatus: 429,
			wantPauses: []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second},
		},
		{
			name:       "a read that fails",
			do:         read,
			answers:    []func(http.ResponseWriter, *http.Request){refusal(503, 20503), body(502, "<html>"), workers("", "Al")},
			wantStatus: -1,
			wantPauses: []time.Duration{500 * time.Millisecond, time.Second},
		},
		{"a write that fails", write, []func(http.ResponseWriter, *http.Request){refusal(503, 20503)}, 503, nil},
		{"a read that is refused", read, []func(http.ResponseWriter, *http.Request){refusal(404, 20404)}, 404, nil},
		{"no way in", read, []func(http.ResponseWriter, *http.Request){refusal(401, 20003)}, 401, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, asked, pauses := newClient(t, test.answers...)
			err := test.do(t.Context(), client)
			status := -1
			var failure *twilio.Error
			if errors.As(err, &failure) {
				status = failure.Status
			}
			if status != test.wantStatus || len(asked.asked) != len(test.answers) || !slices.Equal(*pauses, test.wantPauses) {
				t.Errorf("%v after %d requests and pauses %v; want status %d, %d requests, pauses %v", err, len(asked.asked), *pauses, test.wantStatus, len(test.answers), test.wantPauses)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                       string
		answer                     func(http.ResponseWriter, *http.Request)
		denied, throttled, unknown bool
		want                       string
	}{
		{
			name:   "401",
			answer: refusal(401, 20003),
			denied: true,
			want:   `create worker "Al": Twilio answered 401, error 20003: No (https://www.twilio.com/docs/api/errors/20003)`,
		},
		{"403", refusal(403, 20403), true, false, false, "error 20403"},
		{"400", refusal(400, 20001), false, false, false, "error 20001"},
		{"500", refusal(500, 20500), false, false, true, "error 20500"},
		{"502 of a proxy", body(502, "<html>"), false, false, true, `create worker "Al": Twilio answered 502`},
		{"no answer", hangUp, false, false, true, `create worker "Al": no answer from `},
		{
			name:    "an answer that says nothing",
			answer:  body(201, "{}"),
			unknown: true,
			want:    `create worker "Al": Twilio answered 201: the answer has no SID`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, _, _ := newClient(t, test.answer)
			_, err := client.Create(t.Context(), Resource{Kind: KindWorker, Workspace: workspaceSID, Name: "Al"}, url.Values{})
			var failure *twilio.Error
			if !errors.As(err, &failure) {
				t.Fatalf("err = %v", err)
			}
			if failure.Denied() != test.denied || failure.Throttled() != test.throttled || failure.Unknown() != test.unknown || !strings.Contains(err.Error(), test.want) {
				t.Errorf("denied %t, throttled %t, unknown %t: %v", failure.Denied(), failure.Throttled(), failure.Unknown(), err)
			}
			if strings.Contains(fmt.Sprintf("%v %+v %#v", err, failure, client.Credentials), "hunter2") {
				t.Error("the error shows the password")
			}
		})
	}
}

func TestEndedContext(t *testing.T) {
	t.Parallel()
	client, asked, _ := newClient(t, workers("", "Al"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client.Workers(ctx, workspaceSID); !errors.Is(err, context.Canceled) || len(asked.asked) > 0 {
		t.Errorf("err = %v, asked %v", err, asked.asked)
	}
}

func TestMalformedSIDs(t *testing.T) {
	t.Parallel()
	client, asked, _ := newClient(t)
	for _, r := range []Resource{
		{Kind: KindWorker, Workspace: workspaceSID, SID: "WK1/../../../Tasks/WT2"},
		{Kind: KindWorker, Workspace: "WS1", SID: workerSID},
		{Kind: KindWorker, Workspace: workspaceSID, SID: queueSID},
		{Kind: KindNumber, SID: "PN1"},
	} {
		if err := client.Update(t.Context(), r, url.Values{}); err == nil {
			t.Errorf("%+v is taken", r)
		}
	}
	if len(asked.asked) > 0 {
		t.Errorf("asked %v", asked.asked)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	in := "/v1/Workspaces/" + workspaceSID
	for want, r := range map[string]Resource{
		"POST " + in + "?A=1":                                            {Kind: KindWorkspace, SID: workspaceSID},
		"POST " + in + "/Activities?A=1":                                 {Kind: KindActivity, Workspace: workspaceSID},
		"POST " + in + "/TaskQueues?A=1":                                 {Kind: KindTaskQueue, Workspace: workspaceSID},
		"POST " + in + "/Workflows?A=1":                                  {Kind: KindWorkflow, Workspace: workspaceSID},
		"POST " + in + "/Workers/WK00000000000000000000000000000001?A=1": {Kind: KindWorker, Workspace: workspaceSID, SID: workerSID},
		"POST /2010-04-01/Accounts/" + accountSID + "/IncomingPhoneNumbers/PN00000000000000000000000000000001.json?A=1": {Kind: KindNumber, SID: "PN00000000000000000000000000000001"},
		"POST /2010-04-01/Accounts/" + accountSID + "/Queues/QU00000000000000000000000000000001.json?A=1":               {Kind: KindVoiceQueue, SID: "QU00000000000000000000000000000001"},
	} {
		client, asked, _ := newClient(t, body(200, "{}"))
		if err := client.Update(t.Context(), r, url.Values{"A": {"1"}}); err != nil || !slices.Equal(asked.asked, []string{want}) {
			t.Errorf("asked %q, %v; want %q", asked.asked, err, want)
		}
	}
}

func TestDeleteInUse(t *testing.T) {
	t.Parallel()
	none, one := `{"reservations":[],"meta":{}}`, `{"reservations":[{"sid":"WR1"}],"meta":{}}`
	tests := []struct {
		name    string
		r       Resource
		answers []func(http.ResponseWriter, *http.Request)
		deleted bool
	}{
		{
			name:    "a queue with tasks",
			r:       Resource{Kind: KindTaskQueue, Workspace: workspaceSID, SID: queueSID},
			answers: []func(http.ResponseWriter, *http.Request){body(200, `{"tasks":[{"sid":"WT1"}],"meta":{}}`)},
		},
		{
			name:    "a queue without",
			r:       Resource{Kind: KindTaskQueue, Workspace: workspaceSID, SID: queueSID},
			answers: []func(http.ResponseWriter, *http.Request){body(200, `{"tasks":[],"meta":{}}`), body(204, "")},
			deleted: true,
		},
		{
			name:    "a reserved worker",
			r:       Resource{Kind: KindWorker, Workspace: workspaceSID, SID: workerSID},
			answers: []func(http.ResponseWriter, *http.Request){body(200, one)},
		},
		{
			name:    "a worker who talks",
			r:       Resource{Kind: KindWorker, Workspace: workspaceSID, SID: workerSID},
			answers: []func(http.ResponseWriter, *http.Request){body(200, none), body(200, one)},
		},
		{
			name:    "a worker who wraps up",
			r:       Resource{Kind: KindWorker, Workspace: workspaceSID, SID: workerSID},
			answers: []func(http.ResponseWriter, *http.Request){body(200, none), body(200, none), body(200, one)},
		},
		{
			name:    "an idle worker",
			r:       Resource{Kind: KindWorker, Workspace: workspaceSID, SID: workerSID},
			answers: []func(http.ResponseWriter, *http.Request){body(200, none), body(200, none), body(200, none), body(204, "")},
			deleted: true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, asked, _ := newClient(t, test.answers...)
			err := client.Delete(t.Context(), test.r)
			var inUse *InUseError
			if errors.As(err, &inUse) == test.deleted || (err == nil) != test.deleted {
				t.Errorf("err = %v", err)
			}
			last := asked.asked[len(asked.asked)-1]
			if strings.HasPrefix(last, http.MethodDelete) != test.deleted || len(asked.asked) != len(test.answers) {
				t.Errorf("asked %q", asked.asked)
			}
		})
	}
}

func TestAmbiguousWorkspace(t *testing.T) {
	t.Parallel()
	client, _, _ := newClient(t, body(200, `{"workspaces":[{"sid":"WS1","friendly_name":"A"},{"sid":"WS2","friendly_name":"B"},{"sid":"WS3","friendly_name":"A"}],"meta":{}}`))
	_, err := client.Read(t.Context(), "A")
	var ambiguous *AmbiguousError
	if !errors.As(err, &ambiguous) || ambiguous.SIDs != [2]string{"WS1", "WS3"} {
		t.Errorf("err = %v", err)
	}
}

// hosts records the hosts of the requests.
type hosts struct{ seen []string }

// RoundTrip implements http.RoundTripper.
func (h *hosts) RoundTrip(r *http.Request) (*http.Response, error) {
	h.seen = append(h.seen, r.URL.Host)
	return nil, errors.New("no route to host")
}

// TestRegion is not parallel: twilio-go reads the region from the environment.
func TestRegion(t *testing.T) {
	t.Setenv("TWILIO_REGION", "ie1")
	t.Setenv("TWILIO_EDGE", "dublin")
	asked := &hosts{}
	client := &Client{AccountSID: accountSID, Credentials: Credentials{User: accountSID, Password: secrets.New("t")}, Transport: asked, Pause: func(context.Context, time.Duration) error { return errors.New("no more") }}
	_, _ = client.Workers(t.Context(), workspaceSID)
	_ = client.Update(t.Context(), Resource{Kind: KindWorker, Workspace: workspaceSID, SID: workerSID}, url.Values{})
	_ = client.Update(t.Context(), Resource{Kind: KindNumber, SID: "PN00000000000000000000000000000001"}, url.Values{})
	if want := []string{"taskrouter.dublin.ie1.twilio.com", "taskrouter.dublin.ie1.twilio.com", "api.dublin.ie1.twilio.com"}; !slices.Equal(asked.seen, want) {
		t.Errorf("asked %q, want %q", asked.seen, want)
	}
}
