package yamlfile

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Unmarshaler is a value that parses itself from a node.
type Unmarshaler interface{ UnmarshalYAML(node *Node) error }

// Decode reads a node into a struct with yaml tags, or with json tags where it has none. A key
// without a field is an error, and a key without a value leaves its field as it is. A string
// accepts every scalar as it was written, and a json.RawMessage everything.
func Decode(file string, node *Node, into any) error {
	return inFile(file, node.decode(reflect.ValueOf(into).Elem()))
}

func (n *Node) decode(into reflect.Value) error {
	if n.Kind == Nothing {
		return nil
	}
	if own, ok := into.Addr().Interface().(Unmarshaler); ok {
		return own.UnmarshalYAML(n)
	}
	if raw, ok := into.Addr().Interface().(*json.RawMessage); ok {
		return n.decodeJSON(raw)
	}
	number, noNumber := strconv.Atoi(n.Text)
	// YAML would read 010 as 8.
	isWhole := n.Kind == Number && noNumber == nil && strconv.Itoa(number) == strings.TrimPrefix(n.Text, "+")
	switch kind := into.Kind(); {
	case kind == reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return n.decode(into.Elem())
	case kind == reflect.Struct && n.Kind == Keys:
		return n.decodeStruct(into)
	case kind == reflect.Map && n.Kind == Keys:
		into.Set(reflect.MakeMap(into.Type()))
		for _, item := range n.Items {
			value := reflect.New(into.Type().Elem()).Elem()
			if err := item.decode(value); err != nil {
				return err
			}
			into.SetMapIndex(reflect.ValueOf(item.Key.Text).Convert(into.Type().Key()), value)
		}
	case kind == reflect.Slice && n.Kind == List:
		into.Set(reflect.MakeSlice(into.Type(), len(n.Items), len(n.Items)))
		for i, item := range n.Items {
			if err := item.decode(into.Index(i)); err != nil {
				return err
			}
		}
	case kind == reflect.String && n.isScalar():
		into.SetString(n.Text)
	case kind == reflect.Bool && n.Kind == Bool:
		into.SetBool(n.isTrue())
	case kind == reflect.Int && isWhole:
		into.SetInt(int64(number))
	default:
		return n.want(kind)
	}
	return nil
}

func (n *Node) decodeStruct(into reflect.Value) error {
	fields, known := map[string]reflect.Value{}, []string{}
	for field, value := range into.Fields() {
		key, _, _ := strings.Cut(cmp.Or(field.Tag.Get("yaml"), field.Tag.Get("json")), ",")
		if key != "" && key != "-" {
			fields[key] = value
			known = append(known, key)
		}
	}
	for _, item := range n.Items {
		field, found := fields[item.Key.Text]
		if !found {
			text := fmt.Sprintf("unknown key %q; the keys here are %s", item.Key.Text, strings.Join(known, ", "))
			return &Error{Line: item.Key.Line, Text: text}
		}
		if err := item.decode(field); err != nil {
			return err
		}
	}
	return nil
}

func (n *Node) decodeJSON(into *json.RawMessage) error {
	value, err := Plain(n)
	if err != nil {
		return err
	}
	*into, err = json.Marshal(value)
	return err
}

// names has Go's kinds in the words of an error.
var names = map[reflect.Kind]string{
	reflect.Struct: string(Keys), reflect.Map: string(Keys), reflect.Slice: string(List),
	reflect.String: string(Words), reflect.Bool: string(Bool), reflect.Int: "a whole number",
}

func (n *Node) want(kind reflect.Kind) error {
	is := strconv.Quote(n.Text)
	if !n.isScalar() || names[kind] == string(Keys) || names[kind] == string(List) {
		is = string(n.Kind)
	}
	return Mistake(n, fmt.Sprintf("want %s, not %s", names[kind], is))
}
