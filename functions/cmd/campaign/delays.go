package main

import "time"

// What the faults can delay, each named once: the faults are drawn from these, and what the judge
// allows follows from them.
const (
	latestWebhook  = 4 * time.Second  // webhook-late: the longest that the network keeps a webhook
	latestRepeat   = 3 * time.Second  // webhook-twice: the longest until the second delivery
	slowestAnswer  = 20 * time.Second // answer-slow
	longestCold    = 9 * time.Second  // cold-start
	slowestService = 12 * time.Second // ssm-slow, sqs-slow, table-slow, rest-slow, crm-slow
	latestMessage  = 2 * time.Minute  // sqs-late

	// maxLatency is the longest that a webhook or its answer takes in the simulated Twilio
	// (simulator.Config.WebhookLatency).
	maxLatency = 80 * time.Millisecond

	// sendings is how often Twilio sends a webhook at most: a second time if the connection broke.
	sendings = 2
)

// What the judge allows.
const (
	// reach is the longest that a webhook takes from Twilio to its function, unless a fault spoils
	// it. Only the last try can be late: a late first one has reached the function.
	reach = sendings*maxLatency + latestWebhook

	// left is how long a caller whose task has died may still wait: until its event reaches the
	// function that takes them out of the queue. What the function itself takes is judged apart
	// (atRescue).
	left = reach

	// silence is how long a caller may hear nothing at first, besides what the functions take: two
	// webhooks, each within the time that Twilio waits, and the words that are under way.
	silence = 2*webhookLimit + 5*time.Second
)

// webhookLimit is how long Twilio waits for the answer to a webhook
// (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
const webhookLimit = 15 * time.Second

// largestSkew is by how much the functions' clock may be wrong, in either direction (clock-skewed).
const largestSkew = 3 * time.Second
