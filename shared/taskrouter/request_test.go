package taskrouter

import "testing"

func TestRequestIsRecognized(t *testing.T) {
	t.Parallel()
	const digits = "00000000000000000000000000000001"
	for text, want := range map[string]Mark{
		`{"request":{"kind":"callback","key":"CB` + digits + `","try":2},"from":"+14155550123"}`: {Callback, "CB" + digits, 2},
		`{"request":{"kind":"message","key":"RE` + digits + `","try":1}}`:                        {Message, "RE" + digits, 1},
		`{"request":{"kind":"message","key":"CB` + digits + `","try":1}}`:                        {},
		`{"request":{"kind":"callback","key":"CB1/..","try":1}}`:                                 {},
		`{"request":{"kind":"callback","key":"CB` + digits + `"}}`:                               {},
		`{"request":{"kind":"","key":"CA` + digits + `","try":1}}`:                               {},
		`{"request":"urgent"}`: {},
		`{"call_sid":"` + callSID + `","request":{"kind":"callback","key":"CB` + digits + `","try":1}}`: {},
		`{}`: {},
	} {
		var attributes TaskAttributes
		if err := attributes.UnmarshalJSON([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, found := attributes.Request(); got != want || found != (want != Mark{}) {
			t.Errorf("%s is %+v, %t, want %+v", text, got, found, want)
		}
	}
}

func TestKeyNamesItsCall(t *testing.T) {
	t.Parallel()
	key := CallbackKey(callSID)
	if KindOf(key) != Callback || CallOf(key) != callSID || CallOf(callSID) != callSID || !ValidKey(key) || !ValidKey(callSID) {
		t.Errorf("%s is a %q of %s", key, KindOf(key), CallOf(key))
	}
	if ValidKey("CA1") || ValidKey("") || KindOf(callSID) != "" || CallOf("RE00000000000000000000000000000001") != "" {
		t.Error("another text is a key")
	}
}
