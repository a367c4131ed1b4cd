package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// fields reads the parameters of a request that creates or changes a resource of a workspace. An
// absent parameter leaves its field unchanged. err is the first fault, a 20001 with HTTP status
// 400; no public source gives Twilio's code (?).
type fields struct {
	params url.Values
	err    error
}

func (f *fields) fail(name string) {
	if f.err == nil {
		f.err = badRequest(20001, "Invalid %s %q", name, f.params.Get(name))
	}
}

func (f *fields) text(name string, to *string) {
	if values, given := f.params[name]; given {
		*to = values[0]
	}
}

// friendlyNameLimit is the maximum number of characters in a resource's name
// (https://www.twilio.com/docs/taskrouter/api/worker and the others).
const friendlyNameLimit = 64

// friendlyName reads the FriendlyName, which a new resource must have.
func (f *fields) friendlyName(to *string) {
	f.required("FriendlyName", to)
	if n := utf8.RuneCountInString(*to); f.params.Has("FriendlyName") && (n > friendlyNameLimit || strings.TrimSpace(*to) == "") {
		f.fail("FriendlyName")
	}
}

func (f *fields) required(name string, to *string) {
	f.text(name, to)
	if *to == "" && !f.params.Has(name) && f.err == nil {
		f.err = badRequest(20001, "Missing required parameter %s in the post body", name)
	}
}

// address reads an absolute URL, which may have connection overrides behind #. An empty one removes
// it.
func (f *fields) address(name string, to *string) {
	f.text(name, to)
	if *to != "" && !isWebURL(*to) {
		f.fail(name)
	}
}

func (f *fields) whole(name string, to *int, least, most int) {
	text := f.params.Get(name)
	if text == "" {
		return
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		f.fail(name)
		return
	}
	*to = n
}

func (f *fields) flag(name string, to *bool) {
	text := f.params.Get(name)
	if text == "" {
		return
	}
	value, err := strconv.ParseBool(text)
	if err != nil {
		f.fail(name)
		return
	}
	*to = value
}

// oneOf reads a parameter whose value must be one of values, which spaces separate.
func (f *fields) oneOf(name, values string, to *string) {
	if text := f.params.Get(name); text != "" {
		*to = text
		if !has(values, text) {
			f.fail(name)
		}
	}
}

// activityField reads the SID of an activity of the workspace. An empty one removes it.
func (t *Twilio) activityField(f *fields, name string, to *string) {
	f.text(name, to)
	if *to != "" && t.activity(*to) == nil {
		f.fail(name)
	}
}

// isYes reports whether TaskRouter reads the value as true; every other value is false
// (https://www.twilio.com/docs/taskrouter/api/activity).
func isYes(text string) bool { return text == "true" || text == "1" || text == "yes" }

// nameTaken rejects a friendly name that another resource of the kind has. Twilio documents this
// for workers, whose names differ in more than case; the simulator demands it of the other kinds as
// well (?).
func nameTaken(kind, name string) error {
	return badRequest(20001, "A %s named %q exists already", kind, name)
}

func created(rest *restCall, shown map[string]any) (any, error) {
	rest.status = http.StatusCreated
	return shown, nil
}

func noContent(rest *restCall) (any, error) {
	rest.status = http.StatusNoContent
	return nil, nil
}
