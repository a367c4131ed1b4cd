package simulator_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/shared/simulator"
)

// openAPI is Twilio's own description of its REST API. It is not part of the project; only CI must
// have it.
type openAPI struct {
	Paths      map[string]map[string]json.RawMessage `json:"paths"`
	Components struct {
		Schemas map[string]schema `json:"schemas"`
	} `json:"components"`
}

type schema struct {
	Ref        string            `json:"$ref"`
	Type       string            `json:"type"`
	Format     string            `json:"format"`
	Pattern    string            `json:"pattern"`
	Nullable   bool              `json:"nullable"`
	Enum       []any             `json:"enum"`
	Items      *schema           `json:"items"`
	Properties map[string]schema `json:"properties"`
	Required   []string          `json:"required"`
}

type operation struct {
	Parameters []struct {
		Name   string `json:"name"`
		In     string `json:"in"`
		Schema schema `json:"schema"`
	} `json:"parameters"`
	RequestBody struct {
		Content map[string]struct{ Schema schema } `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Content map[string]struct{ Schema schema } `json:"content"`
	} `json:"responses"`
}

func readOpenAPI(t *testing.T) []openAPI {
	t.Helper()
	var all []openAPI
	for _, name := range []string{"twilio_api_v2010.json", "twilio_taskrouter_v1.json"} {
		var read openAPI
		if err := json.Unmarshal(readReference(t, "openapi", name), &read); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, read)
	}
	return all
}

// readReference reads a file of the reference folder. Only CI must have it.
func readReference(t *testing.T, path ...string) []byte {
	t.Helper()
	folder := os.Getenv("SWITCHBOARD_REFERENCE")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared", "reference")
	}
	data, err := os.ReadFile(filepath.Join(folder, filepath.Join(path...)))
	switch {
	case err != nil && os.Getenv("SWITCHBOARD_CI") != "":
		t.Fatal(err)
	case err != nil:
		t.Skip("no folder ../shared/reference: Twilio's OpenAPI files are not checked (CI checks them)")
	}
	return data
}

// judge says what is wrong with a request and its answer, and which operation it was: "POST
// …/Calls.json".
func judge(t *testing.T, documents []openAPI, r simulator.Request) (asked string, faults []string) {
	t.Helper()
	for _, d := range documents {
		for template, methods := range d.Paths {
			method := strings.ToLower(r.Method)
			if _, known := methods[method]; !known || !fits(template, r.Path) {
				continue
			}
			o := operationAt(t, d, template, method)
			return r.Method + " " + template, slices.Concat(d.judgeParameters(o, r.Params), d.judgeAnswer(o, r))
		}
	}
	return "", []string{"Twilio has no such path and method"}
}

func fits(template, path string) bool {
	name := regexp.MustCompile(`\\\{\w+\\\}`)
	return regexp.MustCompile("^" + name.ReplaceAllString(regexp.QuoteMeta(template), `[^/.]+`) + "$").MatchString(path)
}

// parameters are the names that an operation takes in its query or form.
func (d openAPI) parameters(o operation) []string {
	var names []string
	for _, p := range o.Parameters {
		if p.In == "query" {
			names = append(names, p.Name)
		}
	}
	form := d.resolve(o.RequestBody.Content["application/x-www-form-urlencoded"].Schema)
	return slices.AppendSeq(names, maps.Keys(form.Properties))
}

func (d openAPI) judgeParameters(o operation, params url.Values) (faults []string) {
	known := d.parameters(o)
	for name := range params {
		if !slices.Contains(known, name) {
			faults = append(faults, "no parameter "+name)
		}
	}
	return faults
}

func (d openAPI) judgeAnswer(o operation, r simulator.Request) []string {
	if r.Status >= 400 {
		return judgeError(r)
	}
	described, known := o.Responses[fmt.Sprint(r.Status)]
	if !known {
		return []string{fmt.Sprintf("status %d is not documented", r.Status)}
	}
	content, hasBody := described.Content["application/json"]
	if !hasBody {
		if r.Body != "" {
			return []string{"a body where none is documented"}
		}
		return nil
	}
	var value any
	if err := json.Unmarshal([]byte(r.Body), &value); err != nil {
		return []string{err.Error()}
	}
	return d.judgeValue("answer", content.Schema, value)
}

// judgeError checks an error's body; Twilio's OpenAPI describes none
// (https://www.twilio.com/docs/usage/twilios-response).
func judgeError(r simulator.Request) []string {
	var body struct {
		Code, Status int
		Message      string
		MoreInfo     string `json:"more_info"`
	}
	if err := json.Unmarshal([]byte(r.Body), &body); err != nil {
		return []string{err.Error()}
	}
	if body.Status != r.Status || body.Code == 0 || body.Message == "" || body.MoreInfo != fmt.Sprintf("https://www.twilio.com/docs/errors/%d", body.Code) {
		return []string{"error body " + r.Body}
	}
	return nil
}

func (d openAPI) resolve(s schema) schema {
	if name, found := strings.CutPrefix(s.Ref, "#/components/schemas/"); found {
		return d.Components.Schemas[name]
	}
	return s
}

// judgeValue is stricter than OpenAPI in one point: a key that is not described, or one that is
// described and missing, is a fault.
func (d openAPI) judgeValue(at string, s schema, value any) (faults []string) {
	s = d.resolve(s)
	if value == nil {
		// Twilio's own examples have null where the files forget to say nullable: next_page_uri on
		// the last page, for one.
		if s.Nullable || s.Format == "uri" {
			return nil
		}
		return []string{at + " is null"}
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, value) {
		return []string{fmt.Sprintf("%s: %v is not one of %v", at, value, s.Enum)}
	}
	switch s.Type {
	case "object":
		return d.judgeObject(at, s, value)
	case "array":
		items, ok := value.([]any)
		if !ok {
			return []string{at + " is not an array"}
		}
		for i, item := range items {
			faults = append(faults, d.judgeValue(fmt.Sprintf("%s[%d]", at, i), *s.Items, item)...)
		}
		return faults
	case "string":
		return judgeText(at, s, value)
	case "integer":
		if n, ok := value.(float64); !ok || n != float64(int64(n)) {
			return []string{fmt.Sprintf("%s: %v is not an integer", at, value)}
		}
	case "boolean":
		if _, ok := value.(bool); !ok {
			return []string{fmt.Sprintf("%s: %v is not a boolean", at, value)}
		}
	}
	return nil
}

func (d openAPI) judgeObject(at string, s schema, value any) (faults []string) {
	object, ok := value.(map[string]any)
	if !ok {
		return []string{at + " is not an object"}
	}
	if len(s.Properties) == 0 {
		return nil
	}
	for name, item := range object {
		described, known := s.Properties[name]
		if !known {
			faults = append(faults, at+" has an unknown key "+name)
			continue
		}
		faults = append(faults, d.judgeValue(at+"."+name, described, item)...)
	}
	for name := range s.Properties {
		if _, there := object[name]; !there {
			faults = append(faults, at+" has no "+name)
		}
	}
	return faults
}

func judgeText(at string, s schema, value any) []string {
	text, ok := value.(string)
	if !ok {
		return []string{fmt.Sprintf("%s: %v is not a string", at, value)}
	}
	if s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(text) {
		return []string{fmt.Sprintf("%s: %q does not match %s", at, text, s.Pattern)}
	}
	var err error
	switch s.Format {
	case "date-time-rfc-2822":
		_, err = time.Parse(time.RFC1123Z, text)
	case "date-time":
		_, err = time.Parse(time.RFC3339, text)
	case "uri":
		_, err = url.Parse(text)
	}
	if err != nil {
		return []string{at + ": " + err.Error()}
	}
	return nil
}

func operationAt(t *testing.T, d openAPI, template, method string) (o operation) {
	t.Helper()
	if err := json.Unmarshal(d.Paths[template][method], &o); err != nil {
		t.Fatal(err)
	}
	return o
}
