package scenario

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"switchboard/shared/yamlfile"
)

// noWorker and anyone are values of TalksTo: the caller talks to no worker, or to any. none is the
// value of Task for a caller without a task.
const (
	noWorker = "nobody"
	anyone   = "anyone"
	none     = "none"
)

// check returns the first fault in a file that parses.
func (s *Scenario) check() error {
	c := &checker{s: s}
	c.want(s.Title != "", "", "there is no title: say in a sentence what happens")
	c.want(len(s.Callers) > 0, "", "there are no callers")
	c.account()
	for i := range s.Callers {
		c.caller(i)
	}
	for i, name := range s.Expect.Served {
		c.oneOf(fmt.Sprintf("expect.served[%d]", i), name, s.callerNames()...)
	}
	for name, expect := range s.Expect.Workers {
		c.oneOf("expect.workers."+name, name, append(s.workerNames(), s.groupNames()...)...)
		for _, who := range expect.TalksTo {
			c.oneOf("expect.workers."+name+".talks_to", who, s.callerNames()...)
		}
	}
	for i, other := range s.Others {
		path := fmt.Sprintf("others[%d]", i)
		c.want(phoneNumber.MatchString(other.Number), path, "number is %q: want a phone number, as +14155550101", other.Number)
		c.oneOf(path+".expect.talks_to", other.Expect.TalksTo, append(s.workerNames(), noWorker)...)
		for _, action := range other.Does {
			c.wantAt(action.Activity == "", action.line, "only a worker goes to an activity")
		}
	}
	return c.err
}

// checker keeps the first fault.
type checker struct {
	s   *Scenario
	err error
}

func (c *checker) want(holds bool, path, format string, values ...any) {
	if !holds && c.err == nil {
		c.wantAt(false, c.s.Line(path), format, values...)
	}
}

// wantAt records a fault at a known line.
func (c *checker) wantAt(holds bool, line int, format string, values ...any) {
	if !holds && c.err == nil {
		c.err = &Error{File: c.s.file, Line: line, Text: fmt.Sprintf(format, values...)}
	}
}

func (c *checker) oneOf(path string, value string, known ...string) {
	c.want(value == "" || slices.Contains(known, value), path, "%q is not known here: want one of %s", value, strings.Join(known, ", "))
}

func (c *checker) account() {
	account := c.s.Account
	names := map[string]bool{}
	for i, w := range account.Workers {
		path := fmt.Sprintf("account.workers[%d]", i)
		c.want(w.Name != "", path, "a worker has no name")
		c.want(!names[w.Name], path, "two workers are called %s", w.Name)
		c.want(len(w.Phone) == 0 || w.Contact() != "", path, "%s has a phone and no address: give attributes.contact_uri, or address", w.Name)
		for _, action := range w.Does {
			c.wantAt(action.Activity != "" || phoneNumber.MatchString(w.Contact()), action.line,
				"%s has no phone number to call or text from: give attributes.contact_uri, or address", w.Name)
		}
		names[w.Name] = true
	}
	for i, q := range account.Queues {
		c.want(q.Name != "", fmt.Sprintf("account.queues[%d]", i), "a task queue has no name")
	}
	for i, a := range account.Activities {
		c.want(a.Name != "", fmt.Sprintf("account.activities[%d]", i), "an activity has no name")
	}
}

// otherCaller matches Twilio's From of a call from a client, a SIP address or a withheld number.
var otherCaller = regexp.MustCompile(`^(sips?:[^\s@]+@[^\s@]+|client:[^\s:@]+|(?i:anonymous|blocked|private|restricted|unavailable|unknown))$`)

var phoneNumber = regexp.MustCompile(`^\+[1-9][0-9]{1,14}$`)

func (c *checker) caller(i int) {
	caller, path := c.s.Callers[i], fmt.Sprintf("callers[%d]", i)
	number := phoneNumber
	c.want(number.MatchString(caller.From) || otherCaller.MatchString(caller.From), path+".from",
		"from is %q: want a phone number, as +14155550101, sip:alice@example.com, client:alice, or a word for a withheld number, as Anonymous", caller.From)
	c.want(caller.Dials != "" || len(c.s.Account.Numbers) > 0, path, "caller %s dials nothing: give dials, or account.numbers", caller.name())
	c.want(caller.Dials == "" || number.MatchString(caller.Dials), path+".dials", "dials is %q: want a phone number, as +14155550101", caller.Dials)
	c.want(slices.Index(c.s.callerNames(), caller.name()) == i, path, "two callers are called %s: give them a name", caller.name())

	expect, at := caller.Expect, path+".expect"
	c.oneOf(at+".talks_to", expect.TalksTo, append(c.s.workerNames(), noWorker, anyone)...)
	c.oneOf(at+".hung_up_by", expect.HungUpBy, "caller", "worker", "twilio", "rest")
	c.oneOf(at+".task", expect.Task, "pending", "reserved", "assigned", "wrapping", "completed", "canceled", none)
	for _, result := range expect.QueueResult {
		c.oneOf(at+".queue_result", result, "bridged", "bridging-in-process", "error", "hangup", "leave", "redirected", "redirected-from-bridged", "queue-full", "system-error")
	}
	for j, reservation := range expect.Reservations {
		path := fmt.Sprintf("%s.reservations[%d]", at, j)
		split := max(strings.LastIndex(reservation, " "), 0)
		c.want(split > 0, path, "a reservation is a worker's name and a status, as Alice rejected")
		c.oneOf(path, reservation[:split], c.s.workerNames()...)
		c.oneOf(path, strings.TrimSpace(reservation[split:]), "pending", "accepted", "rejected", "timeout", "canceled", "rescinded", "wrapping", "completed")
	}
}

func (s *Scenario) callerNames() []string {
	var names []string
	for _, caller := range s.Callers {
		names = append(names, caller.name())
	}
	return names
}

func (s *Scenario) workerNames() []string {
	var names []string
	for _, w := range s.Account.Workers {
		names = append(names, w.Name)
	}
	return names
}

func (c Caller) name() string {
	if c.Name != "" {
		return c.Name
	}
	return c.From
}

// Contact returns the address of the worker's phone: Address, or the attribute contact_uri.
func (w Worker) Contact() string {
	if w.Address != "" {
		return w.Address
	}
	var attributes map[string]any // a struct's field would match the key in any case
	_ = json.Unmarshal([]byte(w.Attributes), &attributes)
	contact, _ := attributes["contact_uri"].(string)
	return contact
}

// groupNames returns the names of workers with a count.
func (s *Scenario) groupNames() []string {
	var names []string
	for _, w := range s.Account.Workers {
		if w.group != "" {
			names = append(names, w.group)
		}
	}
	return slices.Compact(names)
}

// indexed returns a path into the workers or callers, after copyAll gave each of a count its own
// entry.
var indexed = regexp.MustCompile(`^(account\.workers|callers)\[([0-9]+)\](.*)$`)

// Line returns the line of a path in the file, such as callers[0].expect.application.
func (s *Scenario) Line(path string) int {
	if parts := indexed.FindStringSubmatch(path); parts != nil {
		places := s.callerAtIndex
		if parts[1] != "callers" {
			places = s.workerAtIndex
		}
		if i, err := strconv.Atoi(parts[2]); err == nil && i < len(places) {
			path = fmt.Sprintf("%s[%d]%s", parts[1], places[i], parts[3])
		}
	}
	return yamlfile.Line(s.node, path)
}
