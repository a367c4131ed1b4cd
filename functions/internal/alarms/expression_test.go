package alarms

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// series is a metric's values by period, the last one last; nil = no data.
type series []*float64

func number(n float64) *float64 { return &n }

// evaluator evaluates metric math
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html): what the
// template's alarms use of it.
type evaluator struct {
	text    string
	period  int // index into each series
	metrics map[string]series
}

// evaluate returns an expression's value in each of n periods. It has none where an operand has
// none.
func evaluate(text string, metrics map[string]series, n int) (result series, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("evaluate %q: %v", text, fault)
		}
	}()
	for i := range n {
		e := &evaluator{text: text, period: i, metrics: metrics}
		result = append(result, e.or())
		if e.skip(); e.text != "" {
			return nil, fmt.Errorf("evaluate %q: what is %q?", text, e.text)
		}
	}
	return result, nil
}

func (e *evaluator) skip() { e.text = strings.TrimLeftFunc(e.text, unicode.IsSpace) }

// take removes one of the operators from the text; "" = there is none.
func (e *evaluator) take(operators ...string) string {
	e.skip()
	for _, operator := range operators {
		if rest, found := strings.CutPrefix(e.text, operator); found {
			e.text = rest
			return operator
		}
	}
	return ""
}

func (e *evaluator) need(operator string) {
	if e.take(operator) == "" {
		panic(fmt.Sprintf("want %s before %q", operator, e.text))
	}
}

// binary evaluates operands between operators of one rank.
func (e *evaluator) binary(operand func() *float64, operators ...string) *float64 {
	left := operand()
	for operator := e.take(operators...); operator != ""; operator = e.take(operators...) {
		if right := operand(); left == nil || right == nil {
			left = nil
		} else {
			left = number(calculate(operator, *left, *right))
		}
	}
	return left
}

func (e *evaluator) or() *float64      { return e.binary(e.and, "OR ") }
func (e *evaluator) and() *float64     { return e.binary(e.compare, "AND ") }
func (e *evaluator) compare() *float64 { return e.binary(e.sum, ">=", "<=", ">", "<") }
func (e *evaluator) sum() *float64     { return e.binary(e.product, "+", "-") }
func (e *evaluator) product() *float64 { return e.binary(e.value, "*", "/") }

func calculate(operator string, left, right float64) float64 {
	is := func(true bool) float64 {
		if true {
			return 1
		}
		return 0
	}
	switch operator {
	case "OR ":
		return is(left != 0 || right != 0)
	case "AND ":
		return is(left != 0 && right != 0)
	case ">=":
		return is(left >= right)
	case "<=":
		return is(left <= right)
	case ">":
		return is(left > right)
	case "<":
		return is(left < right)
	case "+":
		return left + right
	case "-":
		return left - right
	case "*":
		return left * right
	default:
		return left / right
	}
}

// value evaluates a number, a metric's ID, IF, FILL, or an expression in parentheses.
func (e *evaluator) value() *float64 {
	if e.take("(") != "" {
		inner := e.or()
		e.need(")")
		return inner
	}
	e.skip()
	end := strings.IndexFunc(e.text+" ", func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '_' })
	word := e.text[:end]
	e.text = e.text[end:]
	if n, err := strconv.ParseFloat(word, 64); err == nil {
		return number(n)
	}
	switch word {
	case "IF":
		e.need("(")
		condition := e.or()
		e.need(",")
		yes := e.or()
		e.need(",")
		no := e.or()
		e.need(")")
		switch {
		case condition == nil:
			return nil
		case *condition != 0:
			return yes
		}
		return no
	case "FILL":
		e.need("(")
		filled := e.or()
		e.need(",")
		instead := e.or()
		e.need(")")
		if filled == nil {
			return instead
		}
		return filled
	}
	values, known := e.metrics[word]
	if !known {
		panic(fmt.Sprintf("%q is no metric of the alarm", word))
	}
	return values[e.period]
}

func TestExpressions(t *testing.T) {
	t.Parallel()
	metrics := map[string]series{"a": {number(12)}, "b": {number(3)}, "none": {nil}}
	for text, want := range map[string]*float64{
		"a + b * 2":                                 number(18),
		"IF((a > 0) AND (b < 1), 1, 0)":             number(0),
		"IF(a >= 10, 100 * b / a, 0)":               number(25),
		"FILL(none, 0) + FILL(b, 0)":                number(3),
		"IF(none > 0, 1, 0)":                        nil,
		"IF((b > 9) OR (a > 9), 7, 0)":              number(7),
		"IF((a > 0) AND (FILL(none, 0) < 1), 1, 0)": number(1),
	} {
		got, err := evaluate(text, metrics, 1)
		if err != nil || (got[0] == nil) != (want == nil) || want != nil && *got[0] != *want {
			t.Errorf("%s = %v, %v", text, got, err)
		}
	}
	if _, err := evaluate("SEARCH(a)", metrics, 1); err == nil {
		t.Error("an unknown function is evaluated")
	}
}
