package enqueue

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"switchboard/shared/cause"
	"switchboard/shared/taskrouter"
)

// defaultKey is the key of the attributes for numbers that have none of their own.
const defaultKey = "*"

// NumberAttributes are task attributes that you add, by the number that the caller dialed, as
// Twilio sends it in To, or by "*" for all other numbers. Workflows route by them.
type NumberAttributes map[string]json.RawMessage

// ParseNumberAttributes reads the template parameter of that name, such as
//
//	{"+15550100": {"skill": "billing"}, "*": {"skill": "general"}}
func ParseNumberAttributes(table string) (NumberAttributes, error) {
	if table == "" {
		return nil, nil
	}
	var attributes NumberAttributes
	if err := json.Unmarshal([]byte(table), &attributes); err != nil {
		return nil, fmt.Errorf("read NUMBER_ATTRIBUTES as a JSON object of objects: %w", cause.Hide(err))
	}
	for _, number := range slices.Sorted(maps.Keys(attributes)) {
		if err := taskrouter.CheckOwnAttributes(attributes[number]); err != nil {
			return nil, fmt.Errorf("read NUMBER_ATTRIBUTES for %s: %w", entry(number), err)
		}
	}
	return attributes, nil
}

// entry names an entry for a log, without the whole phone number.
func entry(number string) string {
	if number == defaultKey {
		return `"*"`
	}
	digits := []rune(number)
	return "the number that ends in " + strconv.Quote(string(digits[max(0, len(digits)-shownDigits):]))
}

// shownDigits is how many of a number's last digits a log may contain.
const shownDigits = 2

// For returns the attributes for calls to a number, or nil if there are none.
func (n NumberAttributes) For(number string) json.RawMessage {
	if own, found := n[number]; found {
		return own
	}
	return n[defaultKey]
}
