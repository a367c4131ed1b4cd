package simulator

import (
	"encoding/json"
	"fmt"
	"strings"
)

// decodeExactly decodes an object as encoding/json does, and takes only keys that are written as
// the fields' tags are: small letters and underscores. encoding/json alone would take "Instruction"
// for "instruction", which Twilio does not.
func decodeExactly(data []byte, to any) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return err
	}
	for key := range object {
		if !isKey(key) {
			delete(object, key)
		}
	}
	exact, err := json.Marshal(object)
	if err != nil {
		return err
	}
	return json.Unmarshal(exact, to)
}

// checkKeys refuses a document that has a key, however deep, with anything but small letters and
// underscores.
func checkKeys(data []byte) error {
	var document any
	if err := json.Unmarshal(data, &document); err != nil {
		return nil // it is refused for that
	}
	return checkKeysOf(document)
}

func checkKeysOf(value any) error {
	var inner []any
	switch value := value.(type) {
	case []any:
		inner = value
	case map[string]any:
		for key, each := range value {
			if !isKey(key) {
				return fmt.Errorf("unknown field %q", key)
			}
			inner = append(inner, each)
		}
	}
	for _, each := range inner {
		if err := checkKeysOf(each); err != nil {
			return err
		}
	}
	return nil
}

func isKey(key string) bool { return strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") == "" }
