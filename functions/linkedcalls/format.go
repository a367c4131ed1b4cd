package linkedcalls

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"switchboard/shared/spreadsheet"
)

// writer returns the function that writes the line of a link, and the header line.
func writer(format string) (write func(Link) (string, error), header string, err error) {
	switch format {
	case "jsonl":
		return jsonLine, "", nil
	case "csv":
		header, err = spreadsheet.Line(columns())
		return csvLine, header, err
	}
	return nil, "", errors.New("format is csv or jsonl")
}

// jsonLine returns the link as one JSON object.
func jsonLine(link Link) (string, error) {
	var line strings.Builder
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(link); err != nil {
		return "", fmt.Errorf("encode call %s: %w", link.CallSID, err)
	}
	return line.String(), nil
}

// columns is the header line of a CSV export; README.md lists it.
func columns() []string {
	return []string{
		"call_sid", "worker_call_sid", "task_sid", "worker_sid", "enqueued", "bridged", "left_queue", "completed", "queue_result",
		"score", "remark", "voicemail", "try_count", "tries", "sources", "overflow", "answers", "callback",
		"worker_name", "dialed_number", "queue", "language",
	}
}

// csvLine returns the link as a record with these columns. Tries, answers and call back, which have
// no columns of their own, are JSON.
func csvLine(link Link) (string, error) {
	tries, err := list(len(link.Tries), link.Tries)
	if err != nil {
		return "", fmt.Errorf("encode tries of call %s: %w", link.CallSID, err)
	}
	answers, err := list(len(link.Answers), link.Answers)
	if err != nil {
		return "", fmt.Errorf("encode answers of call %s: %w", link.CallSID, err)
	}
	callback := ""
	if link.Callback != nil {
		if callback, err = list(1, link.Callback); err != nil {
			return "", fmt.Errorf("encode call back of call %s: %w", link.CallSID, err)
		}
	}
	return spreadsheet.Line([]string{
		link.CallSID, link.WorkerCallSID, link.TaskSID, link.WorkerSID,
		instant(link.Enqueued), instant(link.Bridged), instant(link.LeftQueue), instant(link.Completed), link.QueueResult,
		link.Score, link.Remark, link.Voicemail, strconv.Itoa(len(link.Tries)), tries, strings.Join(link.Sources, " "), link.Overflow,
		answers, callback, link.WorkerName, link.DialedNumber, link.Queue, link.Language,
	})
}

// list returns a list of n entries as JSON, or "" for an empty one.
func list(n int, entries any) (string, error) {
	if n == 0 {
		return "", nil
	}
	encoded, err := json.Marshal(entries)
	return string(encoded), err
}

// instant returns the time as RFC 3339 in UTC, or "" for the zero time.
func instant(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}
