package twilio

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"switchboard/shared/secrets"
	own "switchboard/shared/taskrouter"
)

const (
	accountSID     = "AC00000000000000000000000000000001"
	workspaceSID   = "WS00000000000000000000000000000001"
	workflowSID    = "WW00000000000000000000000000000001"
	taskSID        = "WT00000000000000000000000000000001"
	reservationSID = "WR00000000000000000000000000000001"
	activitySID    = "WA00000000000000000000000000000001"
	queueSID       = "QU00000000000000000000000000000001"
	callSID        = "CA00000000000000000000000000000001"
	workerCallSID  = "CA00000000000000000000000000000002"

	// token is alphanumeric, as twilio-go wants it.
	token = "0123456789abcdef0123456789abcdee"

	callsPath       = "/2010-04-01/Accounts/" + accountSID + "/Calls.json"
	legPath         = "/2010-04-01/Accounts/" + accountSID + "/Calls/" + workerCallSID + ".json"
	callPath        = "/2010-04-01/Accounts/" + accountSID + "/Calls/" + callSID + ".json"
	queuesPath      = "/2010-04-01/Accounts/" + accountSID + "/Queues.json"
	queuePath       = "/2010-04-01/Accounts/" + accountSID + "/Queues/" + queueSID + ".json"
	memberPath      = "/2010-04-01/Accounts/" + accountSID + "/Queues/" + queueSID + "/Members/" + callSID + ".json"
	taskPath        = "/v1/Workspaces/" + workspaceSID + "/Tasks/" + taskSID
	reservationPath = taskPath + "/Reservations/" + reservationSID
	eventsPath      = "/v1/Workspaces/" + workspaceSID + "/Events"
)

// keys are secrets that are always there.
type keys struct {
	set      secrets.Set
	replaced secrets.Set // what Renew returns, if it differs
	err      error
}

func (k keys) Get(context.Context) (secrets.Set, error) { return k.set, k.err }

func (k keys) Renew(context.Context) (secrets.Set, error) {
	if k.replaced != (secrets.Set{}) {
		return k.replaced, nil
	}
	return k.set, k.err
}

// reply is what the stand-in for Twilio answers; with cut it takes the request and closes the
// connection.
type reply struct {
	status int
	body   string
	cut    bool
}

// refusal is an error as Twilio tells it (https://www.twilio.com/docs/usage/requests-to-twilio).
// Its status is also in the body.
func refusal(status, code int) reply {
	body := fmt.Sprintf(`{"code":%d,"message":"No","more_info":"https://www.twilio.com/docs/errors/%d","status":%d}`, code, code, status)
	return reply{status: status, body: body}
}

// seen is a request as it came over the wire. Parameters are those of the query and those of the
// form.
type seen struct {
	method, path   string
	query, form    url.Values
	user, password string
	contentType    string
}

// standIn answers in Twilio's place, each request with the next reply, and keeps what it was asked.
type standIn struct {
	*httptest.Server
	mu      sync.Mutex
	replies []reply
	asked   []seen
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	user, password, _ := r.BasicAuth()
	s.asked = append(s.asked, seen{r.Method, r.URL.Path, r.URL.Query(), form, user, password, r.Header.Get("Content-Type")})
	if len(s.replies) == 0 {
		// 418 is an answer that nothing retries: the test sees one request too many, and this in
		// the error.
		http.Error(w, "no reply is left", http.StatusTeapot)
		return
	}
	next := s.replies[0]
	s.replies = s.replies[1:]
	if next.cut {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(next.status)
	_, _ = io.WriteString(w, next.body)
}

// requests returns what was asked so far.
func (s *standIn) requests() []seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// pauses keeps how long a client would have waited between its tries.
type pauses struct{ asked []time.Duration }

func (p *pauses) Pause(ctx context.Context, d time.Duration) error {
	p.asked = append(p.asked, d)
	return ctx.Err()
}

// newClient returns a client with the account's token.
func newClient(base string) *Client {
	client := NewClient(accountSID, workspaceSID, base, keys{set: secrets.Set{AuthToken: secrets.New(token)}})
	client.Workflows = own.Workflows{Current: workflowSID}
	return client
}

// newTwilio returns a client of a stand-in that gives these replies.
func newTwilio(t *testing.T, replies ...reply) (*Client, *standIn, *pauses) {
	t.Helper()
	server := &standIn{replies: replies}
	server.Server = httptest.NewUnstartedServer(server)
	// On a connection that it uses again, net/http itself repeats a GET that was cut.
	server.Config.SetKeepAlivesEnabled(false)
	server.Start()
	t.Cleanup(server.Close)
	waited := &pauses{}
	client := newClient(server.URL)
	client.Pause = waited.Pause
	return client, server, waited
}
