package simulator

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"switchboard/shared/simulator/reading"
)

func (t *Twilio) restUpdateReservation(rest *restCall, r *reservation) (any, error) {
	if err := rest.matches(r.version); err != nil {
		return nil, err
	}
	if name := rest.params.Get("Instruction"); name != "" {
		if err := t.restInstruct(rest, r, name); err != nil {
			return nil, err
		}
		rest.etag = etag(r.version)
		return t.reservationJSON(rest, r), nil
	}
	status := rest.params.Get("ReservationStatus")
	if status == reservationWrapping || status == reservationCompleted {
		return nil, t.refuse(rest.params, "ReservationStatus")
	}
	if status != reservationRejected && status != reservationAccepted {
		return nil, badRequest(20001, "Invalid ReservationStatus %q", status)
	}
	if r.status != reservationPending {
		return nil, t.settledError(rest, notPending(20001, r, status))
	}
	activity := t.activity(rest.params.Get("WorkerActivitySid"))
	if sid := rest.params.Get("WorkerActivitySid"); sid != "" && activity == nil {
		return nil, badRequest(20001, "Invalid WorkerActivitySid %q", sid)
	}
	if status == reservationRejected {
		t.endReservation(r, reservationRejected, activity)
	} else {
		t.acceptReservation(r)
	}
	rest.etag = etag(r.version)
	return t.reservationJSON(rest, r), nil
}

// settledError returns the answer to an update of a reservation that is no longer pending.
func (t *Twilio) settledError(rest *restCall, refused *refusal) error {
	switch t.cfg.Readings.SettledReservation {
	case reading.SettledConflict:
		return restError{http.StatusConflict, 20409, refused.reason}
	case reading.SettledNotFound:
		return notFound(rest.path)
	}
	return badRequest(refused.code, "%s", refused.reason)
}

// restInstruct executes an instruction from the REST API, where the name of each parameter begins
// with the instruction's.
func (t *Twilio) restInstruct(rest *restCall, r *reservation, name string) error {
	in, err := readInstruction(rest.params, name)
	if err != nil {
		return badRequest(20001, "%s", err)
	}
	if name == "conference" || name == "supervise" {
		return t.refuse(rest.params, "Instruction")
	}
	pending := r.status == reservationPending
	refused := t.follow(r, in)
	switch {
	case refused == nil:
		return nil
	case pending:
		return badRequest(refused.code, "%s", refused.reason)
	}
	return t.settledError(rest, refused)
}

func readInstruction(params url.Values, name string) (instruction, error) {
	in := instruction{Instruction: name, ActivitySID: params.Get("WorkerActivitySid")}
	prefix := map[string]string{"dequeue": "Dequeue", "call": "Call", "redirect": "Redirect"}[name]
	in.To, in.From, in.Record = params.Get(prefix+"To"), params.Get(prefix+"From"), params.Get(prefix+"Record")
	in.URL, in.CallSID, in.PostWorkActivity = params.Get(prefix+"Url"), params.Get("RedirectCallSid"), params.Get("DequeuePostWorkActivitySid")
	in.StatusEvents = strings.Join(params[prefix+"StatusCallbackEvent"], ",")
	if callback, ok := params[prefix+"StatusCallbackUrl"]; ok {
		in.StatusURL = callback[0]
	}
	if text := params.Get(prefix + "Timeout"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			return in, fmt.Errorf("invalid %sTimeout %q", prefix, text)
		}
		in.Timeout = integer(n)
	}
	if text := params.Get(prefix + "Accept"); text != "" {
		var err error
		if in.Accept, err = strconv.ParseBool(text); err != nil {
			return in, fmt.Errorf("invalid %sAccept %q", prefix, text)
		}
	}
	return in, nil
}

func (t *Twilio) restListReservations(rest *restCall, k *task) (any, error) {
	all := shownAll(k.reservations, func(r *reservation) map[string]any { return t.reservationJSON(rest, r) })
	return t.restList(rest, "reservations", all, map[string]string{"ReservationStatus": "reservation_status", "WorkerSid": "worker_sid"})
}

func (t *Twilio) reservationJSON(rest *restCall, r *reservation) map[string]any {
	base := t.workspaceURL(rest)
	task := base + "/Tasks/" + r.task.sid
	return map[string]any{
		"sid": r.sid, "account_sid": t.cfg.AccountSID, "workspace_sid": t.workspaceSID, "task_sid": r.task.sid,
		"worker_sid": r.worker.sid, "worker_name": r.worker.name, "reservation_status": r.status,
		"date_created": rfc3339(r.created), "date_updated": rfc3339(r.updated), "url": task + "/Reservations/" + r.sid,
		"links": map[string]any{"task": task, "worker": base + "/Workers/" + r.worker.sid, "workspace": base},
	}
}
