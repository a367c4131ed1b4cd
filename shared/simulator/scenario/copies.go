package scenario

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"switchboard/shared/yamlfile"
)

// maxCopies is the maximum count of a worker or a caller.
const maxCopies = 1000

// copyAll replaces each worker and caller that has a count by that many copies.
func (s *Scenario) copyAll() error {
	var workers []Worker
	for i, w := range s.Account.Workers {
		path := fmt.Sprintf("account.workers[%d]", i)
		if w.Count < 0 || w.Count > maxCopies {
			return s.mistake(path+".count", "count is %d: want 1 to %d", w.Count, maxCopies)
		}
		for n := range max(w.Count, 1) {
			each := w
			if w.Count > 0 {
				var err error
				if each, err = w.copied(n); err != nil {
					return s.mistake(path, "%s", err)
				}
			}
			workers = append(workers, each)
			s.workerAtIndex = append(s.workerAtIndex, i)
		}
	}
	var callers []Caller
	for i, c := range s.Callers {
		path := fmt.Sprintf("callers[%d]", i)
		if c.Count < 0 || c.Count > maxCopies {
			return s.mistake(path+".count", "count is %d: want 1 to %d", c.Count, maxCopies)
		}
		for n := range max(c.Count, 1) {
			each := c
			if c.Count > 0 {
				from, err := plus(c.From, n)
				if err != nil {
					return s.mistake(path+".from", "%s", err)
				}
				each.From, each.After = from, c.After+Span(n)*c.Every
				if c.Name != "" {
					each.Name = fmt.Sprintf("%s %d", c.Name, n+1)
				}
			}
			callers = append(callers, each)
			s.callerAtIndex = append(s.callerAtIndex, i)
		}
	}
	s.Account.Workers, s.Callers = workers, callers
	return nil
}

func (s *Scenario) mistake(path, format string, values ...any) error {
	return &Error{File: s.file, Line: yamlfile.Line(s.node, path), Text: fmt.Sprintf(format, values...)}
}

// copied returns the n-th of several workers, from 0: with a number after the name, and a phone
// number that is higher by n.
func (w Worker) copied(n int) (Worker, error) {
	group, contact := w.Name, w.Contact()
	w.group, w.Name = group, fmt.Sprintf("%s %d", group, n+1)
	if contact == "" {
		return w, nil
	}
	next, err := plus(contact, n)
	if err != nil {
		return w, err
	}
	if w.Address != "" {
		w.Address = next
		return w, nil
	}
	var attributes map[string]any
	if err := json.Unmarshal([]byte(w.Attributes), &attributes); err != nil {
		return w, err
	}
	attributes["contact_uri"] = next
	text, err := json.Marshal(attributes)
	w.Attributes = Object(text)
	return w, err
}

// plus returns a phone number that is higher by n.
func plus(number string, n int) (string, error) {
	digits, found := strings.CutPrefix(number, "+")
	value, err := strconv.ParseInt(digits, 10, 64)
	if !found || err != nil {
		return "", fmt.Errorf("cannot count from %q, which is no phone number", number)
	}
	return "+" + strconv.FormatInt(value+int64(n), 10), nil
}
