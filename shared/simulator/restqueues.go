package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// restListQueues answers GET Queues (https://www.twilio.com/docs/voice/api/queue-resource).
func (t *Twilio) restListQueues(rest *restCall) (any, error) {
	path := "/2010-04-01/Accounts/" + t.cfg.AccountSID + "/Queues.json"
	cut, number, size, pages := page(rest, t.voiceQueues)
	queues := []any{}
	for _, q := range cut {
		queues = append(queues, t.queueJSON(q))
	}
	answer := listURIs(path, number, size, pages, len(cut))
	answer["queues"] = queues
	return answer, nil
}

// listURIs returns the paging fields of a list of api.twilio.com.
func listURIs(path string, number, size, pages, count int) map[string]any {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	at := func(n int) string { return fmt.Sprintf("%s%sPageSize=%d&Page=%d", path, separator, size, n) }
	answer := map[string]any{
		"uri": at(number), "first_page_uri": at(0), "next_page_uri": nil, "previous_page_uri": nil,
		"page": number, "page_size": size, "start": number * size, "end": max(number*size+count-1, 0),
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
	size, err := maxSize(rest, plainQueueSize)
	if err != nil {
		return nil, err
	}
	rest.status = http.StatusCreated
	return t.queueJSON(t.addVoiceQueue(name, size)), nil
}

func (t *Twilio) restQueue(rest *restCall, parts []string) (any, error) {
	i := slices.IndexFunc(t.voiceQueues, func(q *voiceQueue) bool { return q.sid == parts[1] })
	if i < 0 {
		return nil, notFound(rest.path)
	}
	queue := t.voiceQueues[i]
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
			t.problem(nil, "not simulated: deleting a workflow's queue, of which Twilio says that the results are unpredictable")
		}
		t.voiceQueues = slices.Delete(t.voiceQueues, i, i+1)
		rest.status = http.StatusNoContent
		return nil, nil
	case "GET Queues/*/Members":
		return t.restListMembers(rest, queue), nil
	}
	for i, m := range queue.members {
		if m.call.sid == parts[3] || parts[3] == "Front" && i == 0 {
			return t.restMember(rest, m, i+1)
		}
	}
	return nil, notFound(rest.path)
}

// restMember returns a member, or redirects it from its queue to another document
// (https://www.twilio.com/docs/voice/api/member-resource).
func (t *Twilio) restMember(rest *restCall, m *member, position int) (any, error) {
	if rest.method != http.MethodPost {
		return t.memberJSON(m, position), nil
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
		t.problem(m.call, "not simulated: dequeuing a member of a workflow's queue over REST, of which Twilio says that the results are unpredictable")
	}
	answer := t.memberJSON(m, position)
	t.takeElsewhere(m.call)
	t.fetch(m.call, fetch{what: "dequeued call", method: asked, url: target})
	return answer, nil
}

func (t *Twilio) restUpdateQueue(rest *restCall, q *voiceQueue) (any, error) {
	size, err := maxSize(rest, q.maxSize)
	if err != nil {
		return nil, err
	}
	if name := rest.params.Get("FriendlyName"); name != "" && name != q.name {
		return nil, t.refuse(rest.params, "FriendlyName")
	}
	q.maxSize, q.updated = size, t.loop.Now()
	return t.queueJSON(q), nil
}

// maxSize reads the MaxSize parameter (https://www.twilio.com/docs/taskrouter/limits: 0 to 5000).
func maxSize(rest *restCall, fallback int) (int, error) {
	text := rest.params.Get("MaxSize")
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 5000 {
		return 0, badRequest(20001, "Invalid MaxSize %q", text)
	}
	return n, nil
}

func (t *Twilio) restListMembers(rest *restCall, q *voiceQueue) any {
	cut, number, size, pages := page(rest, q.members)
	members := []any{}
	for i, m := range cut {
		members = append(members, t.memberJSON(m, number*size+i+1))
	}
	answer := listURIs(t.queueURI(q)+"/Members.json", number, size, pages, len(cut))
	answer["queue_members"] = members
	return answer
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

func (t *Twilio) memberJSON(m *member, position int) map[string]any {
	return map[string]any{
		"call_sid": m.call.sid, "date_enqueued": rfc2822(m.entered), "position": position, "queue_sid": m.queue.sid,
		"wait_time": int(t.loop.Now().Sub(m.entered).Seconds()), "uri": t.queueURI(m.queue) + "/Members/" + m.call.sid + ".json",
	}
}
