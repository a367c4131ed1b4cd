package main

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/shared/ledger"
)

// Values that the stand-in and the functions must share.
const (
	authToken     = "12345" // the token with which the files in events/ are signed
	workerCallSID = "CA00000000000000000000000000000002"
	workerSID     = "WK00000000000000000000000000000001"
	queueSID      = "QU00000000000000000000000000000001"
	workersTable  = "WorkersTable"
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

// calls returns the counts so far.
func (s *standIn) calls() calls {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.counted)
}

// complaints returns an error that names the requests without an answer: the counts are then wrong.
func (s *standIn) complaints() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.unknown) > 0 {
		return fmt.Errorf("the stand-in for AWS and Twilio has no answer for %s", strings.Join(s.unknown, ", "))
	}
	return nil
}

func (s *standIn) routes() http.Handler {
	const rest, workspace = "/2010-04-01/Accounts/{account}", "/v1/Workspaces/{workspace}"
	routes := http.NewServeMux()
	twilio := func(pattern, body string) { routes.Handle(pattern, s.twilio(body)) }
	twilio("POST "+rest+"/Calls.json", `{"sid":"`+workerCallSID+`","status":"queued"}`)
	twilio("POST "+rest+"/Calls/{call}", `{"sid":"`+workerCallSID+`","status":"canceled"}`)
	twilio("GET "+rest+"/Calls/{call}", `{"sid":"`+workerCallSID+`","status":"completed"}`)
	twilio("GET "+rest+"/Queues.json", `{"queues":[{"sid":"`+queueSID+`","friendly_name":"`+account.WorkflowSID+`","max_size":100,"current_size":3}],"page":0,"page_size":1000,"next_page_uri":null}`)
	twilio("POST "+rest+"/Queues/{queue}", `{"sid":"`+queueSID+`","friendly_name":"`+account.WorkflowSID+`","max_size":200,"current_size":3}`)
	twilio("GET "+rest+"/Queues/{queue}/Members/{call}", `{"call_sid":"`+callSID+`","position":1,"wait_time":35}`)
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

// document is a JSON object to be sent.
type document = map[string]any

// aws answers the functions' operations, in the JSON protocol of each service.
func (s *standIn) aws(w http.ResponseWriter, request *http.Request) {
	var asked struct {
		Names       []string
		MessageBody string
		TableName   string
	}
	if err := json.NewDecoder(request.Body).Decode(&asked); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	operation := request.Header.Get("X-Amz-Target")
	if asked.TableName == workersTable && strings.HasPrefix(operation, "DynamoDB_20120810.") {
		s.answer(w, "DynamoDB", "1.0", document{}) // no worker has an item
		return
	}
	switch operation {
	case "AmazonSSM.GetParameters":
		s.answer(w, "SSM", "1.1", parameters(asked.Names))
	case "AmazonSSM.PutParameter":
		s.answer(w, "SSM", "1.1", document{"Version": 2, "Tier": "Standard"})
	case "AmazonSQS.SendMessage":
		// The SDK compares this digest with that of what it sent.
		digest := md5.Sum([]byte(asked.MessageBody))
		s.answer(w, "SQS", "1.0", document{
			"MessageId":        "00000000-0000-4000-8000-000000000005",
			"MD5OfMessageBody": hex.EncodeToString(digest[:]),
		})
	case "DynamoDB_20120810.UpdateItem":
		s.answer(w, "DynamoDB", "1.0", document{"Attributes": s.item})
	case "DynamoDB_20120810.GetItem":
		s.answer(w, "DynamoDB", "1.0", document{"Item": s.item})
	case "DynamoDB_20120810.Query":
		s.answer(w, "DynamoDB", "1.0", document{"Items": []document{s.item}, "Count": 1, "ScannedCount": 1})
	default:
		s.nothing(w, request)
	}
}

func (s *standIn) answer(w http.ResponseWriter, service, protocol string, body document) {
	s.count(service)
	w.Header().Set("Content-Type", "application/x-amz-json-"+protocol)
	// The client may have gone away.
	_ = json.NewEncoder(w).Encode(body)
}

// parameters has the auth token and nothing else, as in a new stack.
func parameters(names []string) document {
	found, missing := []document{}, []string{}
	for _, name := range names {
		if name != account.AuthToken {
			missing = append(missing, name)
			continue
		}
		found = append(found, document{"Name": name, "Type": "SecureString", "Value": authToken, "Version": 1, "DataType": "text"})
	}
	return document{"Parameters": found, "InvalidParameters": missing}
}

// bridgedItem returns the ledger's item of a bridged call.
func bridgedItem(ctx context.Context) (document, error) {
	store := &ledger.Memory{}
	book := ledger.Ledger{Store: store, Now: time.Now}
	ref := ledger.Ref{CallSID: callSID, TaskSID: taskSID, ReservationSID: reservationSID}
	_, _, claimed := book.Claim(ctx, ref, ledger.Offer{WorkerSID: workerSID})
	_, accepted := book.RecordAccepted(ctx, ref, workerCallSID)
	talked := book.RecordTalked(ctx, ref, workerCallSID)
	fields, read := store.Get(ctx, callSID)
	if err := errors.Join(claimed, accepted, talked, read); err != nil {
		return nil, fmt.Errorf("make a ledger item: %w", err)
	}
	item := document{}
	for name, value := range fields {
		item[name] = document{"S": value}
	}
	return item, nil
}
