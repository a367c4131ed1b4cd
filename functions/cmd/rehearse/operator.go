package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"switchboard/functions/internal/account"
	"switchboard/functions/linkedcalls"
)

// operatorPrefix begins each line of standard output that asks .ci/rehearse.py for something that
// needs AWS. The answer is one line of standard input.
const operatorPrefix = "operator: "

var errOperator = errors.New("the operator ended")

// operator is .ci/rehearse.py, which can use the stacks' AWS account. This program cannot.
type operator struct {
	mu  sync.Mutex
	out io.Writer
	in  *bufio.Reader
}

func newOperator(in io.Reader, out io.Writer) *operator {
	return &operator{out: out, in: bufio.NewReader(in)}
}

// kill asks the operator to kill the process that opened a connection from the address, as a Lambda
// function can die at any moment. The process has ended when kill returns.
func (o *operator) kill(address string) error {
	_, err := o.ask("kill " + address)
	return err
}

// double asks the operator to deliver the next message to a bridge function twice.
func (o *operator) double() error {
	_, err := o.ask("double the next bridge")
	return err
}

// setUp asks the operator to set up the empty account that this program serves, and to deploy a
// stack in each bridge mode for it. It returns the stacks by mode.
func (o *operator) setUp() (map[string]account.Stack, error) {
	answer, err := o.ask("set up the account")
	if err != nil {
		return nil, err
	}
	var stacks map[string]account.Stack
	if err := json.Unmarshal([]byte(answer), &stacks); err != nil {
		return nil, fmt.Errorf("decode deployed stacks: %w", err)
	}
	return stacks, nil
}

// lookUp asks the operator for a call in the ledger.
func (o *operator) lookUp(callSID string) ([]linkedcalls.Link, error) {
	return o.askForLinks("look up " + callSID)
}

// examine asks the operator to examine the account and the stacks, and to break and repair one
// thing after another there.
func (o *operator) examine() error {
	_, err := o.ask("examine the account")
	return err
}

// links asks the operator to wait until the bridge queues are empty, and then to invoke the
// functions that an operator may invoke. It returns LinkedCallsFunction's answer for all calls.
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
		return nil, fmt.Errorf("decode calls of the ledger: %w", err)
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
