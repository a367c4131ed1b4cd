package localpage

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func open(t *testing.T, change func(*Page)) (Page, *httptest.Server) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	page := Page{Address: server.Listener.Addr().String(), Token: NewToken(), Files: fstest.MapFS{"index.html": {Data: []byte("the page")}}}
	if change != nil {
		change(&page)
	}
	server.Config.Handler = page.Handler(func(mux *http.ServeMux) {
		mux.HandleFunc("GET /{token}/events", func(w http.ResponseWriter, _ *http.Request) {
			Stream(w)
			_ = Send(w, "", 1)
			_ = Send(w, "7", map[string]string{"a": "b"})
		})
		mux.HandleFunc("POST /{token}/do", func(http.ResponseWriter, *http.Request) {})
	})
	server.Start()
	t.Cleanup(server.Close)
	return page, server
}

func TestPageNeedsTokenAndHost(t *testing.T) {
	t.Parallel()
	page, server := open(t, nil)
	_, port, _ := strings.Cut(page.Address, ":")
	tests := []struct {
		name   string
		method string
		path   string
		change func(*http.Request)
		want   int
	}{
		{
			name: "the page",
			path: "/" + page.Token + "/",
			want: http.StatusOK,
		},
		{
			name:   "under the name localhost",
			path:   "/" + page.Token + "/",
			change: func(r *http.Request) { r.Host = "localhost:" + port },
			want:   http.StatusOK,
		},
		{
			name: "without a token",
			path: "/",
			want: http.StatusNotFound,
		},
		{
			name: "with another token",
			path: "/" + NewToken() + "/events",
			want: http.StatusNotFound,
		},
		{
			name: "with the beginning of the token",
			path: "/" + page.Token[:8] + "/",
			want: http.StatusNotFound,
		},
		{
			name:   "under another host's name",
			path:   "/" + page.Token + "/",
			change: func(r *http.Request) { r.Host = "attacker.example" },
			want:   http.StatusNotFound,
		},
		{
			name:   "a deed",
			method: http.MethodPost,
			path:   "/" + page.Token + "/do",
			want:   http.StatusOK,
		},
		{
			name:   "a deed from another site",
			method: http.MethodPost,
			path:   "/" + page.Token + "/do",
			change: func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
			want:   http.StatusForbidden,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			request, err := http.NewRequest(test.method, server.URL+test.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if test.change != nil {
				test.change(request)
			}
			response, err := server.Client().Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if response.StatusCode != test.want {
				t.Errorf("status %d, want %d", response.StatusCode, test.want)
			}
			if got := response.Header.Get("Content-Security-Policy"); got != policy {
				t.Errorf("Content-Security-Policy %q", got)
			}
			if got := response.Header.Get("Permissions-Policy"); got != noDevices {
				t.Errorf("Permissions-Policy %q", got)
			}
		})
	}
}

func TestPageMayDoMore(t *testing.T) {
	t.Parallel()
	page, server := open(t, func(p *Page) { p.Policy, p.Permissions = "media-src 'self'", "microphone=(self)" })
	response, err := server.Client().Get(page.URL() + "events")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got := response.Header.Get("Content-Security-Policy"); got != policy+"; media-src 'self'" {
		t.Errorf("Content-Security-Policy %q", got)
	}
	if got := response.Header.Get("Permissions-Policy"); got != "microphone=(self)" {
		t.Errorf("Permissions-Policy %q", got)
	}
	body, err := io.ReadAll(response.Body)
	if want := "data: 1\n\nid: 7\ndata: {\"a\":\"b\"}\n\n"; err != nil || string(body) != want {
		t.Errorf("events %q, want %q: %v", body, want, err)
	}
}

func TestOtherMachinesDoNotListen(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", "192.0.2.1:8090", "localhost:8090", "8090", ""} {
		if _, err := Listen("--listen", address); err == nil || !strings.Contains(err.Error(), "want a loopback address") {
			t.Errorf("%q: %v", address, err)
		}
	}
	listener, err := Listen("--listen", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if _, err := Listen("--listen", listener.Addr().String()); err == nil || !strings.Contains(err.Error(), "as with --listen 127.0.0.1:0") {
		t.Errorf("a port that is in use: %v", err)
	}
}

func TestWaitEndsWithPage(t *testing.T) {
	t.Parallel()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	closed := make(chan struct{})
	close(closed)
	if !Wait(request, time.Hour, closed, nil) || !Wait(request, time.Hour, nil, closed) || !Wait(request, 0, nil, nil) {
		t.Error("the page is said to be gone")
	}
}
