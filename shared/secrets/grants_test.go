package secrets

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// TestRolesMayReadWhatFunctionsAsk compares the parameters that each role in template.yaml may read
// and write with those that its function's New asks for: one too few would refuse the whole
// GetParameters, and one too many is not needed.
func TestRolesMayReadWhatFunctionsAsk(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../../functions/*/settings.go")
	if err != nil || len(paths) < 14 {
		t.Fatalf("%d settings found (%v)", len(paths), err)
	}
	granted := grants(t)
	for _, path := range paths {
		name := filepath.Base(filepath.Dir(path))
		asked := Names(needsOf(t, path)...)
		if callerWaits := slices.Contains([]string{"assignment", "enqueue", "fallback", "hold", "survey", "worker"}, name); callerWaits && len(asked) > maxNames {
			t.Errorf("%s asks for %d parameters, and one request to SSM reads %d", name, len(asked), maxNames)
		}
		if calls(t, path, "outlook.NewWriter(") {
			asked = append(asked, Outlook, "write "+Outlook)
		}
		if calls(t, path, "secrets.ReadWriter(") { // the function closes and opens the desk
			asked = append(asked, "write "+Settings+"closed")
		}
		slices.Sort(asked)
		may, found := granted["functions/"+name+"/bootstrap/"]
		if !found || !slices.Equal(may, asked) {
			t.Errorf("%s asks for %q, and its role may read %q", name, asked, may)
		}
		delete(granted, "functions/"+name+"/bootstrap/")
	}
	if len(granted) > 0 {
		t.Errorf("functions of the template without a bootstrap: %v", granted)
	}
}

// calls reports whether a function's settings.go has the call.
func calls(t *testing.T, path, call string) bool {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(text), call)
}

// needsOf reads the arguments of secrets.Read.
func needsOf(t *testing.T, path string) []Need {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]Need{"Webhooks": Webhooks, "REST": REST, "CRM": CRM, "Duty": Duty, "Arrivals": Arrivals, "Waits": Waits, "Ends": Ends, "Shifts": Shifts, "Closing": Closing, "Requests": Requests, "Expectations": Expectations, "Messages": Messages}
	var needs []Need
	ast.Inspect(file, func(node ast.Node) bool {
		call, isCall := node.(*ast.CallExpr)
		if !isCall || selected(call.Fun) != "Read" {
			return true
		}
		for _, argument := range call.Args[3:] {
			need, found := named[selected(argument)]
			if !found {
				t.Fatalf("%s: an argument of Read is no Need by name", path)
			}
			needs = append(needs, need)
		}
		return false
	})
	return needs
}

// selected is the second half of secrets.X.
func selected(node ast.Expr) string {
	if selector, isSelector := node.(*ast.SelectorExpr); isSelector {
		if base, isName := selector.X.(*ast.Ident); isName && base.Name == "secrets" {
			return selector.Sel.Name
		}
	}
	return ""
}

// grants lists what each function may read and write below SecretsPrefix, by its CodeUri. Anything
// but the exact name of a parameter fails the test.
func grants(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	// The tags say what CloudFormation makes of a text; here the text will do.
	plain := regexp.MustCompile(`!(Ref|Sub|GetAtt|If|Not|Equals) `).ReplaceAllString(string(text), "")
	type statement struct {
		Action   any `yaml:"Action"`
		Resource any `yaml:"Resource"`
	}
	type policy struct {
		Document struct {
			Statement []statement `yaml:"Statement"`
		} `yaml:"PolicyDocument"`
	}
	var template struct {
		Resources map[string]struct {
			Properties struct {
				CodeURI  string   `yaml:"CodeUri"`
				Role     string   `yaml:"Role"`
				Policies []policy `yaml:"Policies"`
			} `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal([]byte(plain), &template); err != nil {
		t.Fatal(err)
	}
	granted := map[string][]string{}
	for _, function := range template.Resources {
		if function.Properties.CodeURI == "" {
			continue
		}
		role := template.Resources[strings.TrimSuffix(function.Properties.Role, ".Arn")]
		var names []string
		for _, policy := range role.Properties.Policies {
			for _, statement := range policy.Document.Statement {
				for _, action := range list(statement.Action) {
					if strings.HasPrefix(action, "ssm:") || strings.HasPrefix(action, "*") {
						names = append(names, parametersOf(t, action, list(statement.Resource))...)
					}
				}
			}
		}
		slices.Sort(names)
		granted[function.Properties.CodeURI] = slices.Compact(names)
	}
	return granted
}

func parametersOf(t *testing.T, action string, resources []string) []string {
	t.Helper()
	var names []string
	for _, resource := range resources {
		name, exact := strings.CutPrefix(resource, "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${SecretsPrefix}/")
		known := name == Outlook || strings.HasPrefix(name, Settings) || (&Set{}).field(name) != nil
		switch {
		case action == "ssm:GetParameters" && exact && known:
			names = append(names, name)
		case action == "ssm:PutParameter" && exact && (name == Outlook || name == Settings+"closed"):
			names = append(names, "write "+name)
		default:
			t.Errorf("a role may %s %s", action, resource)
		}
	}
	return names
}

// list is a text or a list of them.
func list(value any) []string {
	texts := []string{}
	switch value := value.(type) {
	case string:
		texts = append(texts, value)
	case []any:
		for _, each := range value {
			texts = append(texts, list(each)...)
		}
	}
	return texts
}
