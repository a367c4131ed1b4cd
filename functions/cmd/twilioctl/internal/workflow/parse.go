package workflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"switchboard/shared/exactjson"
)

// Parse reads Twilio's JSON so that configurations with the same meaning are equal: numbers that
// Twilio's examples write as strings are numbers, empty members are left out, a target without a
// queue has that of the target before, and a filter's name has its current key. name returns the
// name of a task queue; nil leaves SIDs as they are.
func Parse(text string, name func(sid string) string) (Configuration, Document, error) {
	whole, err := decode(text)
	if err != nil {
		return Configuration{}, nil, fmt.Errorf("read workflow configuration: %w", err)
	}
	normalize(whole, name)
	normal, err := json.Marshal(whole)
	if err != nil {
		return Configuration{}, nil, fmt.Errorf("read workflow configuration: %w", err)
	}
	var read document
	if err := exactjson.Unmarshal(normal, &read); err != nil {
		return Configuration{}, nil, fmt.Errorf("read workflow configuration: %w", err)
	}
	return read.Routing, whole, nil
}

func normalize(whole map[string]any, name func(string) string) {
	trim(whole)
	routing, _ := whole["task_routing"].(map[string]any)
	if routing == nil {
		routing = map[string]any{}
		whole["task_routing"] = routing
	}
	trim(routing)
	filters, _ := routing["filters"].([]any)
	if filters == nil {
		filters = []any{}
	}
	routing["filters"] = filters
	for _, each := range filters {
		filter, _ := each.(map[string]any)
		if old, found := filter["friendly_name"]; found && filter["filter_friendly_name"] == nil {
			filter["filter_friendly_name"] = old
			delete(filter, "friendly_name")
		}
		trim(filter)
		targets, _ := filter["targets"].([]any)
		var queue any
		for _, each := range targets {
			target, _ := each.(map[string]any)
			normalizeTarget(target, name)
			if target != nil && target["queue"] == nil && queue != nil {
				target["queue"] = queue
			}
			queue = target["queue"]
		}
	}
	target, _ := routing["default_filter"].(map[string]any)
	normalizeTarget(target, name)
}

func normalizeTarget(target map[string]any, name func(string) string) {
	trim(target)
	for _, key := range []string{"priority", "timeout"} {
		switch target[key].(type) {
		case string, json.Number:
			number, err := strconv.ParseFloat(fmt.Sprint(target[key]), 64)
			if err == nil && number == math.Trunc(number) && math.Abs(number) < 1<<53 {
				target[key] = json.Number(strconv.FormatInt(int64(number), 10))
			}
		}
	}
	if sid, ok := target["queue"].(string); ok && name != nil {
		target["queue"] = name(sid)
	}
}

// trim removes empty members.
func trim(object map[string]any) {
	for key, value := range object {
		if value == nil || value == "" {
			delete(object, key)
		}
	}
}

// decode reads an object without rounding its numbers.
func decode(text string) (map[string]any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var whole map[string]any
	if err := decoder.Decode(&whole); err != nil {
		return nil, err
	}
	if whole == nil {
		return nil, errors.New("not a JSON object")
	}
	return whole, nil
}
