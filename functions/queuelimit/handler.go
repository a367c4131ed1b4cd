// Package queuelimit sets how many calls may wait for the workflow, for an operator who invokes it.
package queuelimit

import (
	"context"
	"fmt"

	"switchboard/shared/voicequeue"
)

// Limit sets how many calls may wait.
type Limit interface {
	Set(ctx context.Context, size int) (voicequeue.Report, error)
}

// Handler sets the limit for an operator. The bridge function sets it on its own once a caller
// waits (see package hold).
type Handler struct {
	Limit   Limit
	MaxSize int // when the request names none
}

// Request is the function's input. An empty object asks for the size that the stack was deployed
// with.
type Request struct {
	MaxSize *int `json:"max_size"`
}

// Handle implements the Lambda function.
func (h Handler) Handle(ctx context.Context, request Request) (voicequeue.Report, error) {
	wanted := h.MaxSize
	if request.MaxSize != nil {
		wanted = *request.MaxSize
	}
	if wanted < voicequeue.Smallest || wanted > voicequeue.Largest {
		return voicequeue.Report{}, fmt.Errorf("max_size is %d: give a whole number from %d to %d", wanted, voicequeue.Smallest, voicequeue.Largest)
	}
	return h.Limit.Set(ctx, wanted)
}
