package workspacefile

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestTextsRoundTrip(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"\n", "a\nb\n", "a\r\nb", "\ta", "\x00", "\x7f", "? a", "?", "<<", "&x", "*x", "!x", "true", "010", "+14155550199", "a: b", "{a", "\"", " a ", "0\n", "\n\n", "\t\n", "\ta\nb", " \na", "a\n ", "\u0085", "a\n\u0085b", "\u2028", "a\n\u2028\u2029b\n", "\ufeff", "a\n\ufeff\u009f", "\ufffe", "=", "~", "1e400", "null", "<<\n", "- a", "a #b\n"} {
		written := File{Workers: []Worker{{Name: text, Attributes: Object{text: []any{text}}}}}
		yaml, err := written.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		read, err := Parse("w.yaml", yaml)
		if err != nil {
			t.Errorf("%q: %v\n%s", text, err, yaml)
			continue
		}
		if got := read.Workers[0]; got.Name != text || !reflect.DeepEqual(got.Attributes, written.Workers[0].Attributes) {
			t.Errorf("%q became %q, %q\n%s", text, got.Name, got.Attributes, yaml)
		}
	}
}

func TestNumberLikeAttributesStayStrings(t *testing.T) {
	t.Parallel()
	file, err := Parse("w.yaml", []byte("workers: [{name: a, attributes: {tel: +14155550199, zip: 01234, level: 0}}]"))
	want := Object{"tel": "+14155550199", "zip": "01234", "level": json.Number("0")}
	if err != nil || !reflect.DeepEqual(file.Workers[0].Attributes, want) {
		t.Errorf("file = %+v, %v, want attributes %v", file, err, want)
	}
}
