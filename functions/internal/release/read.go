package release

import (
	"context"
	"encoding/json"
	"fmt"

	"switchboard/shared/deferred"
	"switchboard/shared/outlook"
	"switchboard/shared/recording"
	"switchboard/shared/roster"
	"switchboard/shared/settings"
)

// Understood is what a release made of a record: each text and item as it would write it again, in
// the record's order, or why it could not read it.
type Understood struct {
	Messages   []Reading            `json:"messages"`
	Recordings []Reading            `json:"recordings"`
	Items      []Reading            `json:"items"`
	Workers    []Reading            `json:"workers"`
	Parameters map[string][]Reading `json:"parameters"`
}

// Reading is one text. Text is empty if Fault says that it could not be read.
type Reading struct {
	Text  json.RawMessage `json:"text,omitempty"`
	Fault string          `json:"fault,omitempty"`
}

// Read reads what another release has written.
func Read(ctx context.Context, record Record) Understood {
	understood := Understood{Parameters: map[string][]Reading{}}
	for _, body := range record.Messages {
		message, err := deferred.Decode(string(body))
		understood.Messages = append(understood.Messages, reading(message, err))
	}
	for _, body := range record.Recordings {
		work, err := recording.Decode(string(body))
		understood.Recordings = append(understood.Recordings, reading(work, err))
	}
	for _, item := range record.Calls {
		known, err := knownBy(ctx, item.Fields)
		understood.Items = append(understood.Items, reading(known, err))
	}
	for _, fields := range record.Workers {
		understood.Workers = append(understood.Workers, readWorker(ctx, fields))
	}
	for name, written := range record.Parameters {
		for _, text := range written {
			understood.Parameters[name] = append(understood.Parameters[name], readParameter(name, text))
		}
	}
	return understood
}

// readWorker loads a worker's record and saves it again.
func readWorker(ctx context.Context, fields map[string]string) Reading {
	sid := fields[workerSID]
	table := workersTable{items: map[string]attributes{sid: typed(fields)}}
	store := roster.DynamoDB{Client: table, Name: "workers"}
	known, err := store.Load(ctx, sid)
	if err == nil {
		_, err = store.Save(ctx, known)
	}
	return reading(texts(table.items[sid]), err)
}

func readParameter(name, text string) Reading {
	switch name {
	case "outlook":
		known, err := outlook.Decode(text)
		if err != nil {
			return reading(nil, err)
		}
		again, err := known.Encode()
		return reading(json.RawMessage(again), err)
	case "settings/" + settings.OfClosed:
		known, err := settings.Decode(settings.OfClosed, text)
		if err != nil {
			return reading(nil, err)
		}
		again, err := known.Encode(settings.OfClosed)
		return reading(json.RawMessage(again), err)
	}
	return reading(nil, fmt.Errorf("no function reads the parameter %s", name))
}

func reading(value any, err error) Reading {
	if err != nil {
		return Reading{Fault: err.Error()}
	}
	text, err := json.Marshal(value)
	if err != nil {
		return Reading{Fault: err.Error()}
	}
	return Reading{Text: text}
}
