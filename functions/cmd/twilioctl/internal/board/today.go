package board

import "time"

// Today is how the day went since midnight.
type Today struct {
	Since        time.Time `json:"since"`
	Calls        int       `json:"calls"`
	Answered     int       `json:"answered"`
	Abandoned    int       `json:"abandoned"`
	Within       int       `json:"within_seconds"`
	ServiceLevel *float64  `json:"service_level"` // share answered within that time; null = no call counts yet
	Longest      int       `json:"longest_wait_seconds"`

	lastTalk map[string]time.Time // when each worker's last talk ended
}
