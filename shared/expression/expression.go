// Package expression reads TaskRouter's expressions and matches them with tasks and workers: a task
// queue's target_workers, and a workflow's filters and targets
// (https://www.twilio.com/docs/taskrouter/expression-syntax).
package expression

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Names is what the names in an expression refer to. It depends on where the workspace uses the
// expression (https://www.twilio.com/docs/taskrouter/expression-syntax).
type Names int

const (
	// WorkerNames is for a task queue's target_workers: a bare name is a worker's attribute.
	WorkerNames Names = iota
	// TaskNames is for a workflow filter: a bare name is a task's attribute.
	TaskNames
	// PrefixedNames is for a workflow target: every name starts with "task." or "worker.".
	PrefixedNames
	// CountNames is for a workflow target's skip_if: workers.available, workers.unavailable and
	// workers.WA… count the workers of the task queue
	// (https://www.twilio.com/docs/taskrouter/worker-presence).
	CountNames
)

// Attributes are a task's or a worker's attributes, in the types that encoding/json decodes a JSON
// object into.
type Attributes map[string]any

// Options choose between readings of Twilio's documentation. The zero value is what the
// documentation suggests.
type Options struct {
	// Coerce makes values of different types comparable: numbers in strings as numbers, other
	// values as text. By default they are unequal, and out of order.
	Coerce bool
	// Lenient reads AND and OR from left to right, allows NOT HAS and ignores the case of strings.
	// By default AND binds before OR.
	Lenient bool
	// NullNeverMatches makes every comparison with an absent attribute false, except one with null
	// itself. By default an absent attribute differs from every constant.
	NullNeverMatches bool
}

// Expression is a parsed TaskRouter expression.
type Expression struct {
	source   string
	root     condition
	channels bool
}

// Reference names one value of a task or a worker, as task.agent_sid does. It returns that value,
// nil if it is absent.
type Reference func(task, worker Attributes) any

type condition func(task, worker Attributes) bool

// Parse reads an expression: == != < > <= >= IN, NOT IN, HAS, CONTAINS, AND, OR, parentheses,
// strings, numbers, booleans, null, arrays and attribute paths such as a.b[2]. AND binds closer
// than OR. A single = is ==, as on https://www.twilio.com/docs/taskrouter/multitasking. Parse
// rejects what Twilio does not document: NOT alone, NOT HAS, hyphens in names, arithmetic.
func Parse(source string, names Names, options Options) (*Expression, error) {
	p := &parser{source: source, names: names, options: options}
	p.scan()
	root := p.condition()
	if err := p.finish(); err != nil {
		return nil, err
	}
	return &Expression{source: source, root: root, channels: p.channels}, nil
}

// ParseReference reads a path that starts with "task." or "worker.", such as task.agent_sid.
func ParseReference(source string) (Reference, error) {
	p := &parser{source: source, names: PrefixedNames}
	p.scan()
	if p.token.kind != tokenName {
		p.fail("want an attribute, not %q,", p.token.text)
	}
	value := p.operand()
	return value, p.finish()
}

// finish returns the parser's error. Text that the parser did not read is an error, too.
func (p *parser) finish() error {
	if p.err == nil && p.token.kind != tokenEnd {
		p.fail("unexpected %q", p.token.text)
	}
	if p.err != nil {
		return fmt.Errorf("parse expression %q: %w", p.source, p.err)
	}
	return nil
}

// Match reports whether the task and the worker match the expression. An absent attribute is null;
// a comparison of values that cannot be compared is false.
func (e *Expression) Match(task, worker Attributes) (matches bool) { return e.root(task, worker) }

// NamesChannel reports whether the expression reads a worker's channels, whose values change with
// every reservation.
func (e *Expression) NamesChannel() bool { return e.channels }

// String returns the expression's source.
func (e *Expression) String() string { return e.source }

func (p *parser) symbol(text string) bool {
	return p.token.kind == tokenSymbol && p.token.text == text
}

func (p *parser) expect(text string) {
	if !p.symbol(text) {
		p.fail("want %q, not %q,", text, p.token.text)
		return
	}
	p.scan()
}

// condition reads a whole condition. With Options.Lenient, AND and OR bind equally.
func (p *parser) condition() condition {
	if p.options.Lenient {
		return p.chain(p.primary, "AND", "OR")
	}
	return p.chain(func() condition { return p.chain(p.primary, "AND") }, "OR")
}

// chain reads conditions that the operators join, from left to right.
func (p *parser) chain(next func() condition, operators ...string) condition {
	left := next()
	for slices.ContainsFunc(operators, p.token.is) {
		or := p.token.is("OR")
		p.scan()
		a, b := left, next()
		left = func(task, worker Attributes) bool {
			if or {
				return a(task, worker) || b(task, worker)
			}
			return a(task, worker) && b(task, worker)
		}
	}
	return left
}

// nestingLimit keeps a hostile expression from exhausting the stack.
const nestingLimit = 200

func (p *parser) primary() condition {
	if p.depth++; p.depth > nestingLimit {
		p.fail("more than %d nested levels", nestingLimit)
	}
	defer func() { p.depth-- }()
	if p.symbol("(") {
		p.scan()
		inner := p.condition()
		p.expect(")")
		return inner
	}
	null := p.token.is("null")
	left := p.operand()
	operator := p.operator()
	null = null || p.token.is("null")
	right := p.operand()
	compare := comparisonOf(operator, p.options.Lenient, null)
	return func(task, worker Attributes) bool { return compare(p.options, left(task, worker), right(task, worker)) }
}

// operator reads an operator, or fails.
func (p *parser) operator() string {
	spelled := strings.ToUpper(p.token.text)
	if p.token.is("NOT") {
		p.scan()
		spelled = "NOT " + strings.ToUpper(p.token.text)
	}
	if comparisonOf(spelled, p.options.Lenient, false) == nil || (p.token.kind != tokenSymbol && p.token.kind != tokenName) {
		p.fail("want an operator, not %q,", spelled)
		return ""
	}
	p.scan()
	return spelled
}

func (p *parser) operand() Reference {
	switch word := p.token; {
	case word.kind == tokenString:
		p.scan()
		return constant(word.text)
	case word.kind == tokenNumber:
		number, err := strconv.ParseFloat(word.text, 64)
		if err != nil {
			p.fail("bad number %q", word.text)
		}
		p.scan()
		return constant(number)
	case word.is("true"), word.is("false"):
		p.scan()
		return constant(word.is("true"))
	case word.is("null"):
		p.scan()
		return constant(nil)
	case p.symbol("["):
		return p.array()
	case word.kind == tokenName && !isKeyword(word.text):
		return p.path()
	default:
		p.fail("want a value or an attribute, not %q,", word.text)
		return constant(nil)
	}
}

func isKeyword(word string) bool {
	switch strings.ToUpper(word) {
	case "AND", "OR", "NOT", "IN", "HAS", "CONTAINS":
		return true
	}
	return false
}

func constant(value any) Reference {
	return func(_, _ Attributes) any { return value }
}

func (p *parser) array() Reference {
	if p.depth++; p.depth > nestingLimit {
		p.fail("more than %d nested levels", nestingLimit)
	}
	defer func() { p.depth-- }()
	p.scan()
	var items []Reference
	for p.err == nil && !p.symbol("]") {
		if len(items) > 0 {
			p.expect(",")
		}
		items = append(items, p.operand())
	}
	p.expect("]")
	return func(task, worker Attributes) any {
		values := make([]any, len(items))
		for i, item := range items {
			values[i] = item(task, worker)
		}
		return values
	}
}
