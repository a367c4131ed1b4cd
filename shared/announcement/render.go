package announcement

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

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
	var said strings.Builder
	for _, sentence := range t.sentences {
		said.WriteString(sentence.render(values) + " ")
	}
	return firstWords(spellNumbers(strings.Join(strings.Fields(said.String()), " ")), maxText)
}

func (s sentence) render(values map[string]any) string {
	var said strings.Builder
	for _, part := range s {
		text := part.text
		if part.path != nil {
			value := find(values, part.path)
			if isAddress(part.path) {
				value = callable(value)
			}
			if text = spoken(value); text == "" {
				return ""
			}
		}
		said.WriteString(text)
	}
	return said.String()
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

// spoken is "" for what cannot be said.
func spoken(value any) string {
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
			if text := spoken(item); text != "" {
				items = append(items, text)
			}
		}
		return strings.Join(items, ", ")
	}
	return ""
}

// spellNumbers has a voice say "+14155550123" as its digits, and not as fourteen billion.
func spellNumbers(text string) string {
	var said strings.Builder
	for i := 0; i < len(text); {
		if digits := e164(text, i); digits > 0 {
			said.WriteString("plus " + strings.Join(strings.Split(text[i+1:i+1+digits], ""), " "))
			i += 1 + digits
			continue
		}
		said.WriteByte(text[i])
		i++
	}
	return said.String()
}

// e164 is how many digits the number in E.164 has that begins at i, 0 when none begins there: it
// has 7 to 15, and stands by itself.
func e164(text string, i int) int {
	if text[i] != '+' || i > 0 && (isLetter(rune(text[i-1])) || isDigit(rune(text[i-1])) || text[i-1] == '+') {
		return 0
	}
	rest := text[i+1:]
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	if digits < 7 || digits > 15 || rest[0] == '0' || digits < len(rest) && isLetter(rune(rest[digits])) {
		return 0
	}
	return digits
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
