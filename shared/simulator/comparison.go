package simulator

import (
	"cmp"
	"strconv"
	"strings"
)

// values says how values are compared where Twilio does not document it: a reading of Coercion, Syntax and MissingAttribute.
type values struct {
	coerced          bool // different types are made alike
	fold             bool // strings are alike whatever their case
	nullNeverMatches bool
}

// comparison is what an operator does to two values.
type comparison func(v values, left, right any) bool

// comparisonOf returns an operator's comparison, nil when there is no such operator. The rules for arrays and scalars are Twilio's
// (docs/taskrouter/expression-syntax): an array compared with anything but HAS, IN or NOT IN is false, also with !=; a scalar on the wrong
// side of HAS, IN or NOT IN is false. null is for one constant null among the two: all that is there, an array too, differs from it.
func comparisonOf(operator string, lenient, null bool) comparison {
	if null {
		switch operator {
		case "==", "=":
			return func(_ values, left, right any) bool { return left == nil && right == nil }
		case "!=":
			return func(_ values, left, right any) bool { return left != nil || right != nil }
		}
	}
	switch operator {
	case "==", "=":
		return values.equal
	case "!=":
		return values.differ
	case "<":
		return ordered(func(order int) bool { return order < 0 })
	case "<=":
		return ordered(func(order int) bool { return order <= 0 })
	case ">":
		return ordered(func(order int) bool { return order > 0 })
	case ">=":
		return ordered(func(order int) bool { return order >= 0 })
	case "CONTAINS":
		return values.contains
	case "HAS":
		return func(v values, left, right any) bool { return v.in(right, left) }
	case "IN":
		return values.in
	case "NOT IN":
		return values.notIn
	}
	if lenient && operator == "NOT HAS" {
		return func(v values, left, right any) bool { return v.notIn(right, left) }
	}
	return nil
}

func (v values) equal(left, right any) bool {
	if left == nil || right == nil {
		return left == nil && right == nil && !v.nullNeverMatches
	}
	return isScalar(left) && isScalar(right) && v.same(left, right)
}

func (v values) differ(left, right any) bool {
	if left == nil || right == nil {
		return !v.nullNeverMatches && (left == nil || isScalar(left)) && (right == nil || isScalar(right)) && (left != nil || right != nil)
	}
	return isScalar(left) && isScalar(right) && !v.same(left, right)
}

// same compares two scalars.
func (v values) same(left, right any) bool {
	left, right = v.alike(left, right)
	if v.fold {
		if left, ok := left.(string); ok {
			right, ok := right.(string)
			return ok && strings.EqualFold(left, right)
		}
	}
	return left == right
}

// alike makes two scalars of different types comparable, if values are coerced: numbers if both can be read as such, else text.
func (v values) alike(left, right any) (any, any) {
	if !v.coerced {
		return left, right
	}
	switch left.(type) {
	case string:
		if _, ok := right.(string); ok {
			return left, right
		}
	case float64:
		if _, ok := right.(float64); ok {
			return left, right
		}
	case bool:
		if _, ok := right.(bool); ok {
			return left, right
		}
	}
	a, aIsNumber := number(left)
	b, bIsNumber := number(right)
	if aIsNumber && bIsNumber {
		return a, b
	}
	return text(left), text(right)
}

func number(value any) (float64, bool) {
	switch value := value.(type) {
	case float64:
		return value, true
	case string:
		n, err := strconv.ParseFloat(value, 64)
		return n, err == nil
	}
	return 0, false
}

func text(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(value)
	}
	return ""
}

func ordered(holds func(order int) bool) comparison {
	return func(v values, left, right any) bool {
		if !isScalar(left) || !isScalar(right) {
			return false
		}
		left, right = v.alike(left, right)
		switch left := left.(type) {
		case float64:
			right, ok := right.(float64)
			return ok && holds(cmp.Compare(left, right))
		case string:
			right, ok := right.(string)
			if v.fold {
				left, right = strings.ToLower(left), strings.ToLower(right)
			}
			return ok && holds(cmp.Compare(left, right))
		}
		return false
	}
}

func (v values) contains(left, right any) bool {
	if !isScalar(left) || !isScalar(right) {
		return false
	}
	if v.coerced {
		left, right = text(left), text(right)
	}
	whole, isText := left.(string)
	part, isPart := right.(string)
	if v.fold {
		whole, part = strings.ToLower(whole), strings.ToLower(part)
	}
	return isText && isPart && strings.Contains(whole, part)
}

func (v values) in(value, array any) bool {
	elements, ok := array.([]any)
	if !ok || value == nil || !isScalar(value) {
		return false
	}
	for _, element := range elements {
		if element != nil && isScalar(element) && v.same(element, value) {
			return true
		}
	}
	return false
}

func (v values) notIn(value, array any) bool {
	if _, isArray := array.([]any); !isArray || (value == nil && v.nullNeverMatches) {
		return false
	}
	return (value == nil || isScalar(value)) && !v.in(value, array)
}

func isScalar(value any) bool {
	switch value.(type) {
	case string, float64, bool:
		return true
	}
	return false
}
