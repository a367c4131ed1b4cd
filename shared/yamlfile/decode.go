package yamlfile

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Unmarshaler is a value that reads itself from a node.
type Unmarshaler interface{ UnmarshalYAML(node *Node) error }

// Decode reads a node into a struct with yaml tags. A key that the struct has not is an error, and
// nothing behind a key leaves the field as it is.
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
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return n.decode(into.Elem())
	case reflect.Struct:
		return n.decodeStruct(into)
	case reflect.Map:
		return n.decodeMap(into)
	case reflect.Slice:
		return n.decodeSlice(into)
	}
	return n.decodeScalar(into)
}

func (n *Node) decodeStruct(into reflect.Value) error {
	if n.Kind != Keys {
		return n.want(Keys)
	}
	fields, known := map[string]int{}, []string{}
	for i := range into.NumField() {
		if key, _, _ := strings.Cut(into.Type().Field(i).Tag.Get("yaml"), ","); key != "" {
			fields[key] = i
			known = append(known, key)
		}
	}
	for _, pair := range n.Pairs {
		field, found := fields[pair.Key.Text]
		if !found {
			return &Error{Line: pair.Key.Line, Text: fmt.Sprintf("unknown key %q; the keys here are %s", pair.Key.Text, strings.Join(known, ", "))}
		}
		if err := pair.Value.decode(into.Field(field)); err != nil {
			return err
		}
	}
	return nil
}

func (n *Node) decodeMap(into reflect.Value) error {
	if n.Kind != Keys {
		return n.want(Keys)
	}
	into.Set(reflect.MakeMap(into.Type()))
	for _, pair := range n.Pairs {
		value := reflect.New(into.Type().Elem()).Elem()
		if err := pair.Value.decode(value); err != nil {
			return err
		}
		into.SetMapIndex(reflect.ValueOf(pair.Key.Text), value)
	}
	return nil
}

func (n *Node) decodeSlice(into reflect.Value) error {
	if n.Kind != List {
		return n.want(List)
	}
	into.Set(reflect.MakeSlice(into.Type(), len(n.Items), len(n.Items)))
	for i, item := range n.Items {
		if err := item.decode(into.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (n *Node) decodeScalar(into reflect.Value) error {
	switch into.Kind() {
	case reflect.String:
		text, err := Scalar(n)
		into.SetString(text)
		return err
	case reflect.Bool:
		if n.Kind != Bool {
			return n.want(Bool)
		}
		into.SetBool(strings.EqualFold(n.Text, "true"))
	case reflect.Int:
		number, err := strconv.Atoi(n.Text)
		if err != nil || n.Kind != Number || strconv.Itoa(number) != strings.TrimPrefix(n.Text, "+") { // 010 may mean 8
			return n.want("a whole number")
		}
		into.SetInt(int64(number))
	default:
		panic("yamlfile: " + into.Type().String() + " cannot be read")
	}
	return nil
}

// want is the mistake of a node that is of another kind.
func (n *Node) want(kind Kind) error {
	is := string(n.Kind)
	if isScalar := n.Kind != List && n.Kind != Keys; isScalar && kind != List && kind != Keys {
		is = strconv.Quote(n.Text)
	}
	return Mistake(n, fmt.Sprintf("want %s, not %s", kind, is))
}
