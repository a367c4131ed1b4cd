package simulator

import (
	"cmp"
	"strings"
)

// comparison returns what an operator does to two values, nil when there is no such operator. The rules for arrays and scalars are Twilio's
// (docs/taskrouter/expression-syntax): an array compared with anything but HAS, IN or NOT IN is false, also with !=; a scalar on the wrong
// side of HAS, IN or NOT IN is false. Types are not coerced.
func comparison(operator string) func(left, right any) bool {
	switch operator {
	case "==":
		return func(left, right any) bool {
			if left == nil || right == nil {
				return left == nil && right == nil
			}
			return isScalar(left) && isScalar(right) && left == right
		}
	case "!=":
		return func(left, right any) bool {
			if left == nil || right == nil {
				return left != nil || right != nil
			}
			return isScalar(left) && isScalar(right) && left != right
		}
	case "<":
		return ordered(func(order int) bool { return order < 0 })
	case "<=":
		return ordered(func(order int) bool { return order <= 0 })
	case ">":
		return ordered(func(order int) bool { return order > 0 })
	case ">=":
		return ordered(func(order int) bool { return order >= 0 })
	case "CONTAINS":
		return func(left, right any) bool {
			text, isText := left.(string)
			part, isPart := right.(string)
			return isText && isPart && strings.Contains(text, part)
		}
	case "HAS":
		return func(left, right any) bool { return isElement(right, left) }
	case "IN":
		return isElement
	case "NOT IN":
		return func(left, right any) bool {
			_, isArray := right.([]any)
			return isArray && (left == nil || isScalar(left)) && !isElement(left, right)
		}
	}
	return nil
}

func ordered(holds func(order int) bool) func(left, right any) bool {
	return func(left, right any) bool {
		switch left := left.(type) {
		case float64:
			right, ok := right.(float64)
			return ok && holds(cmp.Compare(left, right))
		case string:
			right, ok := right.(string)
			return ok && holds(cmp.Compare(left, right))
		}
		return false
	}
}

func isElement(value, array any) bool {
	elements, ok := array.([]any)
	if !ok || value == nil || !isScalar(value) {
		return false
	}
	for _, element := range elements {
		if element != nil && isScalar(element) && element == value {
			return true
		}
	}
	return false
}

func isScalar(value any) bool {
	switch value.(type) {
	case string, float64, bool:
		return true
	}
	return false
}
