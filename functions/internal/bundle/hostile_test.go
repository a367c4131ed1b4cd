package bundle

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"switchboard/functions/linkedcalls"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/webhook/webhooktest"
)

const (
	call        = "CA00000000000000000000000000000001"
	workerCall  = "CA00000000000000000000000000000002"
	account     = "AC00000000000000000000000000000001"
	workspace   = "WS00000000000000000000000000000001"
	workflow    = "WW00000000000000000000000000000001"
	task        = "WT00000000000000000000000000000001"
	reservation = "WR00000000000000000000000000000001"
	workerSID   = "WK00000000000000000000000000000001"
	activity    = "WA00000000000000000000000000000001"
	available   = "WA00000000000000000000000000000002"

	// planted is text that no log may have: a whole phone number, a secret, and words that only a
	// body has.
	planted = "+14155550123 hunter2 \"body of theirs\""

	// maxLine is the maximum length of a log line, in bytes.
	maxLine = 2000
)

// hostile is an error text from outside.
func hostile() error { return errors.New(planted) }

// refusing is an SQS that rejects every message.
type refusing struct{}

func (refusing) SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	return nil, hostile()
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

func answering(status int, body string) roundTrip {
	return func(request *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Request: request}, nil
	}
}

// peers are possible answers of Twilio and the CRM.
func peers() map[string]roundTrip {
	return map[string]roundTrip{
		"broken connection": func(*http.Request) (*http.Response, error) { return nil, hostile() },
		"HTML":              answering(http.StatusInternalServerError, "<html>"+planted),
		"refusal":           answering(http.StatusBadRequest, `{"code":21211,"message":"`+strings.ReplaceAll(planted, `"`, `\"`)+`","status":400}`),
		"no code":           answering(http.StatusBadRequest, `{"message":"`+strings.ReplaceAll(planted, `"`, `\"`)+`"}`),
		"no JSON":           answering(http.StatusOK, planted),
		"other type":        answering(http.StatusOK, `{"sid":14155550123,"queues":14155550123,"events":14155550123}`),
	}
}

// attributes are attributes of a task.
func attributes(sid string) string {
	encoded, err := json.Marshal(map[string]string{"call_sid": sid, "account_sid": account, "from": "+14155550123", "to": "+14155550123", "note": planted})
	if err != nil {
		panic(err)
	}
	return string(encoded)
}

// forms are what Twilio, or another sender with its token, may post to each route. sid replaces the
// SIDs in a form.
func forms(sid func(string) string, word string) map[string]url.Values {
	person := url.Values{"AccountSid": {account}, "From": {"+14155550123"}, "To": {"+14155550123"}, "SpeechResult": {planted}, "CallStatus": {word}}
	with := func(pairs ...string) url.Values {
		form := url.Values{}
		for name, values := range person {
			form[name] = values
		}
		for i := 0; i < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		return form
	}
	routes := map[string]url.Values{
		"/enqueue":       with("CallSid", sid(call)),
		"/hold":          with("CallSid", sid(call), "MaxQueueSize", "5"),
		"/survey":        with("CallSid", sid(call), "QueueResult", word),
		"/survey/score":  with("CallSid", sid(call), "Digits", planted),
		"/survey/remark": with("CallSid", sid(call), "RecordingSid", sid("RE00000000000000000000000000000001")),
	}
	for _, kind := range []string{"score", "yes_no", "remark"} {
		path := "/survey/en/question/" + kind + "/0"
		routes[path] = with("CallSid", sid(call), "RecordingSid", sid("RE00000000000000000000000000000001"))
	}
	routes["/duty"], routes["/messages"] = with("CallSid", sid(call)), with("MessageSid", sid("SM00000000000000000000000000000001"), "Body", word)
	routes["/duty/1795521630/"+workerSID+"/pin/0"] = with("CallSid", sid(call), "Digits", planted)
	routes["/duty/1795521630/"+workerSID+"/key/0"] = with("CallSid", sid(call), "Digits", "1")
	for _, stop := range []string{"reason/0", "open/0", "close/usual"} {
		routes["/duty/1795521630/"+workerSID+"/"+stop] = with("CallSid", sid(call), "Digits", "9")
	}
	routes["/messages/status/"+workerSID] = with("MessageSid", sid("SM00000000000000000000000000000001"), "MessageStatus", word, "ErrorCode", "21610")
	for _, stop := range []string{"gate", "key", "dial", "dialed", "status"} {
		path := "/worker/" + call + "/" + task + "/" + reservation + "/" + stop
		routes[path] = with("CallSid", sid(workerCall), "DialCallStatus", word, "Digits", "1")
	}
	for _, kind := range []string{"task.created", "task.canceled", "task.wrapup", "reservation.created", "reservation.timeout", word} {
		routes["/events?"+kind] = with("Sid", sid("EV00000000000000000000000000000001"), "EventType", kind, "WorkflowSid", workflow, "TaskSid", sid(task),
			"ReservationSid", sid(reservation), "WorkerSid", sid(workerSID), "TaskAttributes", attributes(sid(call)), "TimestampMs", "1795521620500")
	}
	return routes
}

// questions is a survey in which a caller's answers are spoken.
const questions = `{"version":1,"survey":{"speech":true,"questions":[{"name":"score","kind":"score","say":{"en":"How was it?"}},` +
	`{"name":"yes_no","kind":"yes_no","say":{"en":"Did we help you?"}},{"name":"remark","kind":"remark"}]}}`

