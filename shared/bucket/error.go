package bucket

import (
	"errors"
	"fmt"
)

// StatusError is a refusal of S3's, without its words: they name the bucket and the key.
type StatusError struct{ Status int }

// Error implements error.
func (e *StatusError) Error() string { return fmt.Sprintf("S3 answered %d", e.Status) }

// StatusOf returns the HTTP status with which S3 refused; 0 for any other error, and for none.
func StatusOf(err error) int {
	var refused *StatusError
	if errors.As(err, &refused) {
		return refused.Status
	}
	return 0
}
