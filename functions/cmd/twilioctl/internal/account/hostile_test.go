package account

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"switchboard/shared/cause"
	"switchboard/shared/twilio"
)

func hostileSIDs(prefix string) map[string]string {
	digits := strings.Repeat("0", 31)
	return map[string]string{
		"path":       prefix + "1/../../IncomingPhoneNumbers",
		"upper case": prefix + digits + "A",
		"33 digits":  prefix + digits + "01",
		"NUL":        prefix + digits + "\x00",
		"other kind": "ZZ" + digits + "1",
		"no SID":     "n/a",
	}
}

func TestHostileSIDsAreNotRequested(t *testing.T) {
	t.Parallel()
	worker := Resource{Kind: KindWorker, Workspace: workspaceSID, SID: workerSID, Name: "Al"}
	for name, parameter := range map[string]struct {
		prefix string
		do     func(ctx context.Context, c *Client, sid string) error
	}{
		"Activities": {
			prefix: "WS",
			do:     func(ctx context.Context, c *Client, sid string) error { _, err := c.Activities(ctx, sid); return err },
		},
		"TaskQueues": {
			prefix: "WS",
			do:     func(ctx context.Context, c *Client, sid string) error { _, err := c.TaskQueues(ctx, sid); return err },
		},
		"Workflows": {
			prefix: "WS",
			do:     func(ctx context.Context, c *Client, sid string) error { _, err := c.Workflows(ctx, sid); return err },
		},
		"Workers": {
			prefix: "WS",
			do:     func(ctx context.Context, c *Client, sid string) error { _, err := c.Workers(ctx, sid); return err },
		},
		"Workspace": {
			prefix: "WS",
			do:     func(ctx context.Context, c *Client, sid string) error { _, err := c.Workspace(ctx, sid); return err },
		},
		"Update": {"WK", func(ctx context.Context, c *Client, sid string) error {
			r := worker
			r.SID = sid
			return c.Update(ctx, r, nil)
		}},
		"Update in": {"WS", func(ctx context.Context, c *Client, sid string) error {
			r := worker
			r.Workspace = sid
			return c.Update(ctx, r, nil)
		}},
		"Delete": {"WK", func(ctx context.Context, c *Client, sid string) error {
			r := worker
			r.SID = sid
			return c.Delete(ctx, r)
		}},
		"Delete in": {"WS", func(ctx context.Context, c *Client, sid string) error {
			r := worker
			r.Workspace = sid
			return c.Delete(ctx, r)
		}},
		"Delete queue": {"WQ", func(ctx context.Context, c *Client, sid string) error {
			return c.Delete(ctx, Resource{Kind: KindTaskQueue, Workspace: workspaceSID, SID: sid})
		}},
		"Create in": {"WS", func(ctx context.Context, c *Client, sid string) error {
			_, err := c.Create(ctx, Resource{Kind: KindWorker, Workspace: sid}, nil)
			return err
		}},
		"Update number": {"PN", func(ctx context.Context, c *Client, sid string) error {
			return c.Update(ctx, Resource{Kind: KindNumber, SID: sid}, nil)
		}},
		"account": {"AC", func(ctx context.Context, c *Client, sid string) error {
			c.AccountSID = sid
			return c.Update(ctx, Resource{Kind: KindNumber, SID: "PN00000000000000000000000000000001"}, nil)
		}},
	} {
		for kind, sid := range hostileSIDs(parameter.prefix) {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				client, asked, _ := newClient(t)
				err := parameter.do(t.Context(), client, sid)
				var unasked *twilio.SIDError
				if !errors.As(err, &unasked) || unasked.Prefix != parameter.prefix || strings.Contains(err.Error(), sid) || len(asked.asked) > 0 {
					t.Errorf("err = %v after %q, want a *SIDError without the value, and no request", err, asked.asked)
				}
			})
		}
	}
}

// endless is a body without an end. It counts the bytes that were read.
type endless struct{ read *int }

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	*e.read += len(p)
	return len(p), nil
}

