// Package templatetest reads template.yaml for tests.
package templatetest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// Read returns template.yaml. An intrinsic function is a map as in JSON: {"Ref": "HttpApi"},
// {"Fn::GetAtt": "BridgeQueue.Arn"}.
func Read(t testing.TB) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return Parse(t, text)
}

// root returns the project's folder, which is above that of every test.
func root(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	for ; err == nil; folder = filepath.Dir(folder) {
		if _, missing := os.Stat(filepath.Join(folder, "go.mod")); missing == nil {
			return folder
		}
		if folder == filepath.Dir(folder) {
			err = errors.New("no folder above the test has a go.mod")
		}
	}
	t.Fatal(err)
	return ""
}

// Parse is Read for the text of another release's template.yaml.
func Parse(t testing.TB, text []byte) map[string]any {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	template, isMap := value(t, document.Content[0]).(map[string]any)
	if !isMap {
		t.Fatal("template.yaml is no map")
	}
	return template
}

// At returns what a path of keys leads to; nil = nothing.
func At(in any, path ...string) any {
	for _, key := range path {
		object, _ := in.(map[string]any)
		in = object[key]
	}
	return in
}

// Resources returns the properties of the resources of a type, by logical ID.
func Resources(template map[string]any, kind string) map[string]map[string]any {
	found := map[string]map[string]any{}
	resources, _ := template["Resources"].(map[string]any)
	for id, each := range resources {
		if At(each, "Type") == kind {
			found[id], _ = At(each, "Properties").(map[string]any)
		}
	}
	return found
}

func value(t testing.TB, node *yaml.Node) any {
	t.Helper()
	plain := content(t, node)
	function, isFunction := strings.CutPrefix(node.Tag, "!")
	switch {
	case !isFunction || strings.HasPrefix(function, "!"): // !!str and the like
		return plain
	case function == "Ref":
		return map[string]any{function: plain}
	default:
		return map[string]any{"Fn::" + function: plain}
	}
}

func content(t testing.TB, node *yaml.Node) any {
	t.Helper()
	switch node.Kind {
	case yaml.AliasNode:
		return value(t, node.Alias)
	case yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i < len(node.Content); i += 2 {
			object[node.Content[i].Value] = value(t, node.Content[i+1])
		}
		return object
	case yaml.SequenceNode:
		var list []any
		for _, each := range node.Content {
			list = append(list, value(t, each))
		}
		return list
	}
	if strings.HasPrefix(node.Tag, "!") && !strings.HasPrefix(node.Tag, "!!") {
		return node.Value
	}
	var scalar any
	if err := node.Decode(&scalar); err != nil {
		t.Fatalf("line %d of template.yaml: %v", node.Line, err)
	}
	return scalar
}
