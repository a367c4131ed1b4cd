package doctor

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/shared/taskrouter"
)

// longOffline is the time after which an unavailable worker was probably forgotten.
const longOffline = 7 * 24 * time.Hour

const workerPlace = "Console → TaskRouter → Workers"

// checkWorkers requires a worker who is available now. In a new workspace all workers are in the
// activity of new ones.
func (e *evidence) checkWorkers() []Finding {
	available := 0
	for _, each := range e.account.Workers {
		if each.Available {
			available++
		}
	}
	subject := counted(len(e.account.Workers), "worker")
	if len(e.account.Workers) == 0 {
		return finding(Error, subject, "no worker can take a call", workerPlace+", or twilioctl apply")
	}
	if available == 0 {
		return finding(Error, subject, "none is available: callers wait", e.signOn(e.account.Workers[0].Name))
	}
	return ok(subject, fmt.Sprintf("%d available now", available))
}

// blamed returns one finding for the workers for whom fault returns a text. all and wrong are the
// details without and with such workers.
func (e *evidence) blamed(level Level, all, wrong, remedy string, fault func(account.Worker) string) []Finding {
	var names []string
	for _, each := range e.account.Workers {
		if what := fault(each); what != "" {
			names = append(names, each.Name+what)
		}
	}
	subject := counted(len(e.account.Workers), "worker")
	if len(names) == 0 {
		return ok(subject, all)
	}
	return finding(level, subject, wrong+": "+listed(names), remedy)
}

// contactURI returns a worker's contact_uri without checking it; "" if it is missing or not a
// string.
func contactURI(w account.Worker) string {
	var attributes map[string]any
	_ = json.Unmarshal([]byte(w.Attributes), &attributes)
	uri, _ := attributes["contact_uri"].(string)
	return strings.TrimSpace(uri)
}

// dialed reports whether an address is meant to be a phone number.
func dialed(uri string) bool {
	number, _, _ := strings.Cut(uri, "x")
	return number != "" && strings.Trim(number, "+0123456789 ()-./") == "" || strings.HasPrefix(uri, "tel:")
}

func (e *evidence) checkContacts() []Finding {
	return e.blamed(Error, "each has a valid contact_uri",
		"invalid or missing contact_uri, so their reservations are rejected",
		workerPlace+`: attribute contact_uri, such as "+14155550199", "client:alice" (letters, digits and underscore) or "sip:alice@example.com"`,
		func(w account.Worker) string {
			contact, err := taskrouter.WorkerContact(w.Attributes)
			switch {
			case err != nil && !dialed(contactURI(w)):
				return " (" + w.SID + ")"
			case contact.Extension() != "" && e.parameter("BridgeMode") == "dequeue":
				return " (" + w.SID + ": BridgeMode dequeue cannot dial an extension)"
			}
			return ""
		})
}

func (e *evidence) checkWorkerNumbers() []Finding {
	return e.blamed(Error, "all phone numbers are in E.164 form",
		"contact_uri is a number that is not in E.164 form, so their reservations are rejected",
		workerPlace+`: attribute contact_uri with only +, country code and digits, such as "+14155550199", `+
			`or with an extension "+18005551212x123"`,
		func(w account.Worker) string {
			if _, err := taskrouter.WorkerContact(w.Attributes); err != nil && dialed(contactURI(w)) {
				return " (" + w.SID + ")"
			}
			return ""
		})
}

// checkSharedNumbers requires a number for each worker: Switchboard recognizes a worker who calls
// or texts by the number.
func (e *evidence) checkSharedNumbers() []Finding {
	holders := map[taskrouter.Contact][]string{}
	for _, each := range e.account.Workers {
		if contact, err := taskrouter.WorkerContact(each.Attributes); err == nil && contact.IsPhone() {
			holders[contact] = append(holders[contact], each.Name)
		}
	}
	return e.blamed(Warning, "no two have the same phone number",
		"same phone number as another worker, so they cannot sign on or off from it",
		workerPlace+": attribute contact_uri, a number for each",
		func(w account.Worker) string {
			contact, err := taskrouter.WorkerContact(w.Attributes)
			if err != nil || len(holders[contact]) < 2 {
				return ""
			}
			return " (" + w.SID + ")"
		})
}

// checkHyphens warns of hyphens: "a hyphen in an attribute's value may cause a parsing error"
// (https://www.twilio.com/docs/taskrouter/api/worker), and no expression can name an attribute with
// one (https://www.twilio.com/docs/taskrouter/expression-syntax). Expressions do not compare
// contact_uri.
func (e *evidence) checkHyphens() []Finding {
	return e.blamed(Warning, "no attribute has a hyphen",
		"attributes with a hyphen, which TaskRouter's expressions may not parse",
		workerPlace+": replace the hyphen by an underscore, in expressions too",
		func(w account.Worker) string {
			var attributes map[string]any
			_ = json.Unmarshal([]byte(w.Attributes), &attributes)
			delete(attributes, "contact_uri")
			if names := hyphenated(attributes); len(names) > 0 {
				return " (" + strings.Join(names, ", ") + ")"
			}
			return ""
		})
}

// hyphenated lists the attributes with a hyphen in their names or values.
func hyphenated(attributes map[string]any) []string {
	var names []string
	for name, value := range attributes {
		if strings.Contains(name, "-") || hasHyphen(value) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func hasHyphen(value any) bool {
	switch value := value.(type) {
	case string:
		return strings.Contains(value, "-")
	case []any:
		return slices.ContainsFunc(value, hasHyphen)
	case map[string]any:
		return len(hyphenated(value)) > 0
	}
	return false
}

func (e *evidence) checkOffline() []Finding {
	return e.blamed(Warning, "none has been unavailable for a week", "unavailable for more than a week",
		workerPlace+": make them available, or delete them",
		func(w account.Worker) string {
			if away := e.now.Sub(w.StatusChanged); !w.Available && !w.StatusChanged.IsZero() && away > longOffline {
				return fmt.Sprintf(" (%s for %s)", w.ActivityName, counted(int(away.Hours()/24), "day"))
			}
			return ""
		})
}
