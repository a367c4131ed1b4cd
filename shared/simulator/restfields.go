package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// fields reads the parameters of a request that makes or changes a resource of a workspace. A
// parameter that is absent leaves its field as it is. The first that is wrong is err, a 20001 with
// HTTP status 400; which code Twilio answers with is documented nowhere (?).
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

// friendlyNameLimit is how many characters a resource's name may have
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

// address reads an absolute URL, with connection overrides behind # if need be; an empty one takes
// it away.
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

// oneOf reads a parameter that has one of these values, separated by spaces.
func (f *fields) oneOf(name, values string, to *string) {
	if text := f.params.Get(name); text != "" {
		*to = text
		if !has(values, text) {
			f.fail(name)
		}
	}
}

// activityField reads the SID of an activity of the workspace; an empty one takes it away.
func (t *Twilio) activityField(f *fields, name string, to *string) {
	f.text(name, to)
	if *to != "" && t.activity(*to) == nil {
		f.fail(name)
	}
}

// isYes reads the values that TaskRouter takes for true; all others are false
// (https://www.twilio.com/docs/taskrouter/api/activity).
func isYes(text string) bool { return text == "true" || text == "1" || text == "yes" }

// nameTaken refuses a friendly name that another resource of the kind has. Twilio documents that of
// workers, whose case does not count; a program that keeps to it with the other kinds is right
// either way (?).
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
