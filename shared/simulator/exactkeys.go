package simulator

import (
	"encoding/json"
	"fmt"
	"strings"
)

// decodeExactly decodes an object like encoding/json, but accepts only keys in lower-case letters
// and underscores, which is how the fields' tags are spelled. encoding/json alone accepts
// "Instruction" for "instruction", which Twilio does not.
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

// checkKeys rejects a document with a key, at any depth, that has other characters than lower-case
// letters and underscores.
func checkKeys(data []byte) error {
	var document any
	if err := json.Unmarshal(data, &document); err != nil {
		return nil // the caller reports the syntax error
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
