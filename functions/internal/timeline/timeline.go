// Package timeline prints what happened in a call: as a story, with what went over the wire, and as
// JSON.
package timeline

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"switchboard/functions/internal/fakecrm"
	"switchboard/shared/simulator"
)

// Timeline has what happened since Start, in order.
type Timeline struct {
	Base    string // address of the bundle; lines leave it out
	Start   time.Time
	Entries []simulator.Entry
}

// Add appends an entry.
func (t *Timeline) Add(entry simulator.Entry) { t.Entries = append(t.Entries, entry) }

// Write prints each entry with the documents that went over the wire. It shortens SIDs.
func (t *Timeline) Write(out io.Writer) {
	for _, entry := range t.Entries {
		headline, body := describe(entry)
		if headline == "" {
			continue
		}
		t.line(out, entry.At, headline)
		for _, line := range body {
			fmt.Fprintf(out, "%8s  │ %s\n", "", t.short(line))
		}
	}
}

func (t *Timeline) line(out io.Writer, at time.Time, text string) {
	d := at.Sub(t.Start)
	clock := fmt.Sprintf("%d:%04.1f", int(d.Minutes()), (d % time.Minute).Seconds())
	fmt.Fprintf(out, "%8s  %s\n", clock, t.short(text))
}

var sid = regexp.MustCompile(`\b([A-Z]{2}[0-9a-f]{6})[0-9a-f]{26}\b`)

func (t *Timeline) short(line string) string {
	return sid.ReplaceAllString(strings.ReplaceAll(line, t.Base, ""), "$1…")
}

// describe returns the lines of an entry. headline is "" for an entry that another one repeats: an
// answer describes its webhook, and the entry of a task or reservation its event.
func describe(entry simulator.Entry) (headline string, body []string) {
	switch entry.Kind {
	case simulator.KindWebhook:
		return "", nil
	case simulator.KindAnswer:
		return describeAnswer(entry)
	case simulator.KindREST:
		headline = fmt.Sprintf("%-10s  %s %s → %d", "REST", entry.Method, Path(entry.URL), entry.Status)
		if entry.Method == http.MethodGet {
			return headline, nil
		}
		return headline, Form(entry.Params)
	case fakecrm.Kind:
		return fmt.Sprintf("%-10s  %s → %d %s", "CRM step", entry.Text, entry.Status, http.StatusText(entry.Status)), nil
	case simulator.KindTask, simulator.KindReservation, simulator.KindWorker:
		return fmt.Sprintf("%-10s  %s", "TaskRouter", strings.Replace(entry.Text, ": ", " · ", 1)), nil
	case simulator.KindDebugger, simulator.KindProblem:
		return fmt.Sprintf("%-10s  %s", strings.ToUpper(string(entry.Kind)), entry.Text), nil
	}
	who, what, _ := strings.Cut(entry.Text, " ")
	return fmt.Sprintf("%-10s  %s", who, what), nil
}

func describeAnswer(entry simulator.Entry) (headline string, body []string) {
	route := Path(entry.URL)
	if route == "/events" && entry.Status == http.StatusNoContent {
		return "", nil
	}
	headline = fmt.Sprintf("%-10s  POST %s → %d", "webhook", route, entry.Status)
	switch {
	case strings.HasPrefix(entry.ContentType, "audio/"):
		return fmt.Sprintf("%-10s  GET %s → %d %s", "webhook", route, entry.Status, entry.ContentType), nil
	case entry.Body != "":
		return headline, Document(entry.Body)
	case strings.HasPrefix(route, "/assignment"):
		return headline + " " + entry.ContentType + ", empty: the bridge is deferred", nil
	}
	return headline, nil
}

// Form lists parameters as name=value, sorted.
func Form(parameters url.Values) []string {
	var lines []string
	for name, values := range parameters {
		lines = append(lines, name+"="+strings.Join(values, ", "))
	}
	slices.Sort(lines)
	return lines
}

// Document splits TwiML into lines, one element each. It returns other bodies as one line.
func Document(body string) []string {
	if json.Valid([]byte(body)) || !strings.HasPrefix(strings.TrimSpace(body), "<") {
		return []string{body}
	}
	lines, err := xmlLines(body)
	if err != nil {
		return []string{body}
	}
	return lines
}

func xmlLines(body string) ([]string, error) {
	var lines []string
	decoder, depth, opened := xml.NewDecoder(strings.NewReader(body)), 0, false
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return lines, nil
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			lines = append(lines, strings.Repeat("  ", depth)+"<"+token.Name.Local+attributes(token)+">")
			depth, opened = depth+1, true
		case xml.CharData:
			if depth > 0 { // or it is white space before the first element
				lines[len(lines)-1] += string(token)
			}
		case xml.EndElement:
			depth--
			if opened {
				lines[len(lines)-1] = closed(lines[len(lines)-1], token.Name.Local)
			} else {
				lines = append(lines, strings.Repeat("  ", depth)+"</"+token.Name.Local+">")
			}
			opened = false
		}
	}
}

func attributes(element xml.StartElement) string {
	var text strings.Builder
	for _, attribute := range element.Attr {
		fmt.Fprintf(&text, " %s=%q", attribute.Name.Local, attribute.Value)
	}
	return text.String()
}

func closed(line, name string) string {
	if empty, found := strings.CutSuffix(line, ">"); found {
		return empty + "/>"
	}
	return line + "</" + name + ">"
}

// Path returns the path of a URL, and unchanged what is not a URL.
func Path(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return address
	}
	return parsed.Path
}
