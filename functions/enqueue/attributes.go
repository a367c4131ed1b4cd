package enqueue

import (
	"encoding/json"
	"fmt"

	"switchboard/shared/taskrouter"
)

// everyOtherNumber is the key whose attributes go with numbers that have none of their own.
const everyOtherNumber = "*"

// NumberAttributes are the task attributes of your own, by the number that the caller dialled as Twilio sends it in To,
// or "*" for every other number. Workflows route by them.
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
		return nil, fmt.Errorf("read NUMBER_ATTRIBUTES as a JSON object of objects: %w", err)
	}
	for number, own := range attributes {
		if err := taskrouter.CheckOwnAttributes(own); err != nil {
			return nil, fmt.Errorf("read NUMBER_ATTRIBUTES for %q: %w", number, err)
		}
	}
	return attributes, nil
}

// For returns the attributes for calls to a number, nil when it has none.
func (n NumberAttributes) For(number string) json.RawMessage {
	if own, found := n[number]; found {
		return own
	}
	return n[everyOtherNumber]
}
