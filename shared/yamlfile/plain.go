package yamlfile

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Files are plain YAML: keys, lists and scalars. Our files need no more, and a file that means
// something else by &, * or ! is read as it was meant, or not at all.

// directive is a line that begins with %, above everything but comments.
var directive = regexp.MustCompile(`^(?:[ \t]*(?:#.*)?\r?\n)*%`)

// onlyText refuses what YAML has no place for: bytes that are no UTF-8, control characters and
// directives.
func onlyText(file string, data []byte) error {
	for at := 0; at < len(data); {
		char, size := utf8.DecodeRune(data[at:])
		wrong := ""
		switch {
		case char == utf8.RuneError && size == 1:
			wrong = "this is not UTF-8: save the file as UTF-8"
		case unicode.IsControl(char) && !strings.ContainsRune("\t\n\r", char), char == '\ufffe', char == '\uffff':
			wrong = fmt.Sprintf("there is a control character, %U: take it out", char)
		}
		if wrong != "" {
			return &Error{File: file, Line: lineAt(data, at), Text: wrong}
		}
		at += size
	}
	if found := directive.FindIndex(data); found != nil {
		return &Error{File: file, Line: lineAt(data, found[1]), Text: "there is a directive, a line that begins with %: leave it out"}
	}
	return nil
}

func lineAt(data []byte, at int) int { return bytes.Count(data[:at], []byte("\n")) + 1 }

// plain is a part of a file, or an error where it is not plain YAML.
func plain(from *yaml.Node, field string) (*Node, error) {
	node := &Node{Line: from.Line, Field: field, Kind: kindOf(from), Text: from.Value}
	switch {
	case from.Anchor != "":
		return nil, Mistake(node, "there is an anchor, a value that begins with &: write the value alone, and in quotes when it begins so")
	case from.Style&yaml.TaggedStyle != 0 || from.Tag == "!":
		return nil, Mistake(node, fmt.Sprintf("there is a tag, %s: write the value alone, and in quotes when it begins with !", from.Tag))
	case node.Kind == List:
		for i, each := range from.Content {
			item, err := plain(each, fmt.Sprintf("%s[%d]", field, i))
			if err != nil {
				return nil, err
			}
			node.Items = append(node.Items, item)
		}
	case node.Kind == Keys:
		lines := map[string]int{}
		for each := range slices.Chunk(from.Content, 2) {
			if err := node.add(each[0], each[1], lines); err != nil {
				return nil, err
			}
		}
	}
	return node, nil
}

// add adds a key and its value. Lines are those of the keys so far.
func (n *Node) add(name, from *yaml.Node, lines map[string]int) error {
	field := n.Field
	if name.Kind == yaml.ScalarNode {
		field = strings.TrimPrefix(field+"."+name.Value, ".")
	}
	key, err := plain(name, field)
	switch {
	case err != nil:
		return err
	case name.Kind != yaml.ScalarNode:
		return Mistake(key, fmt.Sprintf("want a text as a key, not %s", key.Kind))
	case name.Tag == "!!merge":
		return Mistake(key, "there is <<: write out the keys that it stands for")
	case lines[key.Text] != 0:
		return Mistake(key, fmt.Sprintf("this key stands in line %d too: leave out one of the two", lines[key.Text]))
	}
	lines[key.Text] = key.Line
	value, err := plain(from, field)
	n.Pairs = append(n.Pairs, Pair{key, value})
	return err
}

func kindOf(from *yaml.Node) Kind {
	const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	switch tag := from.ShortTag(); {
	case from.Kind == yaml.SequenceNode:
		return List
	case from.Kind == yaml.MappingNode:
		return Keys
	case from.Style&quoted != 0:
		return Words
	case tag == "!!null":
		return Nothing
	case tag == "!!bool":
		return Bool
	case tag == "!!int", tag == "!!float", IsNumber(from.Value): // YAML takes 1e400 for a text
		return Number
	}
	return Words
}
