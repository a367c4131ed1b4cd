package simulator

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// accountList returns a page of a list of api.twilio.com
// (https://www.twilio.com/docs/usage/twilios-response). The URLs of the other pages repeat the
// request's filters.
func accountList[T any](rest *restCall, key string, all []T, show func(T) map[string]any, filters ...string) map[string]any {
	cut, number, size, pages := page(rest, all)
	query := url.Values{}
	for _, name := range filters {
		if value := rest.params.Get(name); value != "" {
			query.Set(name, value)
		}
	}
	path := strings.TrimSuffix(rest.path, ".json") + ".json?"
	if len(query) > 0 {
		path += query.Encode() + "&"
	}
	at := func(n int) string { return fmt.Sprintf("%sPageSize=%d&Page=%d", path, size, n) }
	answer := map[string]any{
		"uri": at(number), "first_page_uri": at(0), "next_page_uri": nil, "previous_page_uri": nil,
		"page": number, "page_size": size, "start": number * size, "end": max(number*size+len(cut)-1, 0), key: shownAll(cut, show),
	}
	if number+1 < pages {
		answer["next_page_uri"] = at(number+1) + "&PageToken=PA" + strconv.Itoa(number+1)
	}
	if number > 0 {
		answer["previous_page_uri"] = at(number-1) + "&PageToken=PB" + strconv.Itoa(number-1)
	}
	return answer
}

// restCreateQueue answers POST Queues: it creates a plain queue before the first call enters it.
func (t *Twilio) restCreateQueue(rest *restCall) (any, error) {
	name := rest.params.Get("FriendlyName")
	switch {
	case name == "" || len(name) > queueNameLimit:
		return nil, badRequest(20001, "Invalid FriendlyName %q", name)
	case t.voiceQueueNamed(name) != nil:
		return nil, badRequest(22003, "A queue named %q exists", name)
	}
	size := plainQueueSize
	if err := readMaxSize(rest, &size); err != nil {
		return nil, err
	}
	return created(rest, t.queueJSON(t.addVoiceQueue(name, size)))
}

func (t *Twilio) restQueue(rest *restCall, parts []string) (any, error) {
	queue := find(t.voiceQueues, func(q *voiceQueue) bool { return q.sid == parts[1] })
	if queue == nil {
		return nil, notFound(rest.path)
	}
	switch pattern(rest.method, parts) {
	case "POST Queues/*":
		return t.restUpdateQueue(rest, queue)
	case "GET Queues/*":
		return t.queueJSON(queue), nil
	case "DELETE Queues/*":
		if len(queue.members) > 0 {
			return nil, badRequest(22001, "Queue %s is not empty", queue.sid)
		}
		if isSID("WW", queue.name) {
			t.problem(nil, "not simulated: deleting a workflow's queue, with results that Twilio calls unpredictable")
		}
		t.voiceQueues = slices.DeleteFunc(t.voiceQueues, func(other *voiceQueue) bool { return other == queue })
		return noContent(rest)
	case "GET Queues/*/Members":
		return accountList(rest, "queue_members", queue.members, t.memberJSON), nil
	}
	m := find(queue.members, func(m *member) bool { return m.call.sid == parts[3] || parts[3] == "Front" })
	if m == nil {
		return nil, notFound(rest.path)
	}
	return t.restMember(rest, m)
}

// restMember returns a member, or redirects it from its queue to another document
// (https://www.twilio.com/docs/voice/api/member-resource).
func (t *Twilio) restMember(rest *restCall, m *member) (any, error) {
	if rest.method != http.MethodPost {
		return t.memberJSON(m), nil
	}
	target := rest.params.Get("Url")
	if !isWebURL(target) {
		return nil, badRequest(21205, "Url is not a valid URL: %s", target)
	}
	asked, err := method(rest.params, "Method")
	if err != nil {
		return nil, err
	}
	if isSID("WW", m.queue.name) {
		t.problem(m.call, "not simulated: dequeuing a member of a workflow's queue over REST, with results that Twilio calls unpredictable")
	}
	answer := t.memberJSON(m)
	t.takeElsewhere(m.call)
	t.fetch(m.call, fetch{what: "dequeued call", method: asked, url: target})
	return answer, nil
}

func (t *Twilio) restUpdateQueue(rest *restCall, q *voiceQueue) (any, error) {
	size := q.maxSize
	if err := readMaxSize(rest, &size); err != nil {
		return nil, err
	}
	if name := rest.params.Get("FriendlyName"); name != "" && name != q.name {
		return nil, t.refuse(rest.params, "FriendlyName")
	}
	q.maxSize, q.updated = size, t.loop.Now()
	return t.queueJSON(q), nil
}

// readMaxSize reads the parameter MaxSize (https://www.twilio.com/docs/taskrouter/limits).
func readMaxSize(rest *restCall, size *int) error {
	f := fields{params: rest.params}
	f.whole("MaxSize", size, 0, 5000)
	return f.err
}

func (t *Twilio) queueURI(q *voiceQueue) string {
	return "/2010-04-01/Accounts/" + t.cfg.AccountSID + "/Queues/" + q.sid
}

func (t *Twilio) queueJSON(q *voiceQueue) map[string]any {
	return map[string]any{
		"sid": q.sid, "account_sid": t.cfg.AccountSID, "friendly_name": q.name, "max_size": q.maxSize, "current_size": len(q.members),
		"average_wait_time": q.averageWait(), "date_created": rfc2822(q.created), "date_updated": rfc2822(q.updated),
		"uri": t.queueURI(q) + ".json",
	}
}

func (t *Twilio) memberJSON(m *member) map[string]any {
	return map[string]any{
		"call_sid": m.call.sid, "date_enqueued": rfc2822(m.entered), "position": slices.Index(m.queue.members, m) + 1, "queue_sid": m.queue.sid,
		"wait_time": int(t.loop.Now().Sub(m.entered).Seconds()), "uri": t.queueURI(m.queue) + "/Members/" + m.call.sid + ".json",
	}
}
