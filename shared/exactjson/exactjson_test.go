package exactjson

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

type worker struct {
	ContactURI string `json:"contact_uri"`
	Plain      string
	Hidden     string          `json:"-"`
	Boss       *worker         `json:"boss,omitempty"`
	Team       []worker        `json:"team"`
	Raw        json.RawMessage `json:"raw"`
	Own        map[string]any  `json:"own"`
	Priority   json.Number     `json:"priority"`
}

func TestUnmarshal(t *testing.T) {
	t.Parallel()
	alice := worker{ContactURI: "client:alice"}
	tests := []struct {
		name, data string
		want       worker
	}{
		{"exact", `{"contact_uri":"client:alice"}`, alice},
		{"other case after", `{"contact_uri":"client:alice","Contact_URI":"+19005550123"}`, alice},
		{"other case before", `{"CONTACT_URI":"+19005550123","contact_uri":"client:alice"}`, alice},
		{"other case alone", `{"Contact_Uri":"client:alice"}`, worker{}},
		{"Kelvin sign", `{"contact_uri":"client:alice","tas\u212a":1}`, alice},
		{"exact twice", `{"contact_uri":"client:bob","contact_uri":"client:alice"}`, alice},
		{"field without tag", `{"plain":"x","Plain":"y"}`, worker{Plain: "y"}},
		{"hidden field", `{"Hidden":"x","-":"y"}`, worker{}},
		{"pointer", `{"boss":{"Contact_URI":"x","contact_uri":"client:alice"}}`, worker{Boss: &alice}},
		{"list", `{"team":[{"contact_uri":"client:alice","CONTACT_uri":"x"}]}`, worker{Team: []worker{alice}}},
		{"raw JSON", `{"raw":{"A":1,"a":2}}`, worker{Raw: json.RawMessage(`{"A":1,"a":2}`)}},
		{"map", `{"own":{"A":"1","a":"2"}}`, worker{Own: map[string]any{"A": "1", "a": "2"}}},
		{"large number", `{"priority":12345678901234567890}`, worker{Priority: "12345678901234567890"}},
		{"null", `null`, worker{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got worker
			if err := Unmarshal([]byte(test.data), &got); err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, %v; want %+v", got, err, test.want)
			}
		})
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	t.Parallel()
	for _, data := range []string{``, `{`, `{"contact_uri":1}`, `[]`, `"x"`, `{} {}`, `{}x`, `{"team":{}}`} {
		if err := Unmarshal([]byte(data), &worker{}); err == nil {
			t.Errorf("%s is taken", data)
		}
	}
}

func TestUnmarshalStrict(t *testing.T) {
	t.Parallel()
	for data, unknown := range map[string]string{
		`{"contact_uri":"x"}`:                        "",
		`{"own":{"any":1},"raw":{"any":1}}`:          "",
		`{"contact_uri":"x","Contact_URI":"y"}`:      "Contact_URI",
		`{"boss":{"contact_uri":"x","extra":1}}`:     "extra",
		`{"team":[{"contact_uri":"x"},{"Team":[]}]}`: "Team",
	} {
		err := UnmarshalStrict([]byte(data), &worker{})
		if (err == nil) != (unknown == "") || err != nil && !strings.Contains(err.Error(), unknown) {
			t.Errorf("%s: err = %v, want one with %q", data, err, unknown)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	f.Add(`{"contact_uri":"client:alice","Contact_URI":"+19005550123"}`)
	f.Add(`{"team":[{"boss":{"CONTACT_URI":1}}],"own":{"":null}}`)
	f.Add(`[1e400]`)
	f.Fuzz(func(t *testing.T, data string) {
		var got worker
		if Unmarshal([]byte(data), &got) != nil || got.ContactURI == "" {
			return
		}
		var object map[string]any
		if err := json.Unmarshal([]byte(data), &object); err != nil {
			return // a number that encoding/json has no place for
		}
		if object["contact_uri"] != got.ContactURI {
			t.Errorf("contact_uri = %q, the object has %v", got.ContactURI, object["contact_uri"])
		}
	})
}
