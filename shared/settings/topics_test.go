package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"switchboard/shared/prompt"
	"switchboard/shared/secrets"
)

func allTopics() []string { return append(Topics(), OfClosed) }

func TestTopicsRoundTrip(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	for _, topic := range allTopics() {
		text, err := sample().Encode(topic)
		if err != nil {
			t.Fatal(err)
		}
		texts[topic] = text
	}
	joined, faults := Join(texts)
	if len(faults) > 0 || !reflect.DeepEqual(joined, sample()) {
		t.Errorf("joined %+v, faults %v\nwant %+v", joined, faults, sample())
	}
	if !strings.Contains(texts[OfWaiting], "good-bye <3") {
		t.Errorf("%s: < and & are no HTML here", texts[OfWaiting])
	}
}

// TestFunctionsReadEveryTopic compares the topics with those that functions ask SSM for.
func TestFunctionsReadEveryTopic(t *testing.T) {
	t.Parallel()
	read := []string{}
	for _, need := range []secrets.Need{secrets.Arrivals, secrets.Waits, secrets.Ends, secrets.Shifts, secrets.Messages} {
		read = append(read, need.SettingsOf()...)
	}
	slices.Sort(read)
	read = slices.Compact(read)
	want := slices.Sorted(slices.Values(allTopics()))
	if !slices.Equal(read, want) {
		t.Errorf("functions read %q, there are %q", read, want)
	}
}

func TestTopicsWithoutSettings(t *testing.T) {
	t.Parallel()
	for _, topic := range allTopics() {
		text, err := Settings{}.Encode(topic)
		if err != nil || text != `{"version":1}` {
			t.Errorf("%s: %s, %v", topic, text, err)
		}
		for _, none := range []string{text, ""} {
			if read, err := Decode(topic, none); err != nil || !reflect.DeepEqual(read, Settings{}) {
				t.Errorf("%s: %+v, %v", topic, read, err)
			}
		}
	}
}

func TestDecodeTakesOneTopic(t *testing.T) {
	t.Parallel()
	read, err := Decode(OfHours, `{"version":1,"zone":"Europe/Berlin","menus":{"main":{"choices":[{"key":"1","say":{"en":"x"}}]}}}`)
	if err != nil || !reflect.DeepEqual(read, Settings{Zone: "Europe/Berlin"}) {
		t.Errorf("read %+v, %v", read, err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		topic string
		text  string
		want  string
	}{
		{"no JSON", OfHours, "hours", "decode settings hours: "},
		{"a list", OfHours, "[]", "decode settings hours: "},
		{"no version", OfHours, `{"zone":"UTC"}`, "decode settings hours: no version"},
		{"a newer version", OfHours, `{"version":2,"zone":"UTC"}`, "decode settings hours: settings are of a newer version than this function"},
		{"a mistake", OfNumbers, `{"version":1,"numbers":{"+12065550123":{"language":"fr"}}}`, "decode settings numbers: mistakes, which twilioctl doctor lists"},
	}
	for _, test := range tests {
		read, err := Decode(test.topic, test.text)
		if err == nil || !strings.HasPrefix(err.Error(), test.want) || !reflect.DeepEqual(read, Settings{}) {
			t.Errorf("%s: read %+v, err = %v", test.name, read, err)
		}
		if err != nil && strings.Contains(err.Error(), "+1206") {
			t.Errorf("%s: %v quotes a phone number", test.name, err)
		}
		if newer := errors.Is(err, ErrNewer); newer != (test.name == "a newer version") {
			t.Errorf("%s: newer = %t", test.name, newer)
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	t.Parallel()
	long := Settings{Prompts: map[string]map[prompt.Name]string{"en": {"closed": strings.Repeat("x", 2900), "waiting": strings.Repeat("y", 1500)}}}
	if _, err := long.Encode(OfPrompts + "en"); err == nil || !strings.Contains(err.Error(), "4096") {
		t.Errorf("a long text: %v", err)
	}
	if _, err := long.Encode(OfPrompts + "es"); err != nil {
		t.Errorf("another topic: %v", err)
	}
	braces := Settings{Numbers: map[string]Number{OtherNumbers: {Attributes: json.RawMessage(`{"a":"{{b}}"}`)}}}
	if _, err := braces.Encode(OfNumbers); err == nil || !strings.Contains(err.Error(), "{{") {
		t.Errorf("braces: %v", err)
	}
}

// FuzzDecode decodes texts as each topic. What Decode accepts, Encode writes and Decode reads back
// equal.
func FuzzDecode(f *testing.F) {
	for i, topic := range allTopics() {
		text, err := sample().Encode(topic)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), text)
	}
	for _, text := range []string{"", "{", "null", `{"version":2}`, `{"version":1,"numbers":{"*":{"attributes":{"a":1e400}}}}`, `{"version":1,"hours":{"a":{}},"zone":""}`, "{\"version\":1,\"closed\":{\"now\":true,\"reason\":{\"en\":\"\xff\u2028\"}}}", `{"version":1,"prompts":{"en":{}},"voices":{"en":""}}`} {
		f.Add(uint8(0), text)
		f.Add(uint8(7), text)
	}
	f.Fuzz(func(t *testing.T, nth uint8, text string) {
		topic := allTopics()[int(nth)%len(allTopics())]
		accepted, err := Decode(topic, text)
		if err != nil || strings.Contains(text, "{{") {
			return
		}
		written, err := accepted.Encode(topic)
		if err != nil {
			// A byte that is no UTF-8 takes three, and an escaped brace becomes one.
			if len(text) < MaxText/3 && !strings.Contains(err.Error(), "{{") {
				t.Fatalf("accepted and not written: %v", err)
			}
			return
		}
		read, err := Decode(topic, written)
		if err != nil {
			t.Fatalf("written and not accepted: %v\n%s", err, written)
		}
		if exported, again := normal(t, accepted), normal(t, read); exported != again {
			t.Errorf("accepted %s\nread back %s", exported, again)
		}
	})
}

// normal is a Settings as JSON without empty lists and objects, which mean the same as none.
func normal(t *testing.T, s Settings) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	if text, err = json.Marshal(filled(value)); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// filled leaves out what is empty.
func filled(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, each := range value {
			if value[key] = filled(each); value[key] == nil {
				delete(value, key)
			}
		}
		if len(value) == 0 {
			return nil
		}
	case []any:
		for i, each := range value {
			value[i] = filled(each)
		}
		if len(value) == 0 {
			return nil
		}
	}
	return value
}
