package webhook

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestDocumentedSignatures takes Twilio's two worked examples
// (https://www.twilio.com/docs/usage/security, webhooks-security) and the rules that its own
// libraries' tests add.
func TestDocumentedSignatures(t *testing.T) {
	t.Parallel()
	form := []parameter{{"CallSid", "CA1234567890ABCDE"}, {"To", "+18005551212"}, {"Caller", "+14158675310"}, {"Digits", "1234"}, {"From", "+14158675310"}}
	tests := []struct {
		name, url, token, signature string
		form                        []parameter
		want                        bool
	}{
		{"as documented", "https://example.com/myapp.php?foo=1&bar=2", "12345", "L/OH5YylLD5NRKLltdqwSvS0BnU=", form, true},
		{"fragment is not signed", "https://example.com/myapp.php?foo=1&bar=2#rc=2", "12345", "L/OH5YylLD5NRKLltdqwSvS0BnU=", form, true},
		{"port is dropped", "https://example.com:8443/myapp.php?foo=1&bar=2", "12345", "L/OH5YylLD5NRKLltdqwSvS0BnU=", form, true},
		{"another token", "https://example.com/myapp.php?foo=1&bar=2", "12346", "L/OH5YylLD5NRKLltdqwSvS0BnU=", form, false},
		{"another query", "https://example.com/myapp.php?foo=1&bar=3", "12345", "L/OH5YylLD5NRKLltdqwSvS0BnU=", form, false},
		{"another path", "https://example.com/other.php?foo=1&bar=2", "12345", "L/OH5YylLD5NRKLltdqwSvS0BnU=", form, false},
		{"no form", "https://example.com/myapp.php?foo=1&bar=2", "12345", "L/OH5YylLD5NRKLltdqwSvS0BnU=", []parameter{}, false},
		{"no signature", "https://example.com/myapp.php?foo=1&bar=2", "12345", "", form, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := signed{url: test.url, form: test.form}.validBy(test.token, test.signature)
			if got != test.want {
				t.Errorf("validBy = %t, want %t", got, test.want)
			}
		})
	}
}

// The signatures are worked examples of https://www.twilio.com/docs/usage/security and of the tests
// of Twilio's helper libraries.
func TestSign(t *testing.T) {
	t.Parallel()
	call := func(caller string) url.Values {
		return url.Values{"CallSid": {"CA1234567890ABCDE"}, "Caller": {caller}, "Digits": {"1234"}, "From": {caller}, "To": {"+18005551212"}}
	}
	const company, example = "https://mycompany.com/myapp.php?foo=1&bar=2", "https://example.com/myapp.php?foo=1&bar=2"
	tests := []struct {
		name, url string
		params    url.Values
		want      string
	}{
		{"docs", company, call("+12349013030"), "0/KCTR6DLpKmkAf8muzZqo1nDgQ="},
		{"docs, security page", example, call("+14158675310"), "L/OH5YylLD5NRKLltdqwSvS0BnU="},
		{"libraries", company, call("+14158675309"), "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
		{"array", company, url.Values{"MessagingBinding.Address": {"+1415xxxxxxx", "+1325xxxxxxx"}}, "83O6e2vORAoJHUNzJjDWN1jz+BA="},
		{"duplicates", company, url.Values{"Sid": {"CA123"}, "SidAccount": {"AC123"}, "Digits": {"5678", "1234", "1234"}}, "IK+Dwps556ElfBT0I3Rgjkr1wJU="},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := Sign("12345", test.url, test.params); got != test.want {
				t.Errorf("signature %s, want %s", got, test.want)
			}
		})
	}
}

// TestSignatureVectors judges the check by the vectors of the reference folder, which lies outside
// the project in CI.
func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(reference(t), "signature-vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			Name        string         `json:"name"`
			AuthToken   string         `json:"auth_token"`
			URL         string         `json:"url"`
			SignedURL   string         `json:"signed_url"`
			Params      map[string]any `json:"params"`
			JSONBody    *string        `json:"json_body"`
			Signature   string         `json:"signature"`
			ExpectValid bool           `json:"expect_valid"`
		} `json:"vectors"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) != 48 {
		t.Errorf("%d vectors, want 48", len(file.Vectors))
	}
	for _, vector := range file.Vectors {
		t.Run(vector.Name, func(t *testing.T) {
			t.Parallel()
			request := signed{url: vector.URL, form: formSent(vector.Params)}
			if vector.JSONBody != nil {
				request.form, request.body = nil, []byte(*vector.JSONBody)
			}
			if got := request.validBy(vector.AuthToken, vector.Signature); got != vector.ExpectValid {
				t.Errorf("validBy = %t, want %t", got, vector.ExpectValid)
			}
			form := url.Values{}
			for _, p := range request.form {
				form.Add(p.name, p.value)
			}
			if got := Sign(vector.AuthToken, vector.SignedURL, form); vector.ExpectValid && vector.JSONBody == nil && got != vector.Signature {
				t.Errorf("Sign = %s, want %s", got, vector.Signature)
			}
		})
	}
}

// reference finds the folder of outside judges. Only CI must have it.
func reference(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("SWITCHBOARD_REFERENCE")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared", "reference")
	}
	if _, err := os.Stat(folder); err != nil {
		if os.Getenv("SWITCHBOARD_CI") != "" {
			t.Fatalf("reference folder: %v", err)
		}
		t.Skip("no folder ../shared/reference: signature vectors not judged (CI judges them)")
	}
	return folder
}

func formSent(params map[string]any) []parameter {
	form := []parameter{}
	for name, value := range params {
		switch value := value.(type) {
		case string:
			form = append(form, parameter{name, value})
		case []any:
			for _, each := range value {
				form = append(form, parameter{name, each.(string)})
			}
		}
	}
	return form
}

func FuzzSpellings(f *testing.F) {
	f.Add("https://user:pass@example.com:8443/a?b='c#d")
	f.Add("http://[::1]:80/?")
	f.Add("::")
	f.Fuzz(func(t *testing.T, called string) {
		if len(slices.Collect(spellings(called))) == 0 {
			t.Error("no spelling")
		}
	})
}
