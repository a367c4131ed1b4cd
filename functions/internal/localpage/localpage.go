// Package localpage serves the page of a program to the machine that the program runs on, and only
// with the token in the page's address. The page loads nothing from elsewhere, and learns of
// changes by server-sent events.
package localpage

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"time"
)

// Page says where a page is, and what it may do.
type Page struct {
	Address string // of the listener, host and port
	Token   string // the secret in the page's address: see NewToken
	Files   fs.FS  // what the page is made of, with an index.html

	// Policy adds directives to the content security policy: "media-src 'self'"; "" = none.
	Policy string
	// Permissions is the header Permissions-Policy; "" = the page may use no device.
	Permissions string
}

// NewToken returns a secret for a page's address.
func NewToken() string { return rand.Text() }

// policy lets a page load its own files, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// noDevices is the header Permissions-Policy of a page that uses no device.
const noDevices = "microphone=(), camera=(), geolocation=()"

// URL is the page's address with its token.
func (p Page) URL() string { return "http://" + p.Address + "/" + p.Token + "/" }

// Handler answers requests for the page's files, and those that routes adds. Their patterns begin
// with "GET /{token}/" or "POST /{token}/".
func (p Page) Handler(routes func(*http.ServeMux)) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{token}/", http.StripPrefix("/"+p.Token, http.FileServerFS(p.Files)))
	routes(mux)
	guarded := http.NewCrossOriginProtection().Handler(mux)
	headers := map[string]string{
		"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store",
		"Permissions-Policy": noDevices,
	}
	if p.Policy != "" {
		headers["Content-Security-Policy"] += "; " + p.Policy
	}
	if p.Permissions != "" {
		headers["Permissions-Policy"] = p.Permissions
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		token, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		// A page of another site that points its name at this machine has another Host.
		if !p.isHost(r.Host) || subtle.ConstantTimeCompare([]byte(token), []byte(p.Token)) != 1 {
			http.NotFound(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

func (p Page) isHost(host string) bool {
	_, port, _ := net.SplitHostPort(p.Address)
	return host == p.Address || host == net.JoinHostPort("localhost", port)
}

// Listen opens a port that only this machine reaches. flag is the name of the flag that has the
// address, for the error.
func Listen(flag, address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("%s is %q: want a loopback address, such as 127.0.0.1:8090", flag, address)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen, as with %s 127.0.0.1:0: %w", flag, err)
	}
	return listener, nil
}

// Stream begins a stream of server-sent events.
func Stream(w http.ResponseWriter) { w.Header().Set("Content-Type", "text/event-stream") }

// Send sends a value as an event of a stream, as JSON. A page that comes back names the last ID
// that it got; "" = the event has none.
func Send(w http.ResponseWriter, id string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if id != "" {
		id = "id: " + id + "\n"
	}
	if _, err := fmt.Fprintf(w, "%sdata: %s\n\n", id, text); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

// Wait returns after d, or when one of the channels is closed; a nil one never is. It reports
// whether the page is still there.
func Wait(r *http.Request, d time.Duration, one, other <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-r.Context().Done():
		return false
	case <-timer.C:
	case <-one:
	case <-other:
	}
	return true
}
