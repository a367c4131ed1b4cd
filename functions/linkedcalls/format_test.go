package linkedcalls_test

import (
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/reservation"
	"switchboard/shared/taskrouter"
)

// talkedTo is a call with two reservations, as the ledger hears of it in deferred mode: the first
// worker was not called, the second one talked.
func talkedTo(t *testing.T) *ledger.Memory {
	t.Helper()
	store := &ledger.Memory{}
	minute := 0
	kept := ledger.Ledger{Store: store, Now: func() time.Time { return at(minute) }}
	const next, nextWorker = "WR00000000000000000000000000000002", "WK00000000000000000000000000000002"
	first := ledger.Ref{CallSID: callSID, TaskSID: taskSID, ReservationSID: reservationSID}
	second := ledger.Ref{CallSID: callSID, TaskSID: taskSID, ReservationSID: next}
	happens := func(at int, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		minute = at
	}
	claim := func(ref ledger.Ref, worker string) error {
		_, _, err := kept.Claim(t.Context(), ref, ledger.Offer{WorkerSID: worker, CRM: true})
		return err
	}
	reported := func(kind, reservation, worker string, minute int) error {
		heard := event(kind, minute, taskSID, callSID, "")
		heard.ReservationSID, heard.WorkerSID, heard.Queue, heard.Task.To = reservation, worker, "Everyone", "+12065550100"
		heard.WorkerName = "=Bob()"
		_, _, err := kept.Event(t.Context(), heard)
		return err
	}
	happens(1, nil)
	happens(2, reported(created, "", "", 1))
	happens(3, claim(first, workerSID))
	happens(4, kept.RecordRejection(t.Context(), first, reservation.Rejected, true))
	happens(5, claim(second, nextWorker))
	_, err := kept.RecordPlaced(t.Context(), second, workerCallSID)
	happens(6, err)
	_, err = kept.RecordAccepted(t.Context(), second, workerCallSID)
	happens(7, err)
	happens(8, reported(accepted, next, nextWorker, 7))
	_, err = kept.LeftQueue(t.Context(), callSID, "bridged", false)
	happens(9, err)
	happens(10, kept.Scored(t.Context(), callSID, 4))
	happens(11, kept.Remarked(t.Context(), callSID, "RE00000000000000000000000000000001"))
	happens(12, reported(completed, "", "", 11))
	happens(12, reported(taskrouter.ReservationCompleted, next, nextWorker, 11))
	return store
}

const (
	talkedTries = `[{"reservation_sid":"WR00000000000000000000000000000001","task_sid":"` + taskSID + `","worker_sid":"` + workerSID +
		`","state":"rejected","times":{"claimed":"2026-11-24T12:02:00Z","crm":"2026-11-24T12:02:00Z","rejected":"2026-11-24T12:03:00Z"}},` +
		`{"reservation_sid":"WR00000000000000000000000000000002","task_sid":"` + taskSID + `","worker_sid":"WK00000000000000000000000000000002","worker_call_sid":"` + workerCallSID +
		`","state":"done","times":{"bridged":"2026-11-24T12:07:00Z","claimed":"2026-11-24T12:04:00Z","crm":"2026-11-24T12:04:00Z","done":"2026-11-24T12:11:00Z","gate":"2026-11-24T12:06:00Z","ringing":"2026-11-24T12:05:00Z"}}]`
	talkedLine = `{"call_sid":"` + callSID + `","worker_call_sid":"` + workerCallSID + `","task_sid":"` + taskSID + `","worker_sid":"WK00000000000000000000000000000002",` +
		`"enqueued":"2026-11-24T12:01:00Z","bridged":"2026-11-24T12:07:00Z","left_queue":"2026-11-24T12:08:00Z","completed":"2026-11-24T12:11:00Z",` +
		`"queue_result":"bridged","score":"4","remark":"RE00000000000000000000000000000001","tries":` + talkedTries + `,"sources":["ledger"],` +
		`"worker_name":"=Bob()","dialed_number":"+12065550100","queue":"Everyone"}` + "\n"
)

