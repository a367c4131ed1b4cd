package twilio

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// document is the part of an OpenAPI 3 document that names requests.
type document struct {
	Paths      map[string]map[string]json.RawMessage `json:"paths"`
	Components struct {
		Schemas map[string]schema `json:"schemas"`
	} `json:"components"`
}

type schema struct {
	Ref        string            `json:"$ref"`
	Pattern    string            `json:"pattern"`
	Enum       []any             `json:"enum"`
	Properties map[string]schema `json:"properties"`
	Required   []string          `json:"required"`
}

type documented struct {
	Parameters []struct {
		Name     string `json:"name"`
		In       string `json:"in"`
		Required bool   `json:"required"`
		Schema   schema `json:"schema"`
	} `json:"parameters"`
	RequestBody struct {
		Content map[string]struct {
			Schema schema `json:"schema"`
		} `json:"content"`
	} `json:"requestBody"`
}

// TestRequestsFollowTwiliosOpenAPI has Twilio's own description judge each request: path, SIDs,
// parameter names, values of enumerations, and what must be there. It is not part of the project;
// only CI must have it.
func TestRequestsFollowTwiliosOpenAPI(t *testing.T) {
	t.Parallel()
	folder := reference(t)
	documents := []document{readDocument(t, filepath.Join(folder, "openapi", "twilio_api_v2010.json")), readDocument(t, filepath.Join(folder, "openapi", "twilio_taskrouter_v1.json"))}
	for _, operation := range operations() {
		t.Run(operation.name, func(t *testing.T) {
			t.Parallel()
			client, server, _ := newTwilio(t, operation.replies...)
			if err := operation.do(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			for _, asked := range server.requests() {
				for _, fault := range judge(t, documents, asked) {
					t.Errorf("%s %s: %s", asked.method, asked.path, fault)
				}
			}
		})
	}
}

func TestTheJudgeRefusesWrongRequests(t *testing.T) {
	t.Parallel()
	folder := reference(t)
	documents := []document{readDocument(t, filepath.Join(folder, "openapi", "twilio_api_v2010.json"))}
	for name, wrong := range map[string]seen{
		"path":       post("/2010-04-01/Accounts/"+accountSID+"/Calls", nil),
		"method":     {method: "PUT", path: legPath},
		"SID":        get(strings.Replace(legPath, workerCallSID, "CA1", 1), nil),
		"parameter":  post(legPath, map[string][]string{"CallStatus": {"completed"}}),
		"value":      post(legPath, map[string][]string{"Status": {"ended"}}),
		"missing":    post(callsPath, map[string][]string{"To": {"+14155550199"}}),
		"query name": get(queuesPath, map[string][]string{"FriendlyName": {workflowSID}}),
	} {
		if len(judge(t, documents, wrong)) == 0 {
			t.Errorf("%s: accepted, so its word on our requests means nothing", name)
		}
	}
}

// judge lists what is wrong with a request.
func judge(t *testing.T, documents []document, request seen) []string {
	t.Helper()
	for _, document := range documents {
		for template, methods := range document.Paths {
			names, values, found := matchPath(template, request.path)
			raw, known := methods[strings.ToLower(request.method)]
			if !found || !known {
				continue
			}
			var operation documented
			if err := json.Unmarshal(raw, &operation); err != nil {
				t.Fatal(err)
			}
			return document.faults(operation, request, names, values)
		}
	}
	return []string{"no such path and method"}
}

// matchPath tells whether a path fits a template, and what stands where the template has names.
func matchPath(template, path string) (names, values []string, found bool) {
	name := regexp.MustCompile(`\\\{(\w+)\\\}`)
	quoted := regexp.QuoteMeta(template)
	for _, each := range name.FindAllStringSubmatch(quoted, -1) {
		names = append(names, each[1])
	}
	// A SID cannot hold a dot; without this {Sid} would also take "CA….json".
	match := regexp.MustCompile("^" + name.ReplaceAllString(quoted, `([^/.]+)`) + "$").FindStringSubmatch(path)
	if match == nil {
		return nil, nil, false
	}
	return names, match[1:], true
}

func (d document) faults(operation documented, request seen, names, values []string) []string {
	var faults []string
	form := d.resolve(operation.RequestBody.Content["application/x-www-form-urlencoded"].Schema)
	query := map[string]schema{}
	for _, parameter := range operation.Parameters {
		switch at := slices.Index(names, parameter.Name); {
		case parameter.In == "query":
			query[parameter.Name] = parameter.Schema
		case parameter.In == "path" && (at < 0 || !regexp.MustCompile(parameter.Schema.Pattern).MatchString(values[at])):
			faults = append(faults, "path parameter "+parameter.Name+" does not match "+parameter.Schema.Pattern)
		}
	}
	faults = append(faults, d.unknown("query", query, request.query)...)
	faults = append(faults, d.unknown("form", form.Properties, request.form)...)
	for _, name := range form.Required {
		if !request.form.Has(name) {
			faults = append(faults, "form parameter "+name+" is required")
		}
	}
	return faults
}

func (d document) unknown(place string, known map[string]schema, sent map[string][]string) []string {
	var faults []string
	for name, values := range sent {
		described, found := known[name]
		if !found {
			faults = append(faults, "no "+place+" parameter "+name)
			continue
		}
		for _, value := range values {
			if enum := d.resolve(described).Enum; len(enum) > 0 && !slices.Contains(enum, any(value)) {
				faults = append(faults, "parameter "+name+" has no value "+value)
			}
		}
	}
	return faults
}

func (d document) resolve(s schema) schema {
	if name, found := strings.CutPrefix(s.Ref, "#/components/schemas/"); found {
		return d.Components.Schemas[name]
	}
	return s
}

func readDocument(t *testing.T, path string) document {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var read document
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	if len(read.Paths) == 0 {
		t.Fatalf("%s describes no paths", path)
	}
	return read
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
		t.Skip("no folder ../shared/reference: requests not judged by Twilio's OpenAPI (CI judges them)")
	}
	return folder
}
