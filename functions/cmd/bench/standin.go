package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// Values that the stand-in and the functions must share.
const (
	authToken     = "12345" // the token with which the files in events/ are signed
	secretsPrefix = "/switchboard"
	workflowSID   = "WW00000000000000000000000000000001"
)

// calls counts network calls by service.
type calls map[string]int

// minus returns the calls made since earlier.
func (c calls) minus(earlier calls) calls {
	since := calls{}
	for service, count := range c {
		if made := count - earlier[service]; made > 0 {
			since[service] = made
		}
	}
	return since
}

// standIn answers as AWS and Twilio, and counts the requests. It has no other state: every request
// about a call is answered for the same bridged call.
type standIn struct {
	url    string
	server *http.Server
	item   map[string]any // the call's item in the ledger's table, in DynamoDB's JSON

	mu      sync.Mutex
	counted calls
	unknown []string // requests for which it has no answer
}

func startStandIn(ctx context.Context) (*standIn, error) {
	item, err := bridgedItem(ctx)
	if err != nil {
		return nil, err
	}
	s := &standIn{item: item, counted: calls{}}
	server, address, err := serve(s.routes())
	if err != nil {
		return nil, fmt.Errorf("serve in place of AWS and Twilio: %w", err)
	}
	s.server, s.url = server, "http://"+address
	return s, nil
}

func (s *standIn) close() { _ = s.server.Close() }

// calls returns the counts so far. If the stand-in could not answer a request, it returns an error
// that names the request, because the counts are then wrong.
func (s *standIn) calls() (calls, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.unknown) > 0 {
		return nil, fmt.Errorf("the stand-in for AWS and Twilio has no answer for %s", strings.Join(s.unknown, ", "))
	}
	return s.counted.minus(nil), nil
}

func (s *standIn) routes() http.Handler {
	const account, workspace = "/2010-04-01/Accounts/{account}", "/v1/Workspaces/{workspace}"
	routes := http.NewServeMux()
	twilio := func(pattern, body string) { routes.Handle(pattern, s.twilio(body)) }
	twilio("POST "+account+"/Calls.json", `{"sid":"`+workerCallSID+`","status":"queued"}`)
	twilio("POST "+account+"/Calls/{call}", `{"sid":"`+workerCallSID+`","status":"canceled"}`)
	twilio("GET "+account+"/Calls/{call}", `{"sid":"`+workerCallSID+`","status":"completed"}`)
	twilio("GET "+account+"/Queues.json", `{"queues":[{"sid":"`+queueSID+`","friendly_name":"`+workflowSID+`","max_size":100,"current_size":3}],"page":0,"page_size":1000,"next_page_uri":null}`)
	twilio("POST "+account+"/Queues/{queue}", `{"sid":"`+queueSID+`","friendly_name":"`+workflowSID+`","max_size":200,"current_size":3}`)
	twilio("GET "+account+"/Queues/{queue}/Members/{call}", `{"call_sid":"`+callSID+`","position":1,"wait_time":35}`)
	twilio("POST "+workspace+"/Tasks/{task}/Reservations/{reservation}", `{"sid":"`+reservationSID+`","reservation_status":"rejected"}`)
	twilio("GET "+workspace+"/Tasks/{task}", `{"sid":"`+taskSID+`","assignment_status":"wrapping"}`)
	twilio("POST "+workspace+"/Tasks/{task}", `{"sid":"`+taskSID+`","assignment_status":"completed"}`)
	worker := `{"sid":"` + workerSID + `","friendly_name":"Alice","activity_sid":"WA00000000000000000000000000000002","activity_name":"Unavailable",` +
		`"available":false,"date_status_changed":"2026-11-24T11:00:00Z","attributes":"{\"contact_uri\":\"+14155550199\"}"}`
	twilio("GET "+workspace+"/Workers", `{"workers":[`+worker+`],"meta":{"key":"workers","page":0,"page_size":1000,"next_page_url":null}}`)
	twilio("GET "+workspace+"/Workers/{worker}", worker)
	twilio("POST "+workspace+"/Workers/{worker}", worker)
	twilio("GET "+workspace+"/Workers/{worker}/Reservations", `{"reservations":[],"meta":{"key":"reservations","page":0,"page_size":1,"next_page_url":null}}`)
	twilio("GET "+workspace+"/Events", `{"events":[],"meta":{"key":"events","page":0,"page_size":1000,"next_page_url":null}}`)
	routes.HandleFunc("POST /{$}", s.aws)
	routes.HandleFunc("/", s.nothing)
	return routes
}

func (s *standIn) twilio(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, request *http.Request) {
		s.count("Twilio")
		w.Header().Set("Content-Type", "application/json")
		if request.Method == http.MethodPost && strings.HasSuffix(request.URL.Path, "/Calls.json") {
			w.WriteHeader(http.StatusCreated)
		}
		_, _ = io.WriteString(w, body)
	}
}

func (s *standIn) count(service string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counted[service]++
}

func (s *standIn) nothing(w http.ResponseWriter, request *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unknown = append(s.unknown, strings.TrimSpace(request.Method+" "+request.URL.Path+" "+request.Header.Get("X-Amz-Target")))
	http.Error(w, "unknown here", http.StatusNotImplemented)
}
