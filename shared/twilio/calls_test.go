package twilio

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"
)

func TestEndCall(t *testing.T) {
	t.Parallel()
	broken := slices.Repeat([]reply{refusal(500, 20500)}, 3)
	gone, over := refusal(404, 20404), refusal(400, 21220)
	tests := []struct {
		name    string
		replies []reply
		want    []string // the statuses asked for
		wantErr bool
	}{
		{"queued", []reply{call("canceled")}, []string{"canceled"}, false},
		{"in the queue still", []reply{call("queued"), call("completed")}, []string{"canceled", "completed"}, false},
		{"ringing still", []reply{call("ringing"), call("completed")}, []string{"canceled", "completed"}, false},
		{"in progress", []reply{call("in-progress"), call("completed")}, []string{"canceled", "completed"}, false},
		{"status untold", []reply{ok(`{}`), call("completed")}, []string{"canceled", "completed"}, false},
		{"completed before", []reply{call("completed")}, []string{"canceled"}, false},
		{"busy before", []reply{call("busy")}, []string{"canceled"}, false},
		{"failed before", []reply{call("failed")}, []string{"canceled"}, false},
		{"unanswered before", []reply{call("no-answer")}, []string{"canceled"}, false},
		{"unknown call", []reply{gone, gone}, []string{"canceled", "completed"}, false},
		{"ended before, told by a refusal", []reply{over, over}, []string{"canceled", "completed"}, false},
		{"refuses the first status only", []reply{over, call("completed")}, []string{"canceled", "completed"}, false},
		{"answered meanwhile, then hung up", []reply{call("in-progress"), gone}, []string{"canceled", "completed"}, false},
		{"first status breaks", append(slices.Clone(broken), call("completed")), []string{"canceled", "canceled", "canceled", "completed"}, false},
		{"second status breaks", append([]reply{call("in-progress")}, broken...), []string{"canceled", "completed", "completed", "completed"}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client, server, _ := newTwilio(t, test.replies...)
			if err := endCall(t.Context(), client); (err != nil) != test.wantErr {
				t.Errorf("err = %v, want one: %t", err, test.wantErr)
			}
			var got []string
			for _, asked := range server.requests() {
				got = append(got, asked.form.Get("Status"))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("asked for %q, want %q", got, test.want)
			}
		})
	}
}

func TestRedirectCall(t *testing.T) {
	t.Parallel()
	runExchanges(t, []exchange[bool]{
		{"redirected", []reply{call("in-progress")}, true, false},
		{"ended", []reply{refusal(400, 21220)}, false, false},
		{"unknown", []reply{refusal(404, 20404)}, false, false},
		{"server error", slices.Repeat([]reply{refusal(500, 20500)}, 3), false, true},
		{"throttled", slices.Repeat([]reply{refusal(429, 20429)}, 3), false, true},
	}, func(ctx context.Context, c *Client) (bool, error) {
		return c.RedirectCall(ctx, callSID, "https://switchboard.example/survey/overflow")
	})
}

func TestRedirectWithRefusedURL(t *testing.T) {
	t.Parallel()
	client, _, _ := newTwilio(t, refusal(400, 21205))
	if _, err := client.RedirectCall(t.Context(), callSID, "survey"); errorOf(err).Code != 21205 {
		t.Errorf("err = %v, want Twilio's error 21205", err)
	}
}

func TestQueueTimeOfPlacedCall(t *testing.T) {
	t.Parallel()
	for answered, want := range map[string]time.Duration{
		``:                       0,
		`,"queue_time":null`:     0,
		`,"queue_time":"0"`:      0,
		`,"queue_time":"1500"`:   1500 * time.Millisecond,
		`,"queue_time":"-1"`:     0,
		`,"queue_time":"a year"`: 0,
	} {
		client, _, _ := newTwilio(t, reply{status: http.StatusCreated, body: `{"sid":"` + workerCallSID + `"` + answered + `}`})
		_, queued, err := client.PlaceCall(t.Context(), WorkerCall{To: "+14155550199", From: "+12065550100", Ring: 15 * time.Second})
		if err != nil || queued != want {
			t.Errorf("%s: queued for %s, %v, want %s", answered, queued, err, want)
		}
	}
}
