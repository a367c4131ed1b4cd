package simulator

import (
	"fmt"
	"strconv"
	"strings"
)

// Names says what the names in an expression refer to; it depends on where the expression stands (docs/taskrouter/expression-syntax).
type Names int

const (
	// WorkerNames is for a task queue's target_workers: a bare name is a worker's attribute.
	WorkerNames Names = iota
	// TaskNames is for a workflow filter: a bare name is a task's attribute.
	TaskNames
	// PrefixedNames is for a workflow target: every name starts with "task." or "worker.".
	PrefixedNames
)

// Attributes are a task's or a worker's attributes, as encoding/json decodes a JSON object.
type Attributes map[string]any

// Expression is a parsed TaskRouter expression.
type Expression struct {
	source string
	root   condition
}

type (
	condition func(task, worker Attributes) bool
	operand   func(task, worker Attributes) any
)

// ParseExpression reads an expression of TaskRouter's language: == != < > <= >= IN, NOT IN, HAS, CONTAINS, AND, OR, parentheses,
// strings, numbers, booleans, null, arrays and attribute paths such as a.b[2]. AND binds closer than OR. What Twilio does not document
// is refused: a single =, NOT alone, NOT HAS, hyphens in names, arithmetic.
func ParseExpression(source string, names Names) (*Expression, error) {
	p := &parser{source: source, names: names}
	p.scan()
	root := p.or()
	if p.err == nil && p.token.kind != tokenEnd {
		p.fail("unexpected %q", p.token.text)
	}
	if p.err != nil {
		return nil, fmt.Errorf("parse expression %q: %w", source, p.err)
	}
	return &Expression{source: source, root: root}, nil
}

// Match evaluates the expression. An absent attribute is null; a comparison of things that cannot be compared is false.
func (e *Expression) Match(task, worker Attributes) bool { return e.root(task, worker) }

// String returns the source.
func (e *Expression) String() string { return e.source }

func (p *parser) symbol(text string) bool {
	return p.token.kind == tokenSymbol && p.token.text == text
}

func (p *parser) expect(text string) {
	if !p.symbol(text) {
		p.fail("%q wanted, not %q,", text, p.token.text)
		return
	}
	p.scan()
}

func (p *parser) or() condition {
	left := p.and()
	for p.token.is("OR") {
		p.scan()
		a, b := left, p.and()
		left = func(task, worker Attributes) bool { return a(task, worker) || b(task, worker) }
	}
	return left
}

func (p *parser) and() condition {
	left := p.primary()
	for p.token.is("AND") {
		p.scan()
		a, b := left, p.primary()
		left = func(task, worker Attributes) bool { return a(task, worker) && b(task, worker) }
	}
	return left
}

// nestingLimit keeps a hostile expression from exhausting the stack.
const nestingLimit = 200

func (p *parser) primary() condition {
	if p.depth++; p.depth > nestingLimit {
		p.fail("nested more than %d deep", nestingLimit)
	}
	defer func() { p.depth-- }()
	if p.symbol("(") {
		p.scan()
		inner := p.or()
		p.expect(")")
		return inner
	}
	left := p.operand()
	compare := p.operator()
	right := p.operand()
	return func(task, worker Attributes) bool { return compare(left(task, worker), right(task, worker)) }
}

func (p *parser) operator() func(left, right any) bool {
	spelled := strings.ToUpper(p.token.text)
	if p.token.is("NOT") {
		p.scan()
		spelled = "NOT " + strings.ToUpper(p.token.text)
	}
	compare := comparison(spelled)
	if compare == nil || (p.token.kind != tokenSymbol && p.token.kind != tokenName) {
		p.fail("operator wanted, not %q,", spelled)
		return func(any, any) bool { return false }
	}
	p.scan()
	return compare
}

func (p *parser) operand() operand {
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
		p.fail("value or attribute wanted, not %q,", word.text)
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

func constant(value any) operand {
	return func(_, _ Attributes) any { return value }
}

func (p *parser) array() operand {
	if p.depth++; p.depth > nestingLimit {
		p.fail("nested more than %d deep", nestingLimit)
	}
	defer func() { p.depth-- }()
	p.scan()
	var items []operand
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

func (p *parser) path() operand {
	var steps []any
	steps = append(steps, p.token.text)
	p.scan()
	for p.symbol(".") || p.symbol("[") {
		index := p.symbol("[")
		p.scan()
		text := p.token.text
		n, err := strconv.Atoi(text)
		switch {
		case index && p.token.kind == tokenNumber && err == nil:
			steps = append(steps, n)
			p.scan()
			p.expect("]")
		case !index && p.token.kind == tokenName:
			steps = append(steps, text)
			p.scan()
		default:
			p.fail("bad attribute path at %q", text)
		}
	}
	return p.resolve(steps)
}

func (p *parser) resolve(steps []any) operand {
	switch p.names {
	case WorkerNames:
		return func(_, worker Attributes) any { return look(worker, steps) }
	case TaskNames:
		return func(task, _ Attributes) any { return look(task, steps) }
	}
	if len(steps) > 1 {
		switch steps[0] {
		case "task":
			return func(task, _ Attributes) any { return look(task, steps[1:]) }
		case "worker":
			return func(_, worker Attributes) any { return look(worker, steps[1:]) }
		}
	}
	p.fail("name %q starts with neither task. nor worker.", steps[0])
	return constant(nil)
}

func look(attributes Attributes, steps []any) any {
	var value any = map[string]any(attributes)
	for _, step := range steps {
		switch step := step.(type) {
		case string:
			object, _ := value.(map[string]any)
			value = object[step]
		case int:
			array, _ := value.([]any)
			if step < 0 || step >= len(array) {
				return nil
			}
			value = array[step]
		}
	}
	return value
}
