// Package exactjson decodes JSON that others write into structs by exact keys. encoding/json takes
// the key "Contact_URI" for the field contact_uri, too, and the last of both wins; TaskRouter knows
// one of them.
package exactjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"

	"switchboard/shared/cause"
)

const errTrailing = cause.Text("something follows the JSON value")

// Unmarshal is json.Unmarshal without the keys that differ in case, or in any other way, from those
// of into's structs. Structs are looked for in pointers, lists and the fields of structs; embedded
// ones are not. Types with a method UnmarshalJSON get what is there. Of a key that occurs twice the
// last counts.
func Unmarshal(data []byte, into any) error { return unmarshal(data, into, false) }

// UnmarshalStrict is Unmarshal with an error for each key that into has no field for.
func UnmarshalStrict(data []byte, into any) error { return unmarshal(data, into, true) }

func unmarshal(data []byte, into any, strict bool) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errTrailing
	}
	if err := prune(value, reflect.TypeOf(into), strict); err != nil {
		return err
	}
	exact, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return json.Unmarshal(exact, into)
}

// prune deletes the keys that a type has no field for from the objects in a value.
func prune(value any, of reflect.Type, strict bool) error {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if reflect.PointerTo(of).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return nil
	}
	switch value := value.(type) {
	case []any:
		if of.Kind() != reflect.Slice && of.Kind() != reflect.Array {
			return nil
		}
		for _, each := range value {
			if err := prune(each, of.Elem(), strict); err != nil {
				return err
			}
		}
	case map[string]any:
		if of.Kind() != reflect.Struct {
			return nil
		}
		return pruneObject(value, fields(of), strict)
	}
	return nil
}

func pruneObject(object map[string]any, known map[string]reflect.Type, strict bool) error {
	for key, each := range object {
		of, found := known[key]
		switch {
		case found:
			if err := prune(each, of, strict); err != nil {
				return err
			}
		case strict:
			return fmt.Errorf("unknown key %q", key)
		default:
			delete(object, key)
		}
	}
	return nil
}

// fields are the types of a struct's fields by their keys.
func fields(of reflect.Type) map[string]reflect.Type {
	known := map[string]reflect.Type{}
	for i := range of.NumField() {
		field := of.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case !field.IsExported() || name == "-":
		case name == "":
			known[field.Name] = field.Type
		default:
			known[name] = field.Type
		}
	}
	return known
}
