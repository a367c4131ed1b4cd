package linkedcalls

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"switchboard/shared/taskrouter"
)

// Request is the function's input: one of a task, a call, a time and a day.
type Request struct {
	TaskSID string `json:"task_sid,omitempty"`
	CallSID string `json:"call_sid,omitempty"` // the caller's or the worker's
	Since   string `json:"since,omitempty"`    // RFC 3339, at most 30 days ago

	Day      string `json:"day,omitempty"`      // such as 2026-11-24
	Timezone string `json:"timezone,omitempty"` // of a day: IANA name, such as Europe/Berlin; "" is UTC, or what next has
	Format   string `json:"format,omitempty"`   // of a day: csv or jsonl
	Next     string `json:"next,omitempty"`     // of a day: as the answer before had it
}

const oneOf = `give one of {"task_sid": "WT…"}, {"call_sid": "CA…"}, {"since": "2026-11-24T09:00:00Z"} and ` +
	`{"day": "2026-11-24", "timezone": "Europe/Berlin", "format": "csv"}`

// question validates the request and returns the function that answers it.
func (h Handler) question(request Request) (func(context.Context) (Report, error), error) {
	ofDay := given(request.Timezone, request.Format, request.Next)
	if given(request.TaskSID, request.CallSID, request.Since, request.Day) != 1 || request.Day == "" && ofDay > 0 {
		return nil, errors.New(oneOf)
	}
	switch {
	case request.TaskSID != "":
		return h.aboutTask(request.TaskSID)
	case request.CallSID != "":
		return h.aboutCall(request.CallSID)
	case request.Since != "":
		return h.aboutTime(request.Since)
	}
	return h.aboutDay(request)
}

func given(fields ...string) (count int) {
	for _, field := range fields {
		if field != "" {
			count++
		}
	}
	return count
}

func (h Handler) aboutTask(task string) (func(context.Context) (Report, error), error) {
	if !taskrouter.ValidSID("WT", task) {
		return nil, errors.New("task_sid is not a WT… SID")
	}
	return func(ctx context.Context) (Report, error) { return h.byTask(ctx, task) }, nil
}

func (h Handler) aboutCall(call string) (func(context.Context) (Report, error), error) {
	if !taskrouter.ValidSID("CA", call) {
		return nil, errors.New("call_sid is not a CA… SID")
	}
	return func(ctx context.Context) (Report, error) { return h.byCall(ctx, call) }, nil
}

func (h Handler) aboutTime(since string) (func(context.Context) (Report, error), error) {
	from, err := time.Parse(time.RFC3339, since)
	if err != nil {
		return nil, fmt.Errorf("read since as an RFC 3339 time, such as 2026-11-24T09:00:00Z: %w", err)
	}
	if h.Now().Sub(from) > eventsReach {
		return nil, errors.New("since lies more than 30 days back, and Twilio keeps no events from then: export the days")
	}
	return func(ctx context.Context) (Report, error) { return h.since(ctx, from) }, nil
}

func (h Handler) aboutDay(request Request) (func(context.Context) (Report, error), error) {
	if request.Timezone == "" {
		_, request.Timezone, _ = strings.Cut(request.Next, " ")
	}
	day, err := newDay(request.Day, request.Timezone)
	if err != nil {
		return nil, err
	}
	if day.begin.After(h.Now()) {
		return nil, fmt.Errorf("day has not begun, in %s", day.zone)
	}
	write, header, err := writer(request.Format)
	if err != nil {
		return nil, err
	}
	from := day.begin
	if request.Next != "" {
		header = ""
		if from, err = day.rest(request.Next); err != nil {
			return nil, err
		}
	}
	export := &export{h: h, write: write, day: day, from: from, until: earlier(day.end, h.Now().Add(skew))}
	return func(ctx context.Context) (Report, error) { return export.run(ctx, header) }, nil
}
