package doctor

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/functions/cmd/twilioctl/account"
	"switchboard/shared/taskrouter"
)

// longOffline is when an unavailable worker has probably been forgotten: longer than a holiday weekend.
const longOffline = 7 * 24 * time.Hour

const workerPlace = "Console → TaskRouter → Workers"

// checkWorkers asks whether a worker can take a call now: a desk that has just been set up has all
// workers in the activity of new ones.
func (e *evidence) checkWorkers() []Finding {
	available := 0
	for _, each := range e.account.Workers {
		if each.Available {
			available++
		}
	}
	subject := counted(len(e.account.Workers), "worker")
	if len(e.account.Workers) == 0 {
		return finding(Error, subject, "nobody can take a call", workerPlace+", or twilioctl apply")
	}
	if available == 0 {
		return finding(Error, subject, "none is available: callers wait", e.signOn(e.account.Workers[0].Name))
	}
	return ok(subject, fmt.Sprintf("%d available now", available))
}

// blamed makes one finding of the workers whom fault finds something wrong with.
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

// contactURI is a worker's address as it is written; "" when there is none, or no text.
func contactURI(w account.Worker) string {
	var attributes map[string]any
	_ = json.Unmarshal([]byte(w.Attributes), &attributes)
	uri, _ := attributes["contact_uri"].(string)
	return strings.TrimSpace(uri)
}

// dialled reports that an address is meant for a telephone.
func dialled(uri string) bool {
	number, _, _ := strings.Cut(uri, "x")
	return number != "" && strings.Trim(number, "+0123456789 ()-./") == "" || strings.HasPrefix(uri, "tel:")
}

func (e *evidence) checkContacts() []Finding {
	return e.blamed(Error, "each has a contact_uri that can be called", "no usable contact_uri, so their reservations are rejected",
		workerPlace+`: attribute contact_uri, such as "+14155550199", "client:alice" (letters, digits and underscore) or "sip:alice@example.com"`,
		func(w account.Worker) string {
			contact, err := taskrouter.WorkerContact(w.Attributes)
			switch {
			case err != nil && !dialled(contactURI(w)):
				return " (" + w.SID + ")"
			case contact.Extension() != "" && e.parameter("BridgeMode") == "dequeue":
				return " (" + w.SID + ": BridgeMode dequeue cannot press an extension)"
			}
			return ""
		})
}

func (e *evidence) checkWorkerNumbers() []Finding {
	return e.blamed(Error, "all phone numbers are in E.164 form", "a contact_uri that is a number and not in E.164 form, so their reservations are rejected",
		workerPlace+`: attribute contact_uri with +, country code and digits alone, such as "+14155550199", `+
			`or with an extension "+18005551212x123"`,
		func(w account.Worker) string {
			if _, err := taskrouter.WorkerContact(w.Attributes); err != nil && dialled(contactURI(w)) {
				return " (" + w.SID + ")"
			}
			return ""
		})
}

// checkSharedNumbers: who calls or texts from a number that two workers have is neither of them.
func (e *evidence) checkSharedNumbers() []Finding {
	holders := map[taskrouter.Contact][]string{}
	for _, each := range e.account.Workers {
		if contact, err := taskrouter.WorkerContact(each.Attributes); err == nil && contact.IsPhone() {
			holders[contact] = append(holders[contact], each.Name)
		}
	}
	return e.blamed(Warning, "no two have the same phone number",
		"the same phone number as another worker, so that none of them can sign on or off from it",
		workerPlace+": attribute contact_uri, a number for each",
		func(w account.Worker) string {
			contact, err := taskrouter.WorkerContact(w.Attributes)
			if err != nil || len(holders[contact]) < 2 {
				return ""
			}
			return " (" + w.SID + ")"
		})
}

// checkHyphens: "a hyphen in an attribute's value may cause a parsing error" (docs/taskrouter/api/worker), and no expression can name an
// attribute with one (docs/taskrouter/expression-syntax). Only what expressions compare is of interest: an address is not.
func (e *evidence) checkHyphens() []Finding {
	return e.blamed(Warning, "no attribute has a hyphen", "attributes with a hyphen, which TaskRouter's expressions may not parse",
		workerPlace+": an underscore in place of the hyphen, in the expressions too",
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
	return e.blamed(Warning, "nobody has been unavailable for a week", "unavailable for more than a week", workerPlace+": make them available, or delete them",
		func(w account.Worker) string {
			if away := e.now.Sub(w.StatusChanged); !w.Available && !w.StatusChanged.IsZero() && away > longOffline {
				return fmt.Sprintf(" (%s for %s)", w.ActivityName, counted(int(away.Hours()/24), "day"))
			}
			return ""
		})
}
