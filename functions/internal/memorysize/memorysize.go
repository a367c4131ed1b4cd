// Package memorysize computes how long an invocation takes in a Lambda function of a memory size,
// from the processor time that it was measured to need and the requests that it makes.
package memorysize

import "time"

// wholeCPU is the memory size, in MB, with which a function has one vCPU. A smaller one has its
// share of it (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
const wholeCPU = 1769

// Sizes are the memory sizes that are compared, in MB.
func Sizes() []int { return []int{128, 256, 512} }

// Megabytes is the memory size of the functions, in template.yaml.
const Megabytes = 256

// Wait returns how long a function waits for one request to a service: SSM, SQS, DynamoDB, Twilio
// or CRM; 0 for others. These are round assumptions, not measurements: on loopback there is no
// wait, and the project has not run in an account.
func Wait(service string) time.Duration {
	switch service {
	case "DynamoDB":
		return 5 * time.Millisecond
	case "SQS":
		return 10 * time.Millisecond
	case "SSM":
		return 20 * time.Millisecond
	case "Twilio", "CRM":
		return 150 * time.Millisecond
	}
	return 0
}

// Duration returns how long the function takes for work that needs the processor time cpu and waits
// for the network. The wait does not depend on the memory size. Lambda lets a function use its
// share in bursts, so that short work ends sooner than this.
func Duration(megabytes int, cpu, wait time.Duration) time.Duration {
	return cpu*wholeCPU/time.Duration(megabytes) + wait
}
