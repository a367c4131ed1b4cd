package yamlfile

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// Files are plain YAML: keys, lists and scalars. Our files need no more, and of the rest the YAML package decodes some wrong:
//
//   - It panics on a tagged value that is not a list where a list should be.
//   - It takes a mapping for empty, and says nothing, when one of its keys is not a text: 1, true, null.
//   - A key beside << counts as a second one of that name, and values that decode themselves are given aliases as they stand.

// onlyText refuses what YAML has no place for: bytes that are no UTF-8, and control characters.
func onlyText(file string, data []byte) error {
	for at := 0; at < len(data); {
		char, size := utf8.DecodeRune(data[at:])
		wrong := ""
		switch {
		case char == utf8.RuneError && size == 1:
			wrong = "this is not UTF-8: save the file as UTF-8"
		case unicode.IsControl(char) && !strings.ContainsRune("\t\n\r\u0085", char):
			wrong = fmt.Sprintf("there is a control character, %U: take it out", char)
		}
		if wrong != "" {
			return &Error{File: file, Line: bytes.Count(data[:at], []byte("\n")) + 1, Text: wrong}
		}
		at += size
	}
	return nil
}

// makePlain refuses what is not plain YAML, and has each key be a text, as it was written.
func makePlain(file string, document ast.Node) error {
	var found plainer
	ast.Walk(&found, document)
	if found.wrong == nil {
		return nil
	}
	found.wrong.File = file
	return found.wrong
}

// plainer walks through a document, to the first thing in it that is not plain.
type plainer struct{ wrong *Error }

// Visit implements ast.Visitor.
func (p *plainer) Visit(node ast.Node) ast.Visitor {
	if p.wrong != nil {
		return nil
	}
	switch node := node.(type) {
	case *ast.TagNode:
		p.refuse(node, "there is a tag, %s: write the value alone, and in quotes when it begins with !", node.Start.Value)
	case *ast.AnchorNode:
		p.refuse(node, "there is an anchor, a value that begins with &: write the value alone, and in quotes when it begins so")
	case *ast.AliasNode:
		p.refuse(node, "there is an alias, a value that begins with *: write out what it stands for, and in quotes when it begins so")
	case *ast.MergeKeyNode:
		p.refuse(node, "there is <<: write out the keys that it stands for")
	case *ast.MappingKeyNode:
		p.refuse(node, "there is a key that begins with ?: write key: value")
	case *ast.MappingValueNode:
		if written, err := Scalar(node.Key); err == nil {
			key := ast.String(node.Key.GetToken())
			key.Value = written
			key.SetPath(node.Key.GetPath())
			node.Key = key
		}
	}
	if p.wrong != nil {
		return nil
	}
	return p
}

func (p *plainer) refuse(node ast.Node, format string, values ...any) {
	p.wrong = &Error{Line: node.GetToken().Position.Line, Field: fieldOf(node), Text: fmt.Sprintf(format, values...)}
}
