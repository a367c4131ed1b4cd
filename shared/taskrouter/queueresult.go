package taskrouter

// QueueResult is how a call left its queue, as Enqueue's action URL is told
// (https://www.twilio.com/docs/voice/twiml/enqueue, action).
type QueueResult string

// The results that are documented. Others, and none, count as errors.
const (
	Bridged              QueueResult = "bridged"
	BridgingInProcess    QueueResult = "bridging-in-process"
	ResultError          QueueResult = "error"
	Hangup               QueueResult = "hangup"
	Leave                QueueResult = "leave"
	Redirected           QueueResult = "redirected"
	RedirectedFromBridge QueueResult = "redirected-from-bridged"
	QueueFull            QueueResult = "queue-full"
	SystemError          QueueResult = "system-error"
)

// Talked reports whether the caller was, or is being, connected to a worker.
func (r QueueResult) Talked() bool {
	return r == Bridged || r == BridgingInProcess || r == RedirectedFromBridge
}

// Elsewhere reports whether another document has the call, or soon will: it may yet come to another
// worker or queue.
func (r QueueResult) Elsewhere() bool {
	return r == BridgingInProcess || r == Redirected || r == RedirectedFromBridge
}
