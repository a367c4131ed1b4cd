package alarms

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/calls"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/templatetest"
)

// logged has the fields of lines, and the texts that each had.
type logged map[string]map[string]bool

func (l logged) read(t *testing.T, lines []byte) {
	t.Helper()
	for line := range bytes.Lines(lines) {
		var fields map[string]any
		if err := json.Unmarshal(line, &fields); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		for name, value := range fields {
			if l[name] == nil {
				l[name] = map[string]bool{}
			}
			l[name][fmt.Sprint(value)] = true
		}
	}
}

// ofFunctions is what the functions log while a CRM is down, while a token is wrong, and when a
// worker signs off and on.
func ofFunctions(t *testing.T, template map[string]any) logged {
	t.Helper()
	found, lines := logged{}, &bytes.Buffer{}
	into := func(c *bundle.Clients) {
		c.Logger = slog.New(slog.NewJSONHandler(lines, &slog.HandlerOptions{ReplaceAttr: lambdacontext.ReplaceAttr}))
	}
	record(t, template, fault{
		settings: func(e bundle.Environment) { e["CRM_URL"] = "https://crm.example/calls" },
		clients:  func(c *bundle.Clients) { into(c); c.CRM = down{} },
	})
	record(t, template, fault{clients: func(c *bundle.Clients) {
		into(c)
		c.Parameters = bundle.Parameters{"/switchboard/auth-token": otherToken}
	}})
	found.read(t, lines.Bytes())
	for _, call := range calls.Returns(2*time.Second, 4*time.Second) {
		result, err := calls.InProcess(t.Context(), call, 1, func(*inprocess.Bundle) {})
		if err != nil {
			t.Fatal(err)
		}
		// These lines are written without Lambda's names of time and message.
		lambda := bytes.ReplaceAll(bytes.ReplaceAll(result.Logs, []byte(`"msg":`), []byte(`"message":`)), []byte(`"time":`), []byte(`"timestamp":`))
		found.read(t, lambda)
	}
	return found
}

// ofAPI is what the access log's format has.
func ofAPI(t *testing.T, template map[string]any) logged {
	t.Helper()
	format := fmt.Sprint(templatetest.At(template, "Resources", "HttpApi", "Properties", "AccessLogSettings", "Format"))
	line := strings.ReplaceAll(format, "$context.responseLatency", "1")
	found := logged{}
	found.read(t, []byte(line))
	return found
}

var (
	// comparison is a field and the text that it must have.
	comparison = regexp.MustCompile(`(\w+) = "([^"]*)"`)
	texts      = regexp.MustCompile(`"[^"]*"|#.*|as \w+`)
	named      = regexp.MustCompile(`@?[A-Za-z_]\w*`)
	commands   = regexp.MustCompile(`^(fields|filter|stats|sort|limit|by|and|or|desc|asc|ispresent|count|count_distinct|pct|max|min)$`)
)

// TestSavedQueriesNameLoggedFields requires that the fields of each saved query are in lines of the
// log groups that it reads, and that README.md lists the query.
func TestSavedQueriesNameLoggedFields(t *testing.T) {
	t.Parallel()
	template := templatetest.Read(t)
	groups := map[string]logged{"FunctionLogs": ofFunctions(t, template), "AccessLogs": ofAPI(t, template)}
	readme, err := os.ReadFile("../../../shared/metric/README.md")
	if err != nil {
		t.Fatal(err)
	}
	queries := templatetest.Resources(template, "AWS::Logs::QueryDefinition")
	if len(queries) != 5 {
		t.Errorf("%d queries", len(queries))
	}
	for id, properties := range queries {
		name, _ := strings.CutPrefix(fmt.Sprint(templatetest.At(properties, "Name", "Fn::Sub")), "${AWS::StackName}/")
		if !strings.Contains(string(readme), "| "+name+" |") {
			t.Errorf("%s: README.md does not list %q", id, name)
		}
		group, _ := templatetest.At(properties["LogGroupNames"].([]any)[0], "Ref").(string)
		query := fmt.Sprint(properties["QueryString"])
		own := map[string]bool{}
		for _, alias := range regexp.MustCompile(`as (\w+)`).FindAllStringSubmatch(query, -1) {
			own[alias[1]] = true
		}
		for _, field := range named.FindAllString(texts.ReplaceAllString(query, ""), -1) {
			if !commands.MatchString(field) && !own[field] && field != "@timestamp" && groups[group][field] == nil {
				t.Errorf("%s: no line of %s has %s", id, group, field)
			}
		}
		for _, match := range comparison.FindAllStringSubmatch(query, -1) {
			if !strings.HasSuffix(match[2], "...") && !groups[group][match[1]][match[2]] {
				t.Errorf("%s: no line of %s has %s = %q", id, group, match[1], match[2])
			}
		}
	}
}
