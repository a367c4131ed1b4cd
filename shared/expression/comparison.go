package expression

import (
	"cmp"
	"strconv"
	"strings"
)

// comparison is what an operator does to two values.
type comparison func(o Options, left, right any) bool

// comparisonOf returns an operator's comparison, nil if there is no such operator. Arrays and
// scalars follow Twilio's rules (https://www.twilio.com/docs/taskrouter/expression-syntax):
// comparing an array with any operator but HAS, IN and NOT IN gives false, even with !=; a scalar
// on the wrong side of HAS, IN or NOT IN gives false. null reports that one of the two is the
// constant null: every present value, an array too, differs from it.
func comparisonOf(operator string, lenient, null bool) comparison {
	if null {
		switch operator {
		case "==", "=":
			return func(_ Options, left, right any) bool { return left == nil && right == nil }
		case "!=":
			return func(_ Options, left, right any) bool { return left != nil || right != nil }
		}
	}
	switch operator {
	case "==", "=":
		return Options.equal
	case "!=":
		return Options.differ
	case "<":
		return ordered(func(order int) bool { return order < 0 })
	case "<=":
		return ordered(func(order int) bool { return order <= 0 })
	case ">":
		return ordered(func(order int) bool { return order > 0 })
	case ">=":
		return ordered(func(order int) bool { return order >= 0 })
	case "CONTAINS":
		return Options.contains
	case "HAS":
		return func(o Options, left, right any) bool { return o.in(right, left) }
	case "IN":
		return Options.in
	case "NOT IN":
		return Options.notIn
	}
	if lenient && operator == "NOT HAS" {
		return func(o Options, left, right any) bool { return o.notIn(right, left) }
	}
	return nil
}

func (o Options) equal(left, right any) bool {
	if left == nil || right == nil {
		return left == nil && right == nil && !o.NullNeverMatches
	}
	return isScalar(left) && isScalar(right) && o.same(left, right)
}

func (o Options) differ(left, right any) bool {
	if left == nil || right == nil {
		return !o.NullNeverMatches && (left == nil || isScalar(left)) && (right == nil || isScalar(right)) && (left != nil || right != nil)
	}
	return isScalar(left) && isScalar(right) && !o.same(left, right)
}

// same compares two scalars.
func (o Options) same(left, right any) bool {
	left, right = o.alike(left, right)
	if o.Lenient {
		if left, ok := left.(string); ok {
			right, ok := right.(string)
			return ok && strings.EqualFold(left, right)
		}
	}
	return left == right
}

// alike makes two scalars of different types comparable if the options ask for it: it converts both
// to numbers if both can be read as numbers, else to text.
func (o Options) alike(left, right any) (any, any) {
	if !o.Coerce {
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
	return func(o Options, left, right any) bool {
		if !isScalar(left) || !isScalar(right) {
			return false
		}
		left, right = o.alike(left, right)
		switch left := left.(type) {
		case float64:
			right, ok := right.(float64)
			return ok && holds(cmp.Compare(left, right))
		case string:
			right, ok := right.(string)
			if o.Lenient {
				left, right = strings.ToLower(left), strings.ToLower(right)
			}
			return ok && holds(cmp.Compare(left, right))
		}
		return false
	}
}

func (o Options) contains(left, right any) bool {
	if !isScalar(left) || !isScalar(right) {
		return false
	}
	if o.Coerce {
		left, right = text(left), text(right)
	}
	whole, isText := left.(string)
	part, isPart := right.(string)
	if o.Lenient {
		whole, part = strings.ToLower(whole), strings.ToLower(part)
	}
	return isText && isPart && strings.Contains(whole, part)
}

func (o Options) in(value, array any) bool {
	elements, ok := array.([]any)
	if !ok || value == nil || !isScalar(value) {
		return false
	}
	for _, element := range elements {
		if element != nil && isScalar(element) && o.same(element, value) {
			return true
		}
	}
	return false
}

func (o Options) notIn(value, array any) bool {
	if _, isArray := array.([]any); !isArray || (value == nil && o.NullNeverMatches) {
		return false
	}
	return (value == nil || isScalar(value)) && !o.in(value, array)
}

func isScalar(value any) bool {
	switch value.(type) {
	case string, float64, bool:
		return true
	}
	return false
}
