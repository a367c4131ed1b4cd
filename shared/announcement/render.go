package announcement

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"switchboard/shared/spoken"
	"switchboard/shared/taskrouter"
)

// Render returns what is to be said, "" for nothing. A sentence with an attribute that the task
// does not have is left out, as is one with {from} or {caller} if the number is withheld; of a sip:
// or client: address the name is said. Attributes are texts, numbers, true and false ("yes" and
// "no"), and lists of those; phone numbers in E.164 are said digit by digit. The text has single
// spaces and no line breaks, and what is more than 300 characters of it is cut off behind a word.
func (t Template) Render(attributes json.RawMessage) string {
	var values map[string]any
	decoder := json.NewDecoder(bytes.NewReader(attributes))
	decoder.UseNumber() // a customer's number must not become 1.2e+06
	if err := decoder.Decode(&values); err != nil {
		values = nil
	}
	text := t.text.Fill(func(name string) string { return attribute(values, strings.Split(name, ".")) })
	return firstWords(spoken.PhoneNumbers(text, "plus"), maxText)
}

func attribute(values map[string]any, path []string) string {
	value := find(values, path)
	if isAddress(path) {
		value = callable(value)
	}
	return said(value)
}

// find is the value at the path, nil when there is none.
func find(values map[string]any, path []string) any {
	value := values[path[0]]
	if len(path) == 1 {
		return value
	}
	inner, _ := value.(map[string]any)
	return find(inner, path[1:])
}

// isAddress reports whether the attribute is one of Twilio's own that say who calls whom.
func isAddress(path []string) bool {
	return len(path) == 1 && (path[0] == "from" || path[0] == "caller" || path[0] == "to" || path[0] == "called")
}

// callable is what to say of an address: the number or the name in it, nil if the number is
// withheld.
func callable(value any) any {
	address, ok := value.(string)
	if !ok || taskrouter.Withheld(address) {
		return nil
	}
	return taskrouter.AddressName(address)
}

// said is "" for what cannot be said.
func said(value any) string {
	switch value := value.(type) {
	case string:
		return strings.TrimSpace(value)
	case json.Number:
		return value.String()
	case bool:
		if value {
			return "yes"
		}
		return "no"
	case []any:
		var items []string
		for _, item := range value {
			if text := said(item); text != "" {
				items = append(items, text)
			}
		}
		return strings.Join(items, ", ")
	}
	return ""
}

// firstWords is the text as far as its words have no more than so many characters together; a
// single word is cut.
func firstWords(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	cut := string([]rune(text)[:limit+1])
	if space := strings.LastIndexByte(cut, ' '); space > 0 {
		return cut[:space]
	}
	return string([]rune(text)[:limit])
}
