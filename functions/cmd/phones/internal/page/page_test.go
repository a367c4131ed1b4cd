package page

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"switchboard/functions/cmd/phones/internal/stage"
)

// newApplication is a TaskRouter application that plays its own music to every caller.
func newApplication(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/voice", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, `<Response><Play>/song.mp3</Play></Response>`)
	})
	mux.HandleFunc("/song.mp3", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "audio/mpeg")
		_, _ = io.WriteString(w, "la la la")
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// opened is a page on a server.
type opened struct {
	*Theater
	*httptest.Server
	t *testing.T
}

func open(t *testing.T, folder string) opened {
	t.Helper()
	house, err := stage.ReadApplication("", newApplication(t).URL+"/voice")
	if err != nil {
		t.Fatal(err)
	}
	theater, err := Open(t.Context(), house, folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(theater.Close)
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = New(theater, server.Listener.Addr().String())
	server.Start()
	t.Cleanup(server.Close)
	return opened{theater, server, t}
}

func (o opened) address(path string) string { return o.URL + "/" + o.token + "/" + path }

// send sends a request that change may edit, and returns status, header and body.
func (o opened) send(method, address, body string, change func(*http.Request)) (*http.Response, string) {
	o.t.Helper()
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	if change != nil {
		change(request)
	}
	response, err := o.Client().Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return response, string(text)
}

// frames reads the event stream until a frame satisfies done, and returns that frame.
func (o opened) frames(last string, done func(frame) bool) frame {
	o.t.Helper()
	ctx, cancel := context.WithCancel(o.t.Context())
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, o.address("events"), nil)
	if err != nil {
		o.t.Fatal(err)
	}
	request.Header.Set("Last-Event-ID", last)
	response, err := o.Client().Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		data, found := strings.CutPrefix(lines.Text(), "data: ")
		if !found {
			continue
		}
		var got frame
		if err := json.Unmarshal([]byte(data), &got); err != nil {
			o.t.Fatal(err)
		}
		if done(got) {
			return got
		}
	}
	o.t.Fatalf("the stream ends: %v", lines.Err())
	return frame{}
}

func TestPageNeedsTokenAndHost(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	const deed = `{"do":"restart"}`
	tests := []struct {
		name    string
		method  string
		address string
		change  func(*http.Request)
		want    int
	}{
		{
			name:    "the page",
			method:  http.MethodGet,
			address: o.address(""),
			want:    http.StatusOK,
		},
		{
			name:    "its style",
			method:  http.MethodGet,
			address: o.address("style.css"),
			want:    http.StatusOK,
		},
		{
			name:    "without a token",
			method:  http.MethodGet,
			address: o.URL + "/",
			want:    http.StatusNotFound,
		},
		{
			name:    "with another token",
			method:  http.MethodPost,
			address: o.URL + "/" + strings.Repeat("A", len(o.token)) + "/do",
			want:    http.StatusNotFound,
		},
		{
			name:    "under another host's name",
			method:  http.MethodGet,
			address: o.address(""),
			change:  func(r *http.Request) { r.Host = "attacker.example" },
			want:    http.StatusNotFound,
		},
		{
			name:    "from another site",
			method:  http.MethodPost,
			address: o.address("do"),
			change:  func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
			want:    http.StatusForbidden,
		},
		{
			name:    "from another origin",
			method:  http.MethodPost,
			address: o.address("do"),
			change:  func(r *http.Request) { r.Header.Set("Origin", "https://attacker.example") },
			want:    http.StatusForbidden,
		},
		{
			name:    "a deed",
			method:  http.MethodPost,
			address: o.address("do"),
			want:    http.StatusNoContent,
		},
		{
			name:    "a recording that no phone plays",
			method:  http.MethodGet,
			address: o.address("recordings/1/1"),
			want:    http.StatusNotFound,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			response, _ := o.send(test.method, test.address, deed, test.change)
			if response.StatusCode != test.want {
				t.Errorf("status = %d, want %d", response.StatusCode, test.want)
			}
			if got := response.Header.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'; script-src 'self'") {
				t.Errorf("Content-Security-Policy = %q", got)
			}
		})
	}
}

