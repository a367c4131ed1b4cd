// Package environment reads a function's settings from its environment variables, and collects what is wrong with them
// so that one error names it all.
package environment

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Reader reads variables through Lookup, which is os.Getenv outside tests. An empty variable counts as absent.
type Reader struct {
	Lookup func(string) string
	errs   []error
}

// Err returns what was wrong with the variables read so far, nil when nothing was.
func (r *Reader) Err() error { return errors.Join(r.errs...) }

// Text returns a variable, "" when it is absent.
func (r *Reader) Text(name string) string { return r.Lookup(name) }

// Required returns a variable that must be there.
func (r *Reader) Required(name string) string {
	value := r.Lookup(name)
	if value == "" {
		r.fail(name, "must be set")
	}
	return value
}

// OneOf returns a variable that must have one of the values.
func (r *Reader) OneOf(name string, values ...string) string {
	value := r.Lookup(name)
	for _, allowed := range values {
		if value == allowed {
			return value
		}
	}
	r.fail(name, fmt.Sprintf("must be one of %q", values))
	return value
}

// Int returns a whole number from low to high that must be there.
func (r *Reader) Int(name string, low, high int) int {
	number, err := strconv.Atoi(r.Lookup(name))
	if err != nil || number < low || number > high {
		r.fail(name, fmt.Sprintf("must be a whole number from %d to %d", low, high))
	}
	return number
}

// OptionalInt is Int for a variable that may be absent: nil then.
func (r *Reader) OptionalInt(name string, low, high int) *int {
	if r.Lookup(name) == "" {
		return nil
	}
	number := r.Int(name, low, high)
	return &number
}

// Seconds is Int as a duration.
func (r *Reader) Seconds(name string, low, high int) time.Duration {
	return time.Duration(r.Int(name, low, high)) * time.Second
}

// OptionalSeconds is OptionalInt as a duration.
func (r *Reader) OptionalSeconds(name string, low, high int) *time.Duration {
	number := r.OptionalInt(name, low, high)
	if number == nil {
		return nil
	}
	duration := time.Duration(*number) * time.Second
	return &duration
}

// URL returns an absolute https URL, "" when it is absent; http will do for a loopback or private host, where a test's
// stand-in listens. It has no user and no password: an environment is no place for one.
func (r *Reader) URL(name string) string {
	value := r.Lookup(name)
	if value == "" {
		return ""
	}
	parsed, err := url.Parse(value)
	if err != nil || parsed.Hostname() == "" || parsed.Fragment != "" || parsed.User != nil ||
		(parsed.Scheme != "https" && !(parsed.Scheme == "http" && local(parsed.Hostname()))) {
		r.fail(name, "must be an https URL without user and password (http only for loopback and private hosts)")
	}
	return value
}

// BaseURL is URL for an address that paths are appended to.
func (r *Reader) BaseURL(name string) string {
	value := r.URL(name)
	if strings.Contains(value, "?") {
		r.fail(name, "must be a URL without a query")
	}
	return value
}

// Check notes what a parser of its own had against a variable; nil is nothing.
func (r *Reader) Check(name string, err error) {
	if err != nil {
		r.fail(name, "cannot be used: "+err.Error())
	}
}

func local(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && (ip.IsLoopback() || ip.IsPrivate())
}

// fail records an error once: several readers may need one variable.
func (r *Reader) fail(name, want string) {
	err := fmt.Errorf("environment variable %s %s", name, want)
	if !slices.ContainsFunc(r.errs, func(known error) bool { return known.Error() == err.Error() }) {
		r.errs = append(r.errs, err)
	}
}
