package expression

import (
	"regexp"
	"strconv"
)

var activitySID = regexp.MustCompile(`^WA[0-9a-fA-F]{32}$`)

func (p *parser) path() Reference {
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

// Provided is an object among the attributes. TaskRouter computes its members when an expression
// reads them.
type Provided func(member string) any

func (p *parser) resolve(steps []any) Reference {
	first := steps
	if p.names == PrefixedNames && steps[0] == "worker" {
		first = steps[1:]
	}
	if p.names != TaskNames && len(first) > 1 && first[0] == "channel" {
		p.channels = true
	}
	switch p.names {
	case WorkerNames:
		return func(_, worker Attributes) any { return look(worker, steps) }
	case TaskNames:
		return func(task, _ Attributes) any { return look(task, steps) }
	case CountNames:
		return p.count(steps)
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

// count reads a name such as workers.available, which counts workers. The caller of Match passes
// the counts as the worker's attributes.
func (p *parser) count(steps []any) Reference {
	if len(steps) == 2 && steps[0] == "workers" {
		if name, ok := steps[1].(string); ok && (name == "available" || name == "unavailable" || activitySID.MatchString(name)) {
			return func(_, counts Attributes) any { return counts[name] }
		}
	}
	p.fail("name %q is none of workers.available, workers.unavailable and workers.WA…", steps[0])
	return constant(nil)
}

func look(attributes Attributes, steps []any) any {
	var value any = map[string]any(attributes)
	for _, step := range steps {
		switch step := step.(type) {
		case string:
			if object, ok := value.(Provided); ok {
				value = object(step)
				continue
			}
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
