package main

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"switchboard/shared/ledger"
)

const (
	workerCallSID = "CA00000000000000000000000000000002"
	workerSID     = "WK00000000000000000000000000000001"
	queueSID      = "QU00000000000000000000000000000001"
	workersTable  = "WorkersTable"
)

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
	case "AmazonSQS.SendMessage":
		// The SDK compares this digest with that of what it sent.
		digest := md5.Sum([]byte(asked.MessageBody))
		s.answer(w, "SQS", "1.0", document{"MessageId": "00000000-0000-4000-8000-000000000005", "MD5OfMessageBody": hex.EncodeToString(digest[:])})
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
		if name != secretsPrefix+"/auth-token" {
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
	if _, _, err := book.Claim(ctx, ref, ledger.Offer{WorkerSID: workerSID}); err != nil {
		return nil, fmt.Errorf("make a ledger item: %w", err)
	}
	if _, err := book.RecordAccepted(ctx, ref, workerCallSID); err != nil {
		return nil, fmt.Errorf("make a ledger item: %w", err)
	}
	if err := book.RecordTalked(ctx, ref, workerCallSID); err != nil {
		return nil, fmt.Errorf("make a ledger item: %w", err)
	}
	fields, err := store.Get(ctx, callSID)
	if err != nil {
		return nil, fmt.Errorf("make a ledger item: %w", err)
	}
	item := document{}
	for name, value := range fields {
		item[name] = document{"S": value}
	}
	return item, nil
}