func TestJSONLines(t *testing.T) {
	t.Parallel()
	if text, _ := exported(t, dayAfter(talkedTo(t), &events{}), "jsonl"); text != talkedLine {
		t.Errorf("\n got %s\nwant %s", text, talkedLine)
	}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	text, _ := exported(t, dayAfter(talkedTo(t), &events{}), "csv")
	read := records(t, text)
	want := map[string]string{
		"call_sid": callSID, "worker_call_sid": workerCallSID, "task_sid": taskSID, "worker_sid": "WK00000000000000000000000000000002",
		"enqueued": "2026-11-24T12:01:00Z", "bridged": "2026-11-24T12:07:00Z", "left_queue": "2026-11-24T12:08:00Z", "completed": "2026-11-24T12:11:00Z",
		"queue_result": "bridged", "score": "4", "remark": "RE00000000000000000000000000000001", "voicemail": "",
		"try_count": "2", "tries": talkedTries, "sources": "ledger", "overflow": "", "answers": "", "callback": "",
		"worker_name": "'=Bob()", "dialed_number": "'+12065550100", "queue": "Everyone", "language": "",
	}
	if len(read) != 2 || !maps.Equal(read[1], want) {
		t.Errorf("\n got %v\nwant %v", read[1:], want)
	}
}

// TestAnswers has a caller who was asked the desk's own questions.
func TestAnswers(t *testing.T) {
	t.Parallel()
	store := &ledger.Memory{}
	kept := ledger.Ledger{Store: store, Now: func() time.Time { return at(1) }}
	for question, answer := range map[string]string{"solved": "yes", "task_sid": "4"} {
		if err := kept.Answered(t.Context(), callSID, question, answer); err != nil {
			t.Fatal(err)
		}
	}
	const want = `{"solved":"yes","task_sid":"4"}`
	text, _ := exported(t, dayAfter(store, &events{}), "csv")
	if read := records(t, text); len(read) != 2 || read[1]["answers"] != want || read[1]["try_count"] != "0" {
		t.Errorf("rows %v, want answers %s", read[1:], want)
	}
	text, _ = exported(t, dayAfter(store, &events{}), "jsonl")
	if !strings.Contains(text, `"answers":`+want) {
		t.Errorf("line %s, want answers %s", text, want)
	}
}

// TestREADMEHasTheColumns holds the README to the order of the columns.
func TestREADMEHasTheColumns(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	text, _ := exported(t, dayAfter(&ledger.Memory{}, &events{}), "csv")
	if header := strings.TrimSuffix(text, "\r\n"); !strings.Contains(string(readme), "\n"+header+"\n") {
		t.Errorf("README does not have the line %s", header)
	}
}

// TestFormulas are cells that a spreadsheet would compute. They can come in by what a webhook says.
func TestFormulas(t *testing.T) {
	t.Parallel()
	tests := []struct{ result, want string }{
		{"bridged", "bridged"},
		{"=1+1", "'=1+1"},
		{"+1", "'+1"},
		{"-1", "'-1"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", "'\t=1"},
		{"＝1", "'＝1"},
		{`=HYPERLINK("http://x.example","a, b")`, `'=HYPERLINK("http://x.example","a, b")`},
		{"a=b", "a=b"},
		{"two\nlines", "two\nlines"},
		{`"quoted", with comma`, `"quoted", with comma`},
	}
	for _, test := range tests {
		t.Run(test.result, func(t *testing.T) {
			t.Parallel()
			store := &ledger.Memory{}
			kept := ledger.Ledger{Store: store, Now: func() time.Time { return at(1) }}
			if _, err := kept.LeftQueue(t.Context(), callSID, test.result, true); err != nil {
				t.Fatal(err)
			}
			text, _ := exported(t, dayAfter(store, &events{}), "csv")
			if read := records(t, text); len(read) != 2 || read[1]["queue_result"] != test.want {
				t.Errorf("cell %q, want %q", read[1:], test.want)
			}
		})
	}
}
