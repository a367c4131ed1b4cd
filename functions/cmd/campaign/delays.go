package main

import "time"

// The delays of the faults, each named once: the faults draw from them, and the judge's limits
// follow from them.
const (
	latestWebhook  = 4 * time.Second  // webhook-late: maximum
	latestRepeat   = 3 * time.Second  // webhook-twice: maximum until the second delivery
	slowestAnswer  = 20 * time.Second // answer-slow
	maxCold        = 9 * time.Second  // cold-start
	slowestService = 12 * time.Second // ssm-slow, sqs-slow, table-slow, rest-slow, crm-slow
	latestMessage  = 2 * time.Minute  // sqs-late

	// maxLatency is the maximum time that a webhook or its answer takes in the simulated Twilio
	// (simulator.Config.WebhookLatency).
	maxLatency = 80 * time.Millisecond

	// sendings is how often Twilio sends a webhook: it retries once if the connection broke.
	sendings = 2
)

// The limits that the judge applies.
const (
	// reach is the maximum time that a webhook takes from Twilio to its function, unless a fault
	// loses it. Only the last try can be late: a late first try has reached the function.
	reach = sendings*maxLatency + latestWebhook

	// left is how long a caller may wait after the task has ended: until the event reaches the
	// function that redirects the caller. atRescue allows for that function's own time.
	left = reach

	// silence is how long a caller may hear nothing at first, in addition to the time that the
	// functions take: two webhooks, each within Twilio's limit, and the words being spoken.
	silence = 2*webhookLimit + 5*time.Second
)

// webhookLimit is how long Twilio waits for the answer to a webhook
// (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
const webhookLimit = 15 * time.Second

// largestSkew is the maximum error of the functions' clock, in either direction (clock-skewed).
const largestSkew = 3 * time.Second
