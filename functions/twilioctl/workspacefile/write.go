package workspacefile

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Marshal writes a file as YAML that Parse reads.
func (f *File) Marshal() ([]byte, error) {
	document, err := yaml.ValueToNode(f, yaml.Indent(2), yaml.IndentSequence(true))
	if err != nil {
		return nil, fmt.Errorf("write workspace file: %w", err)
	}
	ast.Walk(quoter{}, document)
	return []byte(document.String() + "\n"), nil
}

// quoter puts quotes around texts that the YAML package writes without them, and does not read as they were.
type quoter struct{}

// Visit implements ast.Visitor.
func (q quoter) Visit(node ast.Node) ast.Visitor {
	text, ok := node.(*ast.StringNode)
	if ok && (strings.HasPrefix(text.Value, "?") || text.Value == "<<" || strings.ContainsFunc(text.Value, unicode.IsControl)) {
		text.Token.Type = token.DoubleQuoteType
	}
	return q
}
