package simulator

import (
	"fmt"
	"strconv"
)

// restListQueues is GET Queues (docs/voice/api/queue-resource).
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

// listURIs are the paging fields of a list of api.twilio.com.
func listURIs(path string, number, size, pages, count int) map[string]any {
	at := func(n int) string { return fmt.Sprintf("%s?PageSize=%d&Page=%d", path, size, n) }
	answer := map[string]any{
		"uri": at(number), "first_page_uri": at(0), "next_page_uri": nil, "previous_page_uri": nil,
		"page": number, "page_size": size, "start": number * size, "end": max(number*size+count-1, 0),
	}
	if number+1 < pages {
		answer["next_page_uri"] = at(number+1) + "&PageToken=PA" + strconv.Itoa(number+1)
	}
	if number > 0 {
		answer["previous_page_uri"] = at(number - 1)
	}
	return answer
}

func (t *Twilio) restQueue(rest *restCall, parts []string) (any, error) {
	var queue *voiceQueue
	for _, q := range t.voiceQueues {
		if q.sid == parts[1] {
			queue = q
		}
	}
	if queue == nil {
		return nil, notFound(rest.path)
	}
	switch {
	case len(parts) == 2 && rest.method == "POST":
		return t.restUpdateQueue(rest, queue)
	case len(parts) == 2:
		return t.queueJSON(queue), nil
	case len(parts) == 3:
		return t.restListMembers(rest, queue), nil
	}
	for i, m := range queue.members {
		if m.call.sid == parts[3] || parts[3] == "Front" && i == 0 {
			return t.memberJSON(m, i+1), nil
		}
	}
	return nil, notFound(rest.path)
}

func (t *Twilio) restUpdateQueue(rest *restCall, q *voiceQueue) (any, error) {
	if text := rest.params.Get("MaxSize"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 5000 {
			return nil, badRequest(20001, "Invalid MaxSize %q", text)
		}
		q.maxSize = n
	}
	if name := rest.params.Get("FriendlyName"); name != "" && name != q.name {
		return nil, t.refuse(rest.params, "FriendlyName")
	}
	q.updated = t.loop.Now()
	return t.queueJSON(q), nil
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
