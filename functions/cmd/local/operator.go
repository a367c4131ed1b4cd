package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"switchboard/functions/linkedcalls"
)

// operatorPrefix begins each line of standard output by which a rehearsal asks .ci/rehearse for something that only AWS can
// do. The answer is one line of standard input.
const operatorPrefix = "operator: "

const errOperator failure = "the operator went away"

// operator is whoever rehearses: they have the stack's AWS account at hand, and this program has not.
type operator struct {
	mu  sync.Mutex
	out io.Writer
	in  *bufio.Reader
}

func newOperator(in io.Reader, out io.Writer) *operator {
	return &operator{out: out, in: bufio.NewReader(in)}
}

// kill has the operator kill the process that has opened a connection from the address, as a Lambda function can die at
// any moment. The process is gone when kill returns.
func (o *operator) kill(address string) error {
	_, err := o.ask("kill " + address)
	return err
}

// double has the operator deliver the next message to a bridge function twice.
func (o *operator) double() error {
	_, err := o.ask("double the next bridge")
	return err
}

// setUp has the operator set up the empty account at the address that this program listens at, and deploy a stack in each bridge mode for
// it. It returns the stacks by their modes.
func (o *operator) setUp() (map[string]deployed, error) {
	answer, err := o.ask("set up the account")
	if err != nil {
		return nil, err
	}
	var stacks map[string]deployed
	if err := json.Unmarshal([]byte(answer), &stacks); err != nil {
		return nil, fmt.Errorf("decode what was deployed: %w", err)
	}
	return stacks, nil
}

// lookUp has the operator look a call up in the ledger.
func (o *operator) lookUp(callSID string) ([]linkedcalls.Link, error) {
	return o.askForLinks("look up " + callSID)
}

// examine has the operator examine the account that was set up, and what was deployed for it, break one thing after another there and mend
// it again.
func (o *operator) examine() error {
	_, err := o.ask("examine the account")
	return err
}

// links has the operator wait until no message is left for a bridge function, and then invoke the functions that an operator may invoke. It
// returns what LinkedCallsFunction says of the calls.
func (o *operator) links() ([]linkedcalls.Link, error) {
	return o.askForLinks("tell the calls")
}

func (o *operator) askForLinks(request string) ([]linkedcalls.Link, error) {
	answer, err := o.ask(request)
	if err != nil {
		return nil, err
	}
	var links []linkedcalls.Link
	if err := json.Unmarshal([]byte(answer), &links); err != nil {
		return nil, fmt.Errorf("decode what the ledger tells of the calls: %w", err)
	}
	return links, nil
}

func (o *operator) ask(request string) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, err := fmt.Fprintln(o.out, operatorPrefix+request); err != nil {
		return "", err
	}
	answer, err := o.in.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("%w: %s: %w", errOperator, request, err)
	}
	return answer, nil
}
