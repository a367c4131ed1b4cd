package taskrouter

import "encoding/json"

// WorkerShift returns the name of a worker's shift, which is the attribute shift; "" = none.
func WorkerShift(attributes string) string {
	var worker struct {
		Shift json.RawMessage `json:"shift"`
	}
	var name string
	if json.Unmarshal([]byte(attributes), &worker) != nil || json.Unmarshal(worker.Shift, &name) != nil {
		return ""
	}
	return name
}

// IsLead reports whether a worker may close and open the desk by phone: the attribute lead is true.
func IsLead(attributes string) bool {
	var worker struct {
		Lead json.RawMessage `json:"lead"`
	}
	return json.Unmarshal([]byte(attributes), &worker) == nil && string(worker.Lead) == "true"
}
