// Package wire carries requests between Twilio and an application: signed webhooks, connection
// overrides, and a transport without a network.
package wire

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
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
	w := &recorder{header: http.Header{}}
	p.handler.ServeHTTP(w, served)
	w.WriteHeader(http.StatusOK)
	return &http.Response{
		Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r,
	}, nil
}

// recorder stores a handler's answer. Status and header are those of the first WriteHeader.
type recorder struct {
	header, sent http.Header
	status       int
	body         bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		if w.header.Get("Content-Type") == "" {
			w.header.Set("Content-Type", http.DetectContentType(p))
		}
		w.WriteHeader(http.StatusOK)
	}
	return w.body.Write(p)
}
