// Package wire carries requests between Twilio and an application: signed webhooks, connection
// overrides, and a transport without a network.
package wire

import (
	"net/http"
	"net/http/httptest"
)

// InProcess returns a transport without a network: handler answers every request on the caller's
// goroutine. A handler that panics with http.ErrAbortHandler breaks the connection, as in net/http.
func InProcess(handler http.Handler) http.RoundTripper { return inProcess{handler} }

type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (response *http.Response, err error) {
	defer func() {
		if aborted := recover(); aborted == http.ErrAbortHandler {
			response, err = nil, http.ErrAbortHandler
		} else if aborted != nil {
			panic(aborted)
		}
	}()
	served := r.WithContext(r.Context()) // shares the header: handlers do not modify it
	served.RequestURI = r.URL.RequestURI()
	served.RemoteAddr = "192.0.2.1:1234"
	if served.Host == "" {
		served.Host = r.URL.Host
	}
	if served.Body == nil {
		served.Body = http.NoBody
	}
	defer func() { _ = served.Body.Close() }()
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, served)
	response = w.Result()
	response.Request = r
	return response, nil
}
