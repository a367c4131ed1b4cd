package simulator_test

import (
	"encoding/json"
	"strings"
	"testing"

	"switchboard/shared/simulator"
)

func TestExpression(t *testing.T) {
	t.Parallel()
	const worker = `{"name":"Ann","level":3,"languages":["en","es"],"vip":true,"skill":{"sales":["x",{"depth":2}]},"empty":null,"score":"5"}`
	tests := []struct {
		source string
		want   bool
	}{
		{`1==1`, true},
		{`name == "Ann"`, true},
		{`name == 'Ann'`, true},
		{`name == "ann"`, false},
		{`name != "Bob"`, true},
		{`level > 2 AND level <= 3`, true},
		{`level >= 3.5`, false},
		{`level < 10`, true},
		{`level > -1`, true},
		{`name < "Bob"`, true},
		{`vip == true`, true},
		{`vip == "true"`, false},
		{`score == 5`, false},
		{`score > 4`, false},
		{`score != 5`, true},
		{`languages HAS "en"`, true},
		{`languages HAS "e"`, false},
		{`languages has 'es'`, true},
		{`name HAS "Ann"`, false},
		{`name IN ["Ann", "Bob"]`, true},
		{`name in ['Bob']`, false},
		{`name NOT IN ["Bob"]`, true},
		{`name NOT IN "Bob"`, false},
		{`languages IN ["en"]`, false},
		{`languages NOT IN ["en"]`, false},
		{`name CONTAINS "nn"`, true},
		{`level CONTAINS 3`, false},
		{`languages CONTAINS "en"`, false},
		{`languages == "en"`, false},
		{`languages != "en"`, false},
		{`languages != null`, true},
		{`skill == skill`, false},
		{`skill.sales[0] == "x"`, true},
		{`skill.sales[1].depth == 2`, true},
		{`skill.sales[7] == null`, true},
		{`name.first == null`, true},
		{`missing == null`, true},
		{`missing != null`, false},
		{`missing == "x"`, false},
		{`missing != "x"`, true},
		{`missing NOT IN ["x"]`, true},
		{`missing IN ["x"]`, false},
		{`missing > 1`, false},
		{`empty == null`, true},
		{`name == "Bob" OR level == 3 AND vip == true`, true},
		{`name == "Ann" OR level == 9 AND vip == false`, true},
		{`(name == "Ann" OR level == 9) AND vip == false`, false},
		{`"a" == "a"`, true},
		{`level IN [1, 2, 3]`, true},
		{`name = "Ann"`, true},
		{`name="Bob"`, false},
		{`missing = null`, true},
		{`level = 3 AND vip = true`, true},
	}
	var attributes simulator.Attributes
	if err := json.Unmarshal([]byte(worker), &attributes); err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.source, func(t *testing.T) {
			t.Parallel()
			expression, err := simulator.ParseExpression(test.source, simulator.WorkerNames)
			if err != nil {
				t.Fatal(err)
			}
			if got := expression.Match(nil, attributes); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

func TestExpressionNames(t *testing.T) {
	t.Parallel()
	task, worker := simulator.Attributes{"x": "task's"}, simulator.Attributes{"x": "worker's"}
	tests := []struct {
		source string
		names  simulator.Names
	}{
		{`x == "worker's"`, simulator.WorkerNames},
		{`x == "task's"`, simulator.TaskNames},
		{`task.x == "task's" AND worker.x == "worker's"`, simulator.PrefixedNames},
	}
	for _, test := range tests {
		expression, err := simulator.ParseExpression(test.source, test.names)
		if err != nil {
			t.Fatal(err)
		}
		if !expression.Match(task, worker) {
			t.Errorf("%s is false", test.source)
		}
	}
}

func TestExpressionRefused(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		``, `(`, `1`, `a`, `a =`, `a === 1`, `a = = 1`, `a == `, `a == 1 AND`, `a == 1 b == 2`, `NOT a == 1`, `a NOT HAS 1`, `a HAS`, `a == [1`, `a == [1,]`,
		`a-b == 1`, `a == "x`, `a + 1 == 2`, `a.1 == 2`, `a[x] == 1`, `a[ == 1`, `(a == 1`, `a == 1)`, `1.2.3 == 1`, `AND == 1`, `a 'IN' [1]`, `-a == 1`,
	} {
		if _, err := simulator.ParseExpression(source, simulator.WorkerNames); err == nil {
			t.Errorf("%q is accepted", source)
		}
	}
	if _, err := simulator.ParseExpression(`x == 1`, simulator.PrefixedNames); err == nil {
		t.Error("a bare name is accepted in a target")
	}
}

func FuzzParseExpression(f *testing.F) {
	for _, seed := range []string{`1==1`, `a.b[2] HAS "x" AND (c NOT IN ['y', 3] OR d != null)`, `((((`, `[[[[`, `a == "é"`, `task.x CONTAINS worker.y`} {
		f.Add(seed)
	}
	attributes := simulator.Attributes{"a": []any{"x", 1.0, nil}, "b": map[string]any{"c": true}}
	for _, seed := range []string{`a = 1 OR a NOT HAS "x" AND b.c == "TRUE"`, `workers.available == 0`} {
		f.Add(seed)
	}
	lenient := simulator.Readings{Syntax: simulator.LenientSyntax, Coercion: simulator.Coerced, MissingAttribute: simulator.NullNeverMatches}
	f.Fuzz(func(t *testing.T, source string) {
		if strings.Count(source, "(")+strings.Count(source, "[") > 150 { // near the limit of nesting
			return
		}
		for _, names := range []simulator.Names{simulator.WorkerNames, simulator.TaskNames, simulator.PrefixedNames, simulator.CountNames} {
			for _, readings := range []simulator.Readings{{}, lenient} {
				expression, err := readings.ParseExpression(source, names)
				if err != nil {
					continue
				}
				if expression.String() != source {
					t.Errorf("source %q, want %q", expression.String(), source)
				}
				again, err := readings.ParseExpression("("+source+")", names)
				if err != nil {
					t.Errorf("%q is refused in parentheses: %v", source, err)
					continue
				}
				if first := expression.Match(attributes, attributes); again.Match(attributes, attributes) != first {
					t.Errorf("%q is %v, but not in parentheses", source, first)
				}
			}
		}
	})
}
