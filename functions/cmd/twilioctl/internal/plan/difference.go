package plan

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
)

// Difference is one place in which two documents differ.
type Difference struct {
	Path string `json:"path"`
	From string `json:"from"` // JSON, or "none"
	To   string `json:"to"`
}

// differences compares two values of JSON as data. nil means not set.
func differences(path string, from, to any) []Difference {
	from, to = known(from), known(to)
	switch was := from.(type) {
	case map[string]any:
		if becomes, ok := to.(map[string]any); ok {
			return ofObjects(path, was, becomes)
		}
	case []any:
		if becomes, ok := to.([]any); ok && areObjects(was, becomes) {
			return ofLists(path, was, becomes)
		}
	}
	if same(from, to) {
		return nil
	}
	return []Difference{{path, shown(from), shown(to)}}
}

func ofObjects(path string, from, to map[string]any) []Difference {
	keys := map[string]bool{}
	for key := range from {
		keys[key] = true
	}
	for key := range to {
		keys[key] = true
	}
	var all []Difference
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		all = append(all, differences(strings.TrimPrefix(path+"."+key, "."), from[key], to[key])...)
	}
	return all
}

// areObjects reports whether the lists have only objects, such as filters. Other lists are shown
// whole.
func areObjects(lists ...[]any) bool {
	for _, list := range lists {
		for _, item := range list {
			if _, ok := item.(map[string]any); !ok {
				return false
			}
		}
	}
	return true
}

func ofLists(path string, from, to []any) []Difference {
	var all []Difference
	for i := range max(len(from), len(to)) {
		var was, becomes any
		if i < len(from) {
			was = from[i]
		}
		if i < len(to) {
			becomes = to[i]
		}
		all = append(all, differences(fmt.Sprintf("%s[%d]", path, i), was, becomes)...)
	}
	return all
}

// same compares plain values, and lists of them. Numbers are equal by value: 1, 1.0 and 1e0.
func same(a, b any) bool {
	listA, okA := a.([]any)
	listB, okB := b.([]any)
	if okA && okB {
		return slices.EqualFunc(listA, listB, func(x, y any) bool { return len(differences("", x, y)) == 0 })
	}
	if x, ok := number(a); ok {
		y, ok := number(b)
		return ok && x.Cmp(y) == 0
	}
	return fmt.Sprintf("%T %v", a, a) == fmt.Sprintf("%T %v", b, b)
}

func number(value any) (*big.Float, bool) {
	text, ok := value.(json.Number)
	if !ok {
		return nil, false
	}
	parsed, _, err := big.ParseFloat(string(text), 10, 256, big.ToNearestEven)
	return parsed, err == nil
}

// known converts YAML's types to JSON's.
func known(value any) any {
	switch value.(type) {
	case nil, bool, string, json.Number, map[string]any, []any:
		return value
	}
	text, err := json.Marshal(value)
	if err != nil {
		return value
	}
	read, err := decode(string(text))
	if err != nil {
		return value
	}
	return read
}

func shown(value any) string {
	if value == nil {
		return "none"
	}
	return inJSON(value)
}

// decode reads JSON without rounding numbers.
func decode(text string) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	return value, err
}
