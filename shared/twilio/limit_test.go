package twilio

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// endless is a body without an end, after a beginning. It counts what was read of it.
type endless struct {
	beginning io.Reader
	read      int
}

func (e *endless) Read(p []byte) (int, error) {
	n, err := e.beginning.Read(p)
	if err != nil {
		for n = range p {
			p[n] = 'x'
		}
		n = len(p)
	}
	e.read += n
	return n, nil
}

func (e *endless) Close() error { return nil }

// answering returns a client whose requests are answered with these bodies, and counts them.
func answering(answer func(request *http.Request) string) (client *Client, asked *int) {
	asked = new(int)
	client = newClient("")
	client.Pause = (&pauses{}).Pause
	client.Transport = roundTrip(func(request *http.Request) (*http.Response, error) {
		*asked++
		body := io.NopCloser(strings.NewReader(answer(request)))
		return &http.Response{StatusCode: http.StatusOK, Body: body, Request: request}, nil
	})
	return client, asked
}

func TestEndlessAnswersAreCutOff(t *testing.T) {
	t.Parallel()
	for _, operation := range operations() {
		// One that writes, one that reads, one that lists: the race detector needs seconds for
		// each.
		if !slices.Contains([]string{"PlaceCall", "TaskStatus", "Events"}, operation.name) {
			continue
		}
		t.Run(operation.name, func(t *testing.T) {
			t.Parallel()
			var bodies []*endless
			client := newClient("")
			client.Pause = (&pauses{}).Pause
			client.Transport = roundTrip(func(request *http.Request) (*http.Response, error) {
				body := &endless{beginning: strings.NewReader(`{"sid":"`)}
				bodies = append(bodies, body)
				return &http.Response{StatusCode: http.StatusOK, Body: body, Request: request}, nil
			})
			err := operation.do(t.Context(), client)
			if err == nil || !strings.Contains(err.Error(), "the answer has more than 16 MiB") {
				t.Errorf("err = %v, want one that says so", err)
			}
			for _, body := range bodies {
				if body.read > AnswerLimit+1 {
					t.Errorf("%d bytes were read, at most %d may be", body.read, AnswerLimit+1)
				}
			}
		})
	}
}

func TestAnswerOfExactlyTheLimit(t *testing.T) {
	t.Parallel()
	for length, want := range map[int]error{AnswerLimit - 1: nil, AnswerLimit: nil, AnswerLimit + 1: errLongAnswer} {
		body := &limited{ReadCloser: io.NopCloser(strings.NewReader(strings.Repeat("x", length))), left: AnswerLimit}
		read, err := io.ReadAll(body)
		if !errors.Is(err, want) || len(read) != min(length, AnswerLimit) {
			t.Errorf("%d bytes: %d were read, %v; want %v", length, len(read), err, want)
		}
	}
}

// page is a page of tasks with the address of the next one.
func page(next string) string {
	return `{"tasks":[{"sid":"` + taskSID + `"}],"meta":{"key":"tasks","next_page_url":"` + next + `"}}`
}

func TestListsThatDoNotEnd(t *testing.T) {
	t.Parallel()
	const address = "https://taskrouter.twilio.com" + tasksPath + "?PageSize=1000&Page=1&PageToken="
	tasks := strings.Repeat(`{"sid":"`+taskSID+`"},`, MaxItems) + `{"sid":"` + taskSID + `"}`
	for name, test := range map[string]struct {
		answer    func(request *http.Request) string
		want      error
		wantAsked int
	}{
		"pages in a cycle": {func(request *http.Request) string {
			if request.URL.Query().Get("PageToken") == "A" {
				return page(address + "B")
			}
			return page(address + "A")
		}, errPageTwice, 3},
		"pages without end": {func(request *http.Request) string {
			return page(address + "x" + request.URL.Query().Get("PageToken"))
		}, errTooManyPages, maxPages},
		"too many items": {func(*http.Request) string {
			return `{"tasks":[` + tasks + `],"meta":{"key":"tasks","next_page_url":"` + address + `A"}}`
		}, errTooManyItems, 1},
		"malformed address": {func(*http.Request) string { return page("https://[+14155550123") }, errNextPage, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, asked := answering(test.answer)
			_, err := client.Tasks(t.Context(), "pending")
			if !errors.Is(err, test.want) || *asked != test.wantAsked || strings.Contains(err.Error(), "4155550123") {
				t.Errorf("err = %v after %d requests, want %v after %d", err, *asked, test.want, test.wantAsked)
			}
		})
	}
}

func TestQueueOfTooManyMembers(t *testing.T) {
	t.Parallel()
	var members strings.Builder
	for i := range MaxItems + 1 {
		fmt.Fprintf(&members, `{"call_sid":"CA%032x","queue_sid":"%s"},`, i, queueSID)
	}
	client, asked := answering(func(request *http.Request) string {
		if strings.HasSuffix(request.URL.Path, "/Members.json") {
			return `{"queue_members":[` + strings.TrimSuffix(members.String(), ",") + `],"next_page_uri":"/Members.json?Page=1"}`
		}
		return `{"queues":[{"sid":"` + queueSID + `","friendly_name":"` + workflowSID + `"}],"next_page_uri":null}`
	})
	if _, err := client.WaitingCalls(t.Context()); !errors.Is(err, errTooManyItems) || *asked != 2 {
		t.Errorf("err = %v after %d requests, want %v after two", err, *asked, errTooManyItems)
	}
}

func TestPagesElsewhereAreNotRequested(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"https://elsewhere.example/", "http://taskrouter.twilio.com/", "https://twilio.com.example/", "https://nottwilio.com/"} {
		asked := 0
		parsed, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		wire := &Transport{Context: t.Context(), Next: roundTrip(func(request *http.Request) (*http.Response, error) {
			asked++
			return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: request}, nil
		})}
		if _, err := wire.RoundTrip(&http.Request{Method: http.MethodGet, URL: parsed}); !errors.Is(err, errForeignHost) || asked != 0 {
			t.Errorf("%s: err = %v after %d requests, want %v and none", address, err, asked, errForeignHost)
		}
	}
}

// TestErrorsQuoteNothing plants a number, a token and a body wherever an error without a code can
// get its text from.
func TestErrorsQuoteNothing(t *testing.T) {
	t.Parallel()
	const planted = "+14155550123 hunter2"
	answers := map[string]reply{
		"HTML":           {status: 500, body: "<html>" + planted},
		"no code":        {status: 400, body: `{"message":"` + planted + `"}`},
		"code of text":   {status: 400, body: `{"code":"` + planted + `"}`},
		"status of text": {status: 400, body: `{"status":"` + planted + `"}`},
		"no JSON":        {status: 200, body: planted},
		"other type":     {status: 200, body: `{"sid":14155550123,"queues":14155550123,"events":14155550123,"tasks":14155550123,"calls":14155550123}`},
		"time":           {status: 200, body: `{"date_created":"` + planted + `","date_updated":"` + planted + `"}`},
		"bare number":    {status: 200, body: `14155550123`},
	}
	for _, operation := range operations() {
		for name, answer := range answers {
			t.Run(operation.name+" "+name, func(t *testing.T) {
				t.Parallel()
				client, _, _ := newTwilio(t, answer, answer, answer, answer, answer, answer)
				err := operation.do(t.Context(), client)
				if err != nil && (strings.Contains(err.Error(), "4155550123") || strings.Contains(err.Error(), "hunter2")) {
					t.Errorf("err = %v", err)
				}
			})
		}
	}
}
