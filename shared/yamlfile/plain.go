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

// Files are plain YAML: keys, lists and scalars. Our files need no more, and a text that begins
// with &, * or ! and has no quotes would mean something else to YAML.

// directive matches a line that begins with %, below nothing but comments.
var directive = regexp.MustCompile(`^(?:[ \t]*(?:#.*)?\r?\n)*%`)

// onlyText rejects directives and characters that YAML does not allow. YAML itself would read a NEL
// as the end of a line.
func onlyText(data []byte) error {
	wrong := func(at int, text string) error {
		return &Error{Line: bytes.Count(data[:at], []byte("\n")) + 1, Text: text}
	}
	for at, char := range string(data) {
		switch {
		case char == utf8.RuneError && !bytes.HasPrefix(data[at:], []byte("\ufffd")):
			return wrong(at, "this is not UTF-8: save the file as UTF-8")
		case unicode.IsControl(char) && !strings.ContainsRune("\t\n\r", char), char == '\ufffe', char == '\uffff':
			return wrong(at, fmt.Sprintf("there is a control character, %U: take it out", char))
		}
	}
	if found := directive.FindIndex(data); found != nil {
		return wrong(found[1], "there is a directive, a line that begins with %: leave it out")
	}
	return nil
}

// plain returns a part of a file, or an error if it is not plain YAML.
func plain(from *yaml.Node, field string) (*Node, error) {
	node := &Node{Line: from.Line, Field: field, Kind: kindOf(from), Text: from.Value}
	switch {
	case from.Anchor != "":
		return nil, Mistake(node, "there is an anchor, a value that begins with &: "+
			"write the value alone, and in quotes when it begins so")
	case from.Style&yaml.TaggedStyle != 0 || from.Tag == "!":
		return nil, Mistake(node, fmt.Sprintf("there is a tag, %s: "+
			"write the value alone, and in quotes when it begins with !", from.Tag))
	case node.Kind == Keys:
		return node, node.addKeys(from)
	case node.Kind == List:
		for i, each := range from.Content {
			item, err := plain(each, fmt.Sprintf("%s[%d]", field, i))
			if err != nil {
				return nil, err
			}
			node.Items = append(node.Items, item)
		}
	}
	return node, nil
}

func (n *Node) addKeys(from *yaml.Node) error {
	lines := map[string]int{}
	for pair := range slices.Chunk(from.Content, 2) {
		field := n.Field
		if pair[0].Kind == yaml.ScalarNode {
			field = strings.TrimPrefix(field+"."+pair[0].Value, ".")
		}
		key, err := plain(pair[0], field)
		switch {
		case err != nil:
			return err
		case pair[0].Kind != yaml.ScalarNode:
			return Mistake(key, fmt.Sprintf("want a text as a key, not %s", key.Kind))
		case pair[0].Tag == "!!merge":
			return Mistake(key, "there is <<: write out the keys that it stands for")
		case lines[key.Text] != 0:
			return Mistake(key, fmt.Sprintf("this key stands in line %d too: leave out one of the two", lines[key.Text]))
		}
		lines[key.Text] = key.Line
		value, err := plain(pair[1], field)
		if err != nil {
			return err
		}
		value.Key = key
		n.Items = append(n.Items, value)
	}
	return nil
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
