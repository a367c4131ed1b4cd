// Package openapitest judges requests to Twilio's REST API, and their answers, by Twilio's own
// description of it. The description is not part of the project; only CI must have it.
package openapitest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
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

// API is Twilio's description of api.twilio.com and taskrouter.twilio.com.
type API []document

type document struct {
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

type content map[string]struct{ Schema schema }

type operation struct {
	Parameters []struct {
		Name   string `json:"name"`
		In     string `json:"in"`
		Schema schema `json:"schema"`
	} `json:"parameters"`
	RequestBody struct {
		Content content `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Content content `json:"content"`
	} `json:"responses"`
}

// Read reads the description, for a test two folders below the project's root. Without the files it
// skips the test; in CI, where SWITCHBOARD_CI is set, the test fails.
func Read(t testing.TB) API {
	t.Helper()
	folder := os.Getenv("SWITCHBOARD_REFERENCE")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared", "reference")
	}
	var api API
	for _, name := range []string{"twilio_api_v2010.json", "twilio_taskrouter_v1.json"} {
		data, err := os.ReadFile(filepath.Join(folder, "openapi", name))
		switch {
		case err != nil && os.Getenv("SWITCHBOARD_CI") != "":
			t.Fatal(err)
		case err != nil:
			t.Skip("no folder ../shared/reference: Twilio's OpenAPI files judge nothing here (they do in CI)")
		}
		var read document
		if err := json.Unmarshal(data, &read); err != nil || len(read.Paths) == 0 {
			t.Fatalf("%s describes %d paths: %v", name, len(read.Paths), err)
		}
		api = append(api, read)
	}
	return api
}

// Parameters returns the names that each operation takes in its query or form, sorted. An operation
// is a method and a path as Twilio describes it: POST /v1/Workspaces/{Sid}.
func (api API) Parameters() map[string][]string {
	all := map[string][]string{}
	for _, d := range api {
		for template, methods := range d.Paths {
			for method, described := range methods {
				var o operation
				if json.Unmarshal(described, &o) == nil { // parameters for all methods are a list
					all[strings.ToUpper(method)+" "+template] = slices.Sorted(maps.Keys(d.parameters(o, method)))
				}
			}
		}
	}
	return all
}

// Judge returns the operation that a request asks for, and the faults of the request and of its
// answer. It does not judge an answer whose status is 0, nor the values of a request that Twilio
// refuses.
func (api API) Judge(r simulator.Request) (asked string, faults []string) {
	for _, d := range api {
		for template, methods := range d.Paths {
			names, values, fits := match(template, r.Path)
			described, known := methods[strings.ToLower(r.Method)]
			if !known || !fits {
				continue
			}
			var o operation
			if err := json.Unmarshal(described, &o); err != nil {
				return "", []string{err.Error()}
			}
			faults = d.judgeNames(o, r)
			if r.Status < http.StatusBadRequest {
				faults = append(faults, d.judgeValues(o, r, names, values)...)
			}
			if r.Status != 0 {
				faults = append(faults, d.judgeAnswer(o, r)...)
			}
			return r.Method + " " + template, faults
		}
	}
	return "", []string{"Twilio has no such path and method"}
}

var placeholder = regexp.MustCompile(`\\\{(\w+)\\\}`)

// match reports whether a path fits a template. values are what the path has where the template has
// names.
func match(template, path string) (names, values []string, fits bool) {
	quoted := regexp.QuoteMeta(template)
	for _, each := range placeholder.FindAllStringSubmatch(quoted, -1) {
		names = append(names, each[1])
	}
	// A SID has no dot; without this {Sid} would also take "CA….json".
	found := regexp.MustCompile("^" + placeholder.ReplaceAllString(quoted, `([^/.]+)`) + "$").FindStringSubmatch(path)
	if found == nil {
		return nil, nil, false
	}
	return names, found[1:], true
}

// parameters returns what an operation takes: a POST in its form, others in the query.
func (d document) parameters(o operation, method string) map[string]schema {
	if strings.EqualFold(method, http.MethodPost) {
		return d.form(o).Properties
	}
	taken := map[string]schema{}
	for _, p := range o.Parameters {
		if p.In == "query" {
			taken[p.Name] = p.Schema
		}
	}
	return taken
}

func (d document) form(o operation) schema {
	return d.resolve(o.RequestBody.Content["application/x-www-form-urlencoded"].Schema)
}

func (d document) resolve(s schema) schema {
	if name, found := strings.CutPrefix(s.Ref, "#/components/schemas/"); found {
		return d.Components.Schemas[name]
	}
	return s
}

func (d document) judgeNames(o operation, r simulator.Request) (faults []string) {
	taken := d.parameters(o, r.Method)
	for name := range r.Params {
		if _, known := taken[name]; !known {
			faults = append(faults, "no parameter "+name)
		}
	}
	return faults
}

// judgeValues checks the SIDs in the path, the values of enumerations and what must be there.
func (d document) judgeValues(o operation, r simulator.Request, names, values []string) (faults []string) {
	for _, p := range o.Parameters {
		at := slices.Index(names, p.Name)
		if p.In == "path" && (at < 0 || !regexp.MustCompile(p.Schema.Pattern).MatchString(values[at])) {
			faults = append(faults, "path parameter "+p.Name+" does not match "+p.Schema.Pattern)
		}
	}
	for name, described := range d.parameters(o, r.Method) {
		for _, value := range r.Params[name] {
			if enum := d.resolve(described).Enum; len(enum) > 0 && !slices.Contains(enum, any(value)) {
				faults = append(faults, "parameter "+name+" has no value "+value)
			}
		}
	}
	for _, name := range d.form(o).Required {
		if !r.Params.Has(name) {
			faults = append(faults, "form parameter "+name+" is required")
		}
	}
	return faults
}

func (d document) judgeAnswer(o operation, r simulator.Request) []string {
	if r.Status >= http.StatusBadRequest {
		return judgeError(r)
	}
	described, known := o.Responses[fmt.Sprint(r.Status)]
	if !known {
		return []string{fmt.Sprintf("status %d is not documented", r.Status)}
	}
	body, hasBody := described.Content["application/json"]
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
	return d.judgeValue("answer", body.Schema, value)
}

// judgeError checks an error's body; Twilio's OpenAPI describes none
// (https://www.twilio.com/docs/usage/twilios-response).
func judgeError(r simulator.Request) []string {
	var body struct {
		Code, Status int
		Message      string
		MoreInfo     string `json:"more_info"`
	}
	err := json.Unmarshal([]byte(r.Body), &body)
	page := fmt.Sprintf("https://www.twilio.com/docs/errors/%d", body.Code)
	if err != nil || body.Status != r.Status || body.Code == 0 || body.Message == "" || body.MoreInfo != page {
		return []string{"error body " + r.Body}
	}
	return nil
}

// judgeValue is stricter than OpenAPI in one point: a key without a description is a fault, and so
// is a described key that is missing.
func (d document) judgeValue(at string, s schema, value any) (faults []string) {
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
	right := true
	switch s.Type {
	case "object":
		var object map[string]any
		if object, right = value.(map[string]any); right {
			return d.judgeObject(at, s, object)
		}
	case "array":
		var items []any
		items, right = value.([]any)
		for i, item := range items {
			faults = append(faults, d.judgeValue(fmt.Sprintf("%s[%d]", at, i), *s.Items, item)...)
		}
	case "string":
		var text string
		if text, right = value.(string); right {
			return judgeText(at, s, text)
		}
	case "integer":
		var n float64
		n, right = value.(float64)
		right = right && n == float64(int64(n))
	case "boolean":
		_, right = value.(bool)
	}
	if !right {
		return []string{fmt.Sprintf("%s: %v is of another type than %s", at, value, s.Type)}
	}
	return faults
}

func (d document) judgeObject(at string, s schema, object map[string]any) (faults []string) {
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

func judgeText(at string, s schema, text string) []string {
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
