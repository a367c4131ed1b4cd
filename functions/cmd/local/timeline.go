package main

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

	"switchboard/shared/simulator"
)

// timeline tells a call, line by line, with the documents that went over the wire. For the eye, SIDs are cut and the
// bundle's own address is left out.
func (t *take) timeline(out io.Writer) {
	sid := regexp.MustCompile(`\b([A-Z]{2}[0-9a-f]{6})[0-9a-f]{26}\b`)
	short := func(line string) string { return sid.ReplaceAllString(strings.ReplaceAll(line, t.Base, ""), "$1…") }
	for _, entry := range t.Entries {
		headline, body := tellEntry(entry)
		if headline == "" {
			continue
		}
		fmt.Fprintf(out, "%8s  %s\n", sinceStart(entry.At.Sub(t.Start)), short(headline))
		for _, line := range body {
			fmt.Fprintf(out, "%8s  │ %s\n", "", short(line))
		}
	}
}

func sinceStart(d time.Duration) string {
	return fmt.Sprintf("%d:%04.1f", int(d.Minutes()), (d % time.Minute).Seconds())
}

// tell puts an entry into words; "" for one that would only repeat another. A webhook is told with its answer, an event
// by what it is about.
func tellEntry(entry simulator.Entry) (headline string, body []string) {
	switch entry.Kind {
	case simulator.KindWebhook:
		return "", nil
	case simulator.KindAnswer:
		return tellAnswer(entry)
	case simulator.KindREST:
		return tellREST(entry)
	case kindCRM:
		return fmt.Sprintf("%-10s  %s → %d %s", "CRM step", entry.Text, entry.Status, http.StatusText(entry.Status)), nil
	case simulator.KindTask, simulator.KindReservation, simulator.KindWorker:
		return fmt.Sprintf("%-10s  %s", "TaskRouter", strings.Replace(entry.Text, ": ", " · ", 1)), nil
	case simulator.KindDebugger, simulator.KindProblem:
		return fmt.Sprintf("%-10s  %s", strings.ToUpper(string(entry.Kind)), entry.Text), nil
	}
	who, what, _ := strings.Cut(entry.Text, " ")
	return fmt.Sprintf("%-10s  %s", who, what), nil
}

func tellAnswer(entry simulator.Entry) (string, []string) {
	route := path(entry.URL)
	if route == "/events" && entry.Status == http.StatusNoContent {
		return "", nil
	}
	headline := fmt.Sprintf("%-10s  POST %s → %d", "webhook", route, entry.Status)
	switch {
	case strings.HasPrefix(entry.ContentType, "audio/"):
		return fmt.Sprintf("%-10s  GET %s → %d %s", "webhook", route, entry.Status, entry.ContentType), nil
	case entry.Body != "":
		return headline, document(entry.Body)
	case strings.HasPrefix(route, "/assignment"):
		return headline + " " + entry.ContentType + ", empty: the bridge is deferred", nil
	}
	return headline, nil
}

func tellREST(entry simulator.Entry) (string, []string) {
	headline := fmt.Sprintf("%-10s  %s %s → %d", "REST", entry.Method, path(entry.URL), entry.Status)
	if entry.Method == http.MethodGet {
		return headline, nil
	}
	return headline, parameterLines(entry.Params)
}

func parameterLines(parameters url.Values) []string {
	var lines []string
	for name, values := range parameters {
		lines = append(lines, name+"="+strings.Join(values, ", "))
	}
	slices.Sort(lines)
	return lines
}

// document breaks TwiML and JSON into lines for the eye.
func document(body string) []string {
	if json.Valid([]byte(body)) || !strings.HasPrefix(strings.TrimSpace(body), "<") {
		return []string{body}
	}
	lines, err := xmlLines(body)
	if err != nil {
		return []string{body}
	}
	return lines
}

// xmlLines puts each element on a line of its own, an element that holds only text on one.
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
			lines[len(lines)-1] += string(token)
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
