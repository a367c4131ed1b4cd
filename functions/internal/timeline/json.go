package timeline

import (
	"encoding/json"
	"io"
	"net/url"
	"time"

	"switchboard/shared/simulator"
)

// Entry is an entry of a timeline in JSON, for scripts.
type Entry struct {
	At             time.Time      `json:"at"`
	Kind           simulator.Kind `json:"kind"`
	CallSID        string         `json:"call_sid,omitempty"`
	TaskSID        string         `json:"task_sid,omitempty"`
	ReservationSID string         `json:"reservation_sid,omitempty"`
	MessageSID     string         `json:"message_sid,omitempty"`
	Text           string         `json:"text"`
	Words          string         `json:"words,omitempty"`
	Language       string         `json:"language,omitempty"`
	Recording      string         `json:"recording,omitempty"`
	Method         string         `json:"method,omitempty"`
	URL            string         `json:"url,omitempty"`
	Params         url.Values     `json:"params,omitempty"`
	Status         int            `json:"status,omitempty"`
	ContentType    string         `json:"content_type,omitempty"`
	Body           string         `json:"body,omitempty"`
}

// ForScripts returns the entries for JSON.
func (t *Timeline) ForScripts() []Entry {
	entries := make([]Entry, len(t.Entries))
	for i, entry := range t.Entries {
		entries[i] = Entry(entry)
	}
	return entries
}

// WriteJSON prints a document for scripts.
func WriteJSON(out io.Writer, document any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}