func (e endless) Close() error { return nil }

// roundTrip answers requests without a network.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

func TestEndlessAnswers(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(context.Context, *Client) error{
		"read": func(ctx context.Context, c *Client) error { _, err := c.Workers(ctx, workspaceSID); return err },
		"write": func(ctx context.Context, c *Client) error {
			_, err := c.Create(ctx, Resource{Kind: KindWorkspace}, nil)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _, pauses := newClient(t)
			read, asked := 0, 0
			client.Transport = roundTrip(func(request *http.Request) (*http.Response, error) {
				asked++
				return &http.Response{StatusCode: http.StatusOK, Body: endless{&read}, Request: request}, nil
			})
			err := do(t.Context(), client)
			if err == nil || !strings.Contains(err.Error(), "the answer has more than 16 MiB") || asked != 1 || len(*pauses) > 0 || read > twilio.AnswerLimit+1 {
				t.Errorf("err = %v after %d requests and %d bytes, want one that says so, after one and %d bytes", err, asked, read, twilio.AnswerLimit+1)
			}
		})
	}
}

// pagesOf answers each request with a page. next returns the address of the page after it.
func pagesOf(next func(request *http.Request) string) (peer roundTrip, asked *int) {
	asked = new(int)
	return func(request *http.Request) (*http.Response, error) {
		*asked++
		body := fmt.Sprintf(`{"workers":[{"sid":%q}],"meta":{"key":"workers","next_page_url":%q}}`, workerSID, next(request))
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)), Request: request}, nil
	}, asked
}

func TestPagesWithoutEnd(t *testing.T) {
	t.Parallel()
	const address = "https://taskrouter.twilio.com/v1/Workspaces/" + workspaceSID + "/Workers?PageToken="
	number := 0
	for name, test := range map[string]struct {
		next      func(*http.Request) string
		wantAsked int
		wantIn    string
	}{
		"cycle of two": {func(request *http.Request) string {
			if request.URL.Query().Get("PageToken") == "A" {
				return address + "B"
			}
			return address + "A"
		}, 3, "lead back"},
		"ever new": {
			next:      func(*http.Request) string { number++; return fmt.Sprint(address, number) },
			wantAsked: 200,
			wantIn:    "more than 200 pages",
		},
		"elsewhere": {func(*http.Request) string { return "https://elsewhere.example/v1/Workers" }, 1, "not at Twilio"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _, _ := newClient(t)
			peer, asked := pagesOf(test.next)
			client.BaseURL, client.Transport = "", peer
			_, err := client.Workers(t.Context(), workspaceSID)
			if err == nil || !strings.Contains(err.Error(), test.wantIn) || *asked != test.wantAsked {
				t.Errorf("err = %v after %d requests, want one with %q after %d", err, *asked, test.wantIn, test.wantAsked)
			}
		})
	}
}

func TestListsOfTooManyItems(t *testing.T) {
	t.Parallel()
	many := `{"workers":[` + strings.Repeat(`{"sid":"WK"},`, maxItems+10) + `{"sid":"WK"}],"meta":{}}`
	client, _, _ := newClient(t, body(200, many))
	const want = cause.Text("the list has more than 50,000 items")
	if found, err := client.Workers(t.Context(), workspaceSID); !errors.Is(err, want) || len(found) > 0 {
		t.Errorf("%d workers, %v; want none, and %v", len(found), err, want)
	}
}

func TestSIDOfExactKey(t *testing.T) {
	t.Parallel()
	const other = "WK00000000000000000000000000000002"
	client, _, _ := newClient(t, body(201, `{"sid":"`+workerSID+`","SID":"`+other+`"}`))
	got, err := client.Create(t.Context(), Resource{Kind: KindWorker, Workspace: workspaceSID, Name: "Al"}, url.Values{})
	if err != nil || got != workerSID {
		t.Errorf("sid = %s, %v; want %s", got, err, workerSID)
	}
}
