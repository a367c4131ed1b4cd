// Package fallback answers the fallback of the assignment callback, which TaskRouter requests if
// the first answer failed (https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks). It
// gives the answer of package assignment, in a function of its own: what throttles or stops
// AssignmentFunction leaves this one alone.
//
// All that it needs is the auth token. It offers the bridge to SQS first, because a rejection of
// every throttled callback would put one worker after another away; a bridge that the first
// function has sent too is made once (ledger.Claim). Without SQS, or without a queue, it rejects.
package fallback

import (
	"context"
	"errors"
	"time"

	"switchboard/functions/assignment"
	"switchboard/shared/deferred"
	"switchboard/shared/environment"
	"switchboard/shared/function"
	"switchboard/shared/secrets"
	"switchboard/shared/workqueue"
)

// Clients are what the function uses; nil ones are those of the environment.
type Clients struct {
	function.Clients
	Queue deferred.Sender
}

// New returns the handler. err names every environment variable that cannot be used.
func New(env *environment.Reader, c Clients) (assignment.Handler, error) {
	store := secrets.Read(env, c.Parameters, c.Now, secrets.Webhooks)
	return assignment.Read(env, store, readQueue(env, c.Queue), c.Clients), env.Err()
}

func readQueue(env *environment.Reader, client deferred.Sender) assignment.Queue {
	url := env.Text("BRIDGE_QUEUE_URL")
	if url == "" {
		return noQueue{}
	}
	return deferred.Queue{Client: workqueue.Client(env, client), URL: url}
}

// noQueue takes no work.
type noQueue struct{}

// Send implements assignment.Queue.
func (noQueue) Send(context.Context, deferred.Message, time.Duration) error {
	return errors.New("send deferred work: BRIDGE_QUEUE_URL is not set")
}
