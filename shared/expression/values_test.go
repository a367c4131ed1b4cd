package expression_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"switchboard/shared/expression"
)

// drawValue returns a random attribute value of any type, or none.
func drawValue(random *rand.Rand) (value any, kind string) {
	switch random.IntN(6) {
	case 0:
		return []string{"", "a", "ab", "5", "true"}[random.IntN(5)], "scalar"
	case 1:
		return float64(random.IntN(7)), "scalar"
	case 2:
		return random.IntN(2) == 0, "scalar"
	case 3:
		return []any{"a", 5.0, true, nil}[:random.IntN(5)], "array"
	case 4:
		return map[string]any{"x": "a"}, "object"
	}
	return nil, "null"
}

func drawOptions(random *rand.Rand) expression.Options {
	yes := func() bool { return random.IntN(2) == 0 }
	return expression.Options{Coerce: yes(), Lenient: yes(), NullNeverMatches: yes()}
}

func literal(value any) string {
	switch value := value.(type) {
	case string:
		return "'" + value + "'"
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(value)
	case []any:
		items := make([]string, len(value))
		for i, item := range value {
			items[i] = literal(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return "null"
}

// TestTableOfValues checks https://www.twilio.com/docs/taskrouter/expression-syntax as properties
// of random values under random options.
func TestTableOfValues(t *testing.T) {
	for seed := range uint64(3000) {
		random := rand.New(rand.NewPCG(seed, 0))
		options := drawOptions(random)
		left, leftKind := drawValue(random)
		right, rightKind := drawValue(random)
		attributes := expression.Attributes{"left": left, "right": right}
		holds := func(source string) bool {
			t.Helper()
			parsed, err := expression.Parse(source, expression.WorkerNames, options)
			if err != nil {
				t.Fatal(err)
			}
			return parsed.Match(nil, attributes)
		}
		check := func(want bool, rule, source string) {
			t.Helper()
			if got := holds(source); got != want {
				t.Errorf("%s: %s of %v and %v is %v under %+v", rule, source, left, right, got, options)
			}
		}
		if leftKind == "array" || rightKind == "array" {
			for _, operator := range []string{"==", "!=", "<", "<=", ">", ">=", "CONTAINS"} {
				check(false, "an array is not compared", "left "+operator+" right")
			}
		}
		if rightKind != "array" {
			check(false, "IN needs an array", "left IN right")
			check(false, "NOT IN needs an array", "left NOT IN right")
		}
		if leftKind != "array" {
			check(false, "HAS needs an array", "left HAS right")
		}
		if leftKind == "array" && leftKind != rightKind {
			check(holds("right IN left"), "HAS is IN from the other side", "left HAS right")
		}
		if leftKind == "scalar" && rightKind == "array" {
			check(!holds("left NOT IN right"), "one of IN and NOT IN", "left IN right")
		}
		if leftKind == "scalar" && rightKind == "scalar" {
			check(!holds("left != right"), "one of == and !=", "left == right")
			check(holds("right == left"), "== is symmetric", "left == right")
			check(holds("right > left"), "< is > from the other side", "left < right")
			check(holds("left < right OR (left == right AND left <= right)"), "<= is < or ==", "left <= right")
			check(holds("left IN [right]"), "IN finds what is equal", "left == right")
		}
		check(left == nil, "a missing value is null", "left == null")
		check(left != nil, "what is there is not null", "left != null")
		if leftKind != "object" && rightKind != "object" && leftKind != "null" && rightKind != "null" {
			for _, operator := range []string{"==", "!=", "<", "<=", ">", ">=", "CONTAINS", "HAS", "IN", "NOT IN"} {
				check(holds("left "+operator+" right"), "a constant is like an attribute", fmt.Sprintf("%s %s %s", literal(left), operator, literal(right)))
			}
		}
		if leftKind == "object" || rightKind == "object" {
			check(false, "an object is equal to nothing", "left == right")
		}
	}
}