// TestPageNamesNoOtherHost: everything that the page loads is in the program.
func TestPageNamesNoOtherHost(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("static/*")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rest := strings.ReplaceAll(string(text), `xmlns="http://www.w3.org/2000/svg"`, "")
		for _, sign := range []string{"http:", "https:", `"//`, "style=", "onclick=\"", "eval("} {
			if strings.Contains(rest, sign) {
				t.Errorf("%s has %s", file, sign)
			}
		}
	}
}

// TestApplicationsRecordingIsPlayed passes on the recording that a phone hears, and nothing else.
func TestApplicationsRecordingIsPlayed(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	view := o.frames("", func(f frame) bool { return f.First }).View
	o.send(http.MethodPost, o.address("do"), `{"do":"dial","phone":"`+view.Phones[0].Address+`","to":"`+view.Numbers[0].Number+`"}`, nil)
	var line string
	played := o.frames("", func(f frame) bool {
		for _, each := range f.Lines {
			if each.Playable {
				id, _ := json.Marshal(each.ID)
				line = string(id)
			}
		}
		return line != ""
	})
	run, _ := json.Marshal(played.Run)
	response, body := o.send(http.MethodGet, o.address("recordings/"+string(run)+"/"+line), "", nil)
	if body != "la la la" || response.Header.Get("Content-Type") != "audio/mpeg" {
		t.Errorf("recording = %d %q", response.StatusCode, body)
	}
}

// TestPageResumesAfterBreak: a page that comes back gets what it missed, and no more.
func TestPageResumesAfterBreak(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	first := o.frames("", func(f frame) bool { return f.First })
	o.send(http.MethodPost, o.address("do"), `{"do":"dial","phone":"`+first.View.Phones[0].Address+`","to":"`+first.View.Numbers[0].Number+`"}`, nil)
	seen := o.frames("", func(f frame) bool { return len(f.Lines) > 0 })
	last, _ := json.Marshal(seen.Lines[0].ID)
	run, _ := json.Marshal(seen.Run)
	again := o.frames(string(run)+"-"+string(last), func(f frame) bool { return len(f.Lines) > 0 })
	if again.First || again.Lines[0].ID != seen.Lines[0].ID+1 {
		t.Errorf("the page begins again at line %d, first %t", again.Lines[0].ID, again.First)
	}
	o.send(http.MethodPost, o.address("do"), `{"do":"restart"}`, nil)
	if restarted := o.frames(string(run)+"-"+string(last), func(frame) bool { return true }); !restarted.First {
		t.Error("a page that comes back to another run keeps the old one")
	}
}

func TestRefusalNamesLine(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "bad.yaml"), []byte("title: Bad\ncolor: red\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := open(t, folder)
	tests := []struct {
		name string
		deed string
		want refusal
	}{
		{
			name: "an opened file",
			deed: `{"do":"play","name":"calls.yaml","text":"title: Mine\n\nsteps: []\n"}`,
			want: refusal{Error: `calls.yaml:3: unknown key "steps"`, Line: 3},
		},
		{
			name: "a file of the folder",
			deed: `{"do":"play file","name":"bad.yaml"}`,
			want: refusal{Error: `bad.yaml:2: unknown key "color"`, Line: 2},
		},
		{
			name: "a file elsewhere",
			deed: `{"do":"play file","name":"../bad.yaml"}`,
			want: refusal{Error: "no scenario is called ../bad.yaml"},
		},
		{
			name: "an unknown deed",
			deed: `{"do":"dance"}`,
			want: refusal{Error: `the page has no "dance"`},
		},
		{
			name: "no JSON",
			deed: `dance`,
			want: refusal{Error: "invalid character 'd'"},
		},
		{
			name: "a key on no call",
			deed: `{"do":"press","call":"CA1","key":"1"}`,
			want: refusal{Error: `call "CA1" is not live`},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			response, body := o.send(http.MethodPost, o.address("do"), test.deed, nil)
			var got refusal
			if err := json.Unmarshal([]byte(body), &got); err != nil {
				t.Fatalf("%v: %s", err, body)
			}
			if response.StatusCode != http.StatusUnprocessableEntity || !strings.HasPrefix(got.Error, test.want.Error) || got.Line != test.want.Line {
				t.Errorf("%d %+v, want %+v", response.StatusCode, got, test.want)
			}
		})
	}
}
