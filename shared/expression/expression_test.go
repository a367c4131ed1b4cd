package expression_test

import (
	"encoding/json"
	"strings"
	"testing"

	"switchboard/shared/expression"
)

func TestMatch(t *testing.T) {
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
	var attributes expression.Attributes
	if err := json.Unmarshal([]byte(worker), &attributes); err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.source, func(t *testing.T) {
			parsed, err := expression.Parse(test.source, expression.WorkerNames, expression.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := parsed.Match(nil, attributes); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	attributes := expression.Attributes{"five": "5", "flag": "true", "name": "Ann", "level": 5.0, "on": true, "list": []any{"a", 5.0}}
	missing := expression.Options{NullNeverMatches: true}
	coerced := expression.Options{Coerce: true}
	lenient := expression.Options{Lenient: true}
	tests := []struct {
		source      string
		options     expression.Options
		want, wantB string // true, false or refused; under the default, and under the options
	}{
		{`gone != "x"`, missing, "true", "false"},
		{`gone NOT IN ["x"]`, missing, "true", "false"},
		{`"x" != gone`, missing, "true", "false"},
		{`gone == gone`, missing, "true", "false"},
		{`gone == null`, missing, "true", "true"},
		{`gone != null`, missing, "false", "false"},
		{`name != null`, missing, "true", "true"},
		{`gone == "x"`, missing, "false", "false"},
		{`five == 5`, coerced, "false", "true"},
		{`5 == five`, coerced, "false", "true"},
		{`five != 5`, coerced, "true", "false"},
		{`five < 10`, coerced, "false", "true"},
		{`flag == true`, coerced, "false", "true"},
		{`on == "true"`, coerced, "false", "true"},
		{`on == 1`, coerced, "false", "false"},
		{`name < 7`, coerced, "false", "false"},
		{`five IN [5]`, coerced, "false", "true"},
		{`five NOT IN [5]`, coerced, "true", "false"},
		{`list HAS "5"`, coerced, "false", "true"},
		{`level CONTAINS 5`, coerced, "false", "true"},
		{`name == "Ann"`, coerced, "true", "true"},
		{`level = 5`, lenient, "true", "true"},
		{`list NOT HAS "b"`, lenient, "refused", "true"},
		{`list NOT HAS "a"`, lenient, "refused", "false"},
		{`name == "ANN"`, lenient, "false", "true"},
		{`name != "ANN"`, lenient, "true", "false"},
		{`name CONTAINS "NN"`, lenient, "false", "true"},
		{`name IN ["ANN"]`, lenient, "false", "true"},
		{`name > "ANN"`, lenient, "true", "false"},
		{`1 == 1 OR 1 == 1 AND 1 == 2`, lenient, "true", "false"},
		{`1 == 1 OR (1 == 1 AND 1 == 2)`, lenient, "true", "true"},
		{`a-b == 1`, lenient, "refused", "refused"},
		{`NOT level == 5`, lenient, "refused", "refused"},
	}
	evaluate := func(options expression.Options, source string) string {
		parsed, err := expression.Parse(source, expression.WorkerNames, options)
		switch {
		case err != nil:
			return "refused"
		case parsed.Match(nil, attributes):
			return "true"
		}
		return "false"
	}
	for _, test := range tests {
		if got := evaluate(expression.Options{}, test.source); got != test.want {
			t.Errorf("%s: %s, want %s", test.source, got, test.want)
		}
		if got := evaluate(test.options, test.source); got != test.wantB {
			t.Errorf("%s with %+v: %s, want %s", test.source, test.options, got, test.wantB)
		}
	}
}

func TestNames(t *testing.T) {
	task, worker := expression.Attributes{"x": "task's"}, expression.Attributes{"x": "worker's"}
	tests := []struct {
		source string
		names  expression.Names
	}{
		{`x == "worker's"`, expression.WorkerNames},
		{`x == "task's"`, expression.TaskNames},
		{`task.x == "task's" AND worker.x == "worker's"`, expression.PrefixedNames},
	}
	for _, test := range tests {
		parsed, err := expression.Parse(test.source, test.names, expression.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !parsed.Match(task, worker) {
			t.Errorf("%s is false", test.source)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, source := range []string{
		``, `(`, `1`, `a`, `a =`, `a === 1`, `a = = 1`, `a == `, `a == 1 AND`, `a == 1 b == 2`, `NOT a == 1`, `a NOT HAS 1`, `a HAS`, `a == [1`, `a == [1,]`,
		`a == "a\"b"`, `a == "a\\b"`, `a == 'tab\t'`,
		`a-b == 1`, `a == "x`, `a + 1 == 2`, `a.1 == 2`, `a[x] == 1`, `a[ == 1`, `(a == 1`, `a == 1)`, `1.2.3 == 1`, `AND == 1`, `a 'IN' [1]`, `-a == 1`,
	} {
		if _, err := expression.Parse(source, expression.WorkerNames, expression.Options{}); err == nil {
			t.Errorf("%q is accepted", source)
		}
	}
	if _, err := expression.Parse(`x == 1`, expression.PrefixedNames, expression.Options{}); err == nil {
		t.Error("a bare name is accepted in a target")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`1==1`, `a.b[2] HAS "x" AND (c NOT IN ['y', 3] OR d != null)`, `((((`, `[[[[`, `a == "é"`, `task.x CONTAINS worker.y`} {
		f.Add(seed)
	}
	attributes := expression.Attributes{"a": []any{"x", 1.0, nil}, "b": map[string]any{"c": true}}
	for _, seed := range []string{`a = 1 OR a NOT HAS "x" AND b.c == "TRUE"`, `workers.available == 0`} {
		f.Add(seed)
	}
	lenient := expression.Options{Coerce: true, Lenient: true, NullNeverMatches: true}
	f.Fuzz(func(t *testing.T, source string) {
		if strings.Count(source, "(")+strings.Count(source, "[") > 150 { // near the limit of nesting
			return
		}
		for _, names := range []expression.Names{expression.WorkerNames, expression.TaskNames, expression.PrefixedNames, expression.CountNames} {
			for _, options := range []expression.Options{{}, lenient} {
				parsed, err := expression.Parse(source, names, options)
				if err != nil {
					continue
				}
				if parsed.String() != source {
					t.Errorf("source %q, want %q", parsed.String(), source)
				}
				again, err := expression.Parse("("+source+")", names, options)
				if err != nil {
					t.Errorf("%q is refused in parentheses: %v", source, err)
					continue
				}
				if first := parsed.Match(attributes, attributes); again.Match(attributes, attributes) != first {
					t.Errorf("%q is %v, but not in parentheses", source, first)
				}
			}
		}
	})
}
