package taskrouter

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// automatic reads testdata/attributes.json: synthetic, each attribute with a value that no other
// one has.
func automatic(t testing.TB) map[string]string {
	t.Helper()
	data, err := os.ReadFile("testdata/attributes.json")
	if err != nil {
		t.Fatal(err)
	}
	var attributes map[string]string
	if err := json.Unmarshal(data, &attributes); err != nil {
		t.Fatal(err)
	}
	return attributes
}

// encoded renders attributes as one JSON object.
func encoded(t testing.TB, attributes ...map[string]string) string {
	t.Helper()
	all := map[string]string{}
	for _, each := range attributes {
		maps.Copy(all, each)
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestThereAre25AutomaticKeys(t *testing.T) {
	t.Parallel()
	keys := AutomaticKeys()
	slices.Sort(keys)
	if len(slices.Compact(slices.Clone(keys))) != 25 {
		t.Errorf("%d different automatic keys, want 25", len(slices.Compact(slices.Clone(keys))))
	}
	if want := slices.Sorted(maps.Keys(automatic(t))); !slices.Equal(keys, want) {
		t.Errorf("AutomaticKeys = %q, want %q", keys, want)
	}
}

func TestEachAutomaticAttributeHasItsField(t *testing.T) {
	t.Parallel()
	want := automatic(t)
	var attributes TaskAttributes
	if err := json.Unmarshal([]byte(encoded(t, want)), &attributes); err != nil {
		t.Fatal(err)
	}
	if len(attributes.Own) != 0 {
		t.Errorf("Own = %q, want none", attributes.Own)
	}
	again, err := json.Marshal(attributes.AutomaticAttributes)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]string
	if err := json.Unmarshal(again, &got); err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(got, want) {
		t.Errorf("after the round trip %q, want %q", got, want)
	}
	if attributes.CallSID != callSID || attributes.From != "+14155550123" || attributes.Called != "+12065550101" || attributes.CallerZip != "94602" {
		t.Errorf("fields are mixed up: %+v", attributes)
	}
}

func TestOwnAttributesAreKeptApart(t *testing.T) {
	t.Parallel()
	text := `{"call_sid":"` + callSID + `","from":"","worker_call_sid":"` + workerCallSID + `","skill":"billing","vip":true,"tags":["a",{"b":1}],"nothing":null,"é":"ü"}`
	attributes := TaskAttributes{WorkerCallSID: "stale", Own: map[string]json.RawMessage{"stale": nil}}
	if err := json.Unmarshal([]byte(text), &attributes); err != nil {
		t.Fatal(err)
	}
	if attributes.CallSID != callSID || attributes.WorkerCallSID != workerCallSID {
		t.Errorf("calls = %q and %q", attributes.CallSID, attributes.WorkerCallSID)
	}
	want := map[string]string{"skill": `"billing"`, "vip": "true", "tags": `["a",{"b":1}]`, "nothing": "null", "é": `"ü"`}
	if !maps.EqualFunc(attributes.Own, want, func(raw json.RawMessage, text string) bool { return string(raw) == text }) {
		t.Errorf("Own = %q, want %q", attributes.Own, want)
	}
}

func TestWorkerCallMayBeAbsent(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"call_sid":"` + callSID + `"}`, `{"call_sid":"` + callSID + `","worker_call_sid":null}`} {
		var attributes TaskAttributes
		if err := json.Unmarshal([]byte(text), &attributes); err != nil || attributes.WorkerCallSID != "" {
			t.Errorf("%s: worker_call_sid = %q, %v", text, attributes.WorkerCallSID, err)
		}
	}
}

// TestEditedAttributesKeepTheRest writes each automatic attribute as something that is no string: a
// script did.
func TestEditedAttributesKeepTheRest(t *testing.T) {
	t.Parallel()
	keys := append(AutomaticKeys(), "worker_call_sid")
	for _, value := range []string{`94105`, `{}`, `[]`, `true`, `1e400`, `-0`} {
		for _, edited := range keys {
			text := `{"skill":"billing"`
			for _, key := range keys {
				if key == edited {
					text += `,"` + key + `":` + value
				} else {
					text += `,"` + key + `":"of ` + key + `"`
				}
			}
			var attributes TaskAttributes
			if err := attributes.UnmarshalJSON([]byte(text + "}")); err != nil {
				t.Fatalf("%s as %s: %v", edited, value, err)
			}
			for _, key := range keys {
				want, got := "of "+key, attributes.WorkerCallSID
				if key == edited {
					want = ""
				}
				if n := slices.Index(AutomaticKeys(), key); n >= 0 {
					got = *written[n].field(&attributes)
				}
				if got != want {
					t.Errorf("%s as %s: %s is %q, want %q", edited, value, key, got, want)
				}
			}
			if string(attributes.Own["skill"]) != `"billing"` {
				t.Errorf("%s as %s: own attributes %s", edited, value, attributes.Own)
			}
		}
	}
}

func TestTaskAttributesThatAreNone(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, wantIn string }{
		{"array", `["call_sid"]`, "decode task attributes"},
		{"text", `"call_sid"`, "decode task attributes"},
		{"number", `7`, "decode task attributes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var attributes TaskAttributes
			err := json.Unmarshal([]byte(test.text), &attributes)
			if err == nil || !strings.Contains(err.Error(), test.wantIn) {
				t.Errorf("err = %v, want one with %q", err, test.wantIn)
			}
		})
	}
}

// A task's JSON object may have been "null" on its way: nothing is known of the task then, and
// nothing is left of before.
func TestNullHasNoAttributes(t *testing.T) {
	t.Parallel()
	attributes := TaskAttributes{WorkerCallSID: "stale", Own: map[string]json.RawMessage{"stale": nil}}
	if err := json.Unmarshal([]byte("null"), &attributes); err != nil {
		t.Fatal(err)
	}
	if attributes.AutomaticAttributes != (AutomaticAttributes{}) || attributes.WorkerCallSID != "" || len(attributes.Own) != 0 {
		t.Errorf("attributes = %+v, want none", attributes)
	}
}

func TestAttributeInOtherCaseIsOwn(t *testing.T) {
	t.Parallel()
	var attributes TaskAttributes
	if err := json.Unmarshal([]byte(`{"from":"+14155550123","From":"crm import","CALL_SID":"x"}`), &attributes); err != nil {
		t.Fatal(err)
	}
	if attributes.From != "+14155550123" || attributes.CallSID != "" {
		t.Errorf("from = %q, call_sid = %q; want Twilio's number and no call", attributes.From, attributes.CallSID)
	}
}

func TestCheckOwnAttributes(t *testing.T) {
	t.Parallel()
	// filled is a JSON object with n characters, each of those between the quotes being c.
	filled := func(n int, c string) string { return `{"a":"` + strings.Repeat(c, n-len(`{"a":""}`)) + `"}` }
	tests := []struct{ name, attributes, wantIn string }{
		{"empty object", `{}`, ""},
		{"some", `{"skill":"billing","level":3,"tags":["a"]}`, ""},
		{"at the limit", filled(MaxAttributes, "x"), ""},
		{"above the limit", filled(MaxAttributes+1, "x"), "4097 characters"},
		{"characters are counted, not bytes", filled(MaxAttributes, "😀"), ""},
		{"too many characters of several bytes", filled(MaxAttributes+1, "é"), "4097 characters"},
		{"white space counts", `{` + strings.Repeat(" ", MaxAttributes-1) + `}`, "4097 characters"},
		{"automatic key", `{"skill":"billing","from":"x"}`, `"from"`},
		{"automatic key of a place", `{"called_country":"x"}`, `"called_country"`},
		{"TaskRouter's key", `{"worker_call_sid":"x"}`, `"worker_call_sid"`},
		{"automatic key further in", `{"mine":{"from":"x"}}`, ""},
		{"automatic key spelt with an escape", `{"fr\u006fm":"x"}`, `"from"`},
		{"array", `[]`, "JSON object"},
		{"null", `null`, "null"},
		{"text", `"a"`, "JSON object"},
		{"empty", ``, "JSON object"},
		{"two objects", `{}{}`, "JSON object"},
		{"cut off", `{"a":`, "JSON object"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := CheckOwnAttributes(json.RawMessage(test.attributes))
			switch {
			case test.wantIn == "" && err != nil:
				t.Errorf("err = %v, want none", err)
			case test.wantIn != "" && (err == nil || !strings.Contains(err.Error(), test.wantIn)):
				t.Errorf("err = %v, want one with %q", err, test.wantIn)
			}
		})
	}
	for key := range automatic(t) {
		if CheckOwnAttributes(json.RawMessage(`{"`+key+`":1}`)) == nil {
			t.Errorf("automatic key %s may be repeated", key)
		}
	}
}

func FuzzTaskAttributes(f *testing.F) {
	f.Add(encoded(f, automatic(f)))
	f.Add(`{"worker_call_sid":null,"from":null,"own":[1,2]}`)
	f.Add(` { "fr\u006fm" : "\ud83d\"}" , "a" : [ {"]":"\\"} , [ ] , -1.5e+3 ] , "b":true,"a":{},"from":"\xff" } `)
	f.Add(`null`)
	f.Add(`{"from":"x","from":null}`)
	f.Add(`{"call_sid":[0],"from":"x"}`)
	f.Fuzz(func(t *testing.T, text string) {
		var attributes TaskAttributes
		err := json.Unmarshal([]byte(text), &attributes)
		var want map[string]json.RawMessage
		if wrong := json.Unmarshal([]byte(text), &want); wrong != nil && err == nil {
			t.Fatalf("%q was taken, for which encoding/json has %v", text, wrong)
		}
		if err != nil {
			return
		}
		for _, key := range append(AutomaticKeys(), "worker_call_sid") {
			var text string
			if json.Unmarshal(want[key], &text) != nil {
				text = "" // a script's value that is no string
			}
			got := attributes.WorkerCallSID
			if n := slices.Index(AutomaticKeys(), key); n >= 0 {
				got = *written[n].field(&attributes)
			}
			if got != text {
				t.Errorf("%s = %q, want %q", key, got, text)
			}
			delete(want, key)
		}
		if !maps.EqualFunc(attributes.Own, want, func(a, b json.RawMessage) bool { return string(a) == string(b) }) {
			t.Errorf("Own = %q, want %q", attributes.Own, want)
		}
	})
}

func FuzzCheckOwnAttributes(f *testing.F) {
	f.Add([]byte(`{"skill":"billing"}`))
	f.Add([]byte(`{"from":"x"}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, attributes []byte) {
		if CheckOwnAttributes(attributes) != nil {
			return
		}
		var object map[string]any
		if err := json.Unmarshal(attributes, &object); err != nil || object == nil {
			t.Errorf("accepted %q, which is no JSON object: %v", attributes, err)
		}
		for _, key := range append(AutomaticKeys(), "worker_call_sid") {
			if _, found := object[key]; found {
				t.Errorf("accepted %q, which repeats %s", attributes, key)
			}
		}
	})
}

func TestExpectedWaitIsReadable(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, attributes, want string }{
		{"a range", `{"expected_wait":"5-10"}`, "5-10"},
		{"the longest", `{"expected_wait":"60-"}`, "60-"},
		{"none", `{}`, ""},
		{"no text", `{"expected_wait":5}`, ""},
		{"other text", `{"expected_wait":"soon"}`, ""},
		{"too long", `{"expected_wait":"1000-2000"}`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var task TaskAttributes
			if err := task.UnmarshalJSON([]byte(test.attributes)); err != nil || task.ExpectedWait() != test.want {
				t.Errorf("expected %q, %v, want %q", task.ExpectedWait(), err, test.want)
			}
		})
	}
}
