package trace

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go"

	"switchboard/shared/ledger"
)

// Logs is the part of CloudWatch Logs' client that a trace calls.
type Logs interface {
	FilterLogEvents(context.Context, *cloudwatchlogs.FilterLogEventsInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.FilterLogEventsOutput, error)
}

const (
	before    = time.Minute      // the logs are searched from this time before the first known moment
	after     = 20 * time.Minute // and until this time after the last one: wrap-up lasts up to 15 minutes
	logsDelay = 30 * time.Second // until a line can be found
	maxLines  = 20_000           // of each log group; more are not read
	// maxPattern is the maximum length of a filter pattern, in bytes (API_FilterLogEvents.html in
	// AWS's reference of CloudWatch Logs).
	maxPattern = 1024
)

// line is a line that a function logged.
type line struct {
	at     time.Time
	fields map[string]any
}

func (l line) text(name string) string { text, _ := l.fields[name].(string); return text }

// request is a line of the access log.
type request struct {
	at     time.Time
	route  string // POST /worker/{proxy+}
	status string
	took   time.Duration
}

// readLogs reads both log groups within the call's time.
func (e *evidence) readLogs(ctx context.Context) {
	e.span()
	e.noLog = true
	if e.from.Before(e.now.Add(-e.Stack.Retention)) {
		e.unread = append(e.unread, Gap{
			About: e.key, Missing: "log lines",
			Reason: fmt.Sprintf("they are deleted: the stack keeps them for %d days", int(e.Stack.Retention.Hours()/24)),
			Remedy: "raise the parameter LogRetentionDays for later calls",
		})
		return
	}
	events, whole := e.search(ctx, e.Stack.FunctionLogs, e.pattern(), e.until)
	for _, event := range events {
		var fields map[string]any
		if json.Unmarshal([]byte(aws.ToString(event.Message)), &fields) == nil && e.concerns(fields) {
			e.logs = append(e.logs, line{time.UnixMilli(aws.ToInt64(event.Timestamp)).UTC(), fields})
		}
	}
	if whole && len(e.logs) == 0 && e.Stack.InfoLogged {
		e.unread = append(e.unread, e.noLines())
	}
	events, whole = e.search(ctx, e.Stack.AccessLogs, "", earliest(e.until, e.lastMoment().Add(time.Minute)))
	for _, event := range events {
		var read struct {
			Route, Status string
			LatencyMs     float64
		}
		if json.Unmarshal([]byte(aws.ToString(event.Message)), &read) == nil {
			e.access = append(e.access, request{
				time.UnixMilli(aws.ToInt64(event.Timestamp)).UTC(), read.Route, read.Status, time.Duration(read.LatencyMs) * time.Millisecond,
			})
		}
	}
	e.noLog = !whole
	if whole && len(e.access) == 0 && e.call.CallSID() != "" {
		e.noLog = true
		e.unread = append(e.unread, Gap{
			About: e.key, Missing: "the access log", Reason: "the group " + e.Stack.AccessLogs + " has no line of that time",
			Remedy: "check the access log of the API's stage $default; drift detection shows what was changed by hand",
		})
	}
}

func (e *evidence) noLines() Gap {
	gap := Gap{
		About: e.key, Missing: "log lines", Reason: "no line of " + e.Stack.FunctionLogs + " names the call",
		Remedy: "check that Twilio's number leads to this stack: twilioctl doctor",
	}
	if e.now.Sub(e.lastMoment()) < logsDelay {
		gap.Reason, gap.Remedy = "the call is younger than the logs' delay", "trace again in a minute"
	}
	return gap
}

// span is the time within which the logs are searched.
func (e *evidence) span() {
	e.from = earliest(append(e.times(), e.now)...).Add(-before)
	e.until = earliest(e.now, e.lastMoment().Add(after))
}

// lastMoment is zero if nothing is known to have happened.
func (e *evidence) lastMoment() time.Time { return latest(append(e.times(), time.Time{})...) }

// times lists when something happened in the call.
func (e *evidence) times() []time.Time {
	var times []time.Time
	for _, m := range e.moments {
		times = append(times, m.At)
	}
	for _, l := range e.legs() {
		if l.known() {
			times = append(times, l.call.Created)
		}
		if l.over() {
			times = append(times, l.call.Ended)
		}
	}
	for _, event := range e.events {
		times = append(times, event.Time)
	}
	return times
}

