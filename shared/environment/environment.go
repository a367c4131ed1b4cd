// Package environment reads a function's settings from its environment variables. One error names
// every faulty variable.
package environment

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Reader reads variables through Lookup, which is os.Getenv outside tests. An empty variable counts
// as absent.
type Reader struct {
	Lookup  func(string) string
	Metrics io.Writer // for package metric; nil = standard output
	errs    []error
}

// Err returns an error that names every faulty variable read so far; nil = none.
func (r *Reader) Err() error { return errors.Join(r.errs...) }

// Text returns a variable, or "" if it is absent.
func (r *Reader) Text(name string) string { return r.Lookup(name) }

// Required returns a variable that must be set.
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

// Int returns a whole number from low to high. The variable must be set.
func (r *Reader) Int(name string, low, high int) int {
	number, err := strconv.Atoi(r.Lookup(name))
	if err != nil || number < low || number > high {
		r.fail(name, fmt.Sprintf("must be a whole number from %d to %d", low, high))
	}
	return number
}

// OptionalInt is Int for a variable that may be absent; nil = absent.
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

// URL returns an absolute https URL; "" = absent. It may be http for a loopback or private host,
// where a test's stand-in listens. It must have no user and no password: environment variables are
// not secret.
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

// BaseURL is URL for an address to which paths are appended.
func (r *Reader) BaseURL(name string) string {
	value := r.URL(name)
	if strings.Contains(value, "?") {
		r.fail(name, "must be a URL without a query")
	}
	return value
}

// Check records err against the named variable. A nil err is ignored.
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