// newSettings returns a stack's settings. The clock stands still.
func newSettings(peer http.RoundTripper, table ledger.Store, log io.Writer) (Environment, Clients) {
	settings := Environment{
		"TWILIO_ACCOUNT_SID": account, "WORKSPACE_SID": workspace, "WORKFLOW_SID": workflow, "SECRETS_PREFIX": "/switchboard",
		"POST_WORK_ACTIVITY_SID": activity, "REJECT_ACTIVITY_SID": activity, "AVAILABLE_ACTIVITY_SID": available,
		"MISSED_CALL_PAUSE_SECONDS": "60", "MISSED_CALL_LIMIT": "3", "BRIDGE_MODE": "deferred", "WORKER_GATE": "press-1",
		"WORKER_RING_SECONDS": "15", "RESERVATION_TIMEOUT_SECONDS": "120", "WRAP_UP_SECONDS": "30", "QUEUE_MAX_SIZE": "100",
		"CRM_URL": "https://crm.example/calls?key=hunter2", "CRM_FAILURE": "reject", "PUBLIC_BASE_URL": webhooktest.BaseURL,
		"END_STUCK_TASKS": "yes",
	}
	now := func() time.Time { return time.Date(2026, 11, 24, 12, 0, 30, 0, time.UTC) }
	return settings, Clients{
		Parameters: Parameters{"/switchboard/auth-token": webhooktest.Token, "/switchboard/settings/survey": questions}, Table: table, Roster: &roster.Memory{}, Queue: refusing{}, REST: peer, CRM: peer, Now: now,
		Pause:  func(context.Context, time.Duration) error { return nil },
		Logger: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

// wantClean fails the test if a log has planted text.
func wantClean(t *testing.T, log string) {
	t.Helper()
	for line := range strings.Lines(log) {
		if len(line) > maxLine {
			t.Errorf("a line of %d bytes: %s…", len(line), line[:300])
		}
		for _, part := range []string{"4155550123", "hunter2", "theirs", `"12345"`} {
			if strings.Contains(line, part) {
				t.Errorf("the log has %s: %.600s", part, line)
			}
		}
	}
}

func TestWebhookLogsHaveNothingPlanted(t *testing.T) {
	t.Parallel()
	sids := map[string]func(string) string{
		"whole": func(sid string) string { return sid },
		"other": func(string) string { return planted },
		"long":  func(sid string) string { return sid + strings.Repeat("0", 40_000) },
	}
	for kind, sid := range sids {
		for name, peer := range peers() {
			for _, word := range []string{"completed", planted, strings.Repeat("a", 40_000)} {
				t.Run(fmt.Sprintf("%s %s %.12s", kind, name, word), func(t *testing.T) {
					t.Parallel()
					var log bytes.Buffer
					settings, clients := newSettings(peer, &ledger.Memory{}, &log)
					for path, form := range forms(sid, word) {
						path, _, _ = strings.Cut(path, "?")
						route := "/" + strings.Split(path, "/")[1]
						if route == "/worker" {
							route += "/"
						}
						if _, err := settings.Stop(route, clients)(t.Context(), webhooktest.Event(path, form)); err != nil {
							t.Fatal(err)
						}
					}
					wantClean(t, log.String())
				})
			}
		}
	}
}

// TestInvokedLogsHaveNothingPlanted tests the functions that no webhook invokes, with their reports
// and errors, because Lambda logs these.
func TestInvokedLogsHaveNothingPlanted(t *testing.T) {
	t.Parallel()
	messages := map[string]string{
		"bridge": `{"bridge":{"call_sid":"` + call + `","task_sid":"` + task + `","reservation_sid":"` + reservation + `","worker_sid":"` + workerSID +
			`","contact":"+14155550123","caller_id":"+14155550123","base_url":"` + webhooktest.BaseURL + `","deadline":"2026-11-24T12:02:00Z","task_attributes":` +
			attributes(call) + `,"worker_attributes":{}}}`,
		"wrap-up":     `{"wrap_up":{"call_sid":"` + call + `","task_sid":"` + task + `"}}`,
		"queue limit": `{"queue_limit":{"found":5}}`,
		"other type":  `{"bridge":{"call_sid":14155550123}}`,
		"no JSON":     planted,
		"no contact": `{"bridge":{"call_sid":"` + call + `","task_sid":"` + task + `","reservation_sid":"` + reservation + `","worker_sid":"` + workerSID +
			`","contact":"+14155550123 hunter2"}}`,
	}
	for name, peer := range peers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			table := &ledger.Memory{}
			settings, clients := newSettings(peer, table, &log)
			for id, message := range messages {
				batch := events.SQSEvent{Records: []events.SQSMessage{{MessageId: id, Body: message}}}
				_, err := settings.Bridge(clients).Handle(t.Context(), batch)
				fmt.Fprintln(&log, err)
			}
			report, err := settings.Sweeper(clients).Handle(t.Context())
			fmt.Fprintln(&log, report, err)
			for _, request := range []linkedcalls.Request{{TaskSID: task}, {CallSID: workerCall}, {Day: "2026-11-24", Format: "csv"}} {
				answer, err := settings.LinkedCalls(clients).Handle(t.Context(), request)
				fmt.Fprintln(&log, answer.Warning, err)
			}
			wantClean(t, log.String())
		})
	}
}