// search reads the lines of a log group until a time. whole is false if it could not be read, or
// not to its end.
func (e *evidence) search(ctx context.Context, group, pattern string, until time.Time) (found []types.FilteredLogEvent, whole bool) {
	input := &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: aws.String(group), StartTime: aws.Int64(e.from.UnixMilli()), EndTime: aws.Int64(until.UnixMilli()),
	}
	if pattern != "" {
		input.FilterPattern = aws.String(pattern)
	}
	for pages := cloudwatchlogs.NewFilterLogEventsPaginator(e.Logs, input); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			e.unread = append(e.unread, unreadable(group, err))
			return found, false
		}
		found = append(found, page.Events...)
		if len(found) > maxLines {
			e.unread = append(e.unread, Gap{
				About: group, Missing: "the rest of the log", Reason: fmt.Sprintf("it has more than %d lines of that time", maxLines),
				Remedy: "search it in CloudWatch Logs Insights, between " + e.from.Format(time.RFC3339) + " and " + until.Format(time.RFC3339),
			})
			return found, false
		}
	}
	return found, true
}

func unreadable(group string, err error) Gap {
	gap := Gap{About: group, Missing: "a log group", Reason: "it could not be read: " + err.Error(), Remedy: "trace again"}
	var failure smithy.APIError
	if !errors.As(err, &failure) {
		return gap
	}
	switch failure.ErrorCode() {
	case "ResourceNotFoundException":
		gap.Reason, gap.Remedy = "there is none of that name", "give the stack that served the call with --stack"
	case "AccessDeniedException":
		gap.Reason, gap.Remedy = "your AWS credentials may not read it", "allow logs:FilterLogEvents on "+group
	}
	return gap
}

// pattern selects the lines about the call.
func (e *evidence) pattern() string {
	terms := []string{`($.call_sid = "` + e.key + `")`}
	for _, task := range e.call.Tasks() {
		terms = append(terms, `($.task_sid = "`+task+`")`)
	}
	for _, ref := range e.call.Reservations() {
		terms = append(terms, `($.reservation_sid = "`+ref.ReservationSID+`")`)
	}
	text := "{ " + terms[0]
	for _, term := range terms[1:] {
		if longer := text + " || " + term; len(longer)+2 <= maxPattern {
			text = longer
		}
	}
	return text + " }"
}

// concerns reports whether a line is about the call.
func (e *evidence) concerns(fields map[string]any) bool {
	is := func(name string, sids ...string) bool {
		sid, _ := fields[name].(string)
		return sid != "" && slices.Contains(sids, sid)
	}
	return is("call_sid", e.key) || is("request", e.key) || is("task_sid", e.call.Tasks()...) ||
		slices.ContainsFunc(e.call.Reservations(), func(r ledger.Ref) bool { return is("reservation_sid", r.ReservationSID) })
}

// plain are the fields that every line has, or that say whom it is about.
var plain = []string{
	"timestamp", "time", "level", "message", "requestId", "release", "call_sid", "task_sid", "reservation_sid", "worker_sid", "deadline",
}

// maxText is the maximum length of a field's text that is shown.
const maxText = 160

func (e *evidence) ofLogs() []Entry {
	var entries []Entry
	for _, l := range e.logs {
		about := e.key
		for _, name := range []string{"call_sid", "task_sid", "reservation_sid"} {
			if sid := l.text(name); sid != "" {
				about = sid
			}
		}
		what := l.text("message")
		if level := l.text("level"); level != "INFO" {
			what = level + " " + what
		}
		for _, name := range slices.Sorted(maps.Keys(l.fields)) {
			if text := fmt.Sprint(l.fields[name]); !slices.Contains(plain, name) && l.fields[name] != nil && text != "" {
				what += fmt.Sprintf(" %s=%s", name, shortened(Short(text)))
			}
		}
		entries = append(entries, Entry{At: l.at, Source: FromLogs, About: about, What: what})
	}
	return entries
}

func shortened(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxText {
		return string(runes[:maxText]) + "…"
	}
	return text
}
