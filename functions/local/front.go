package main

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strings"

	"switchboard/shared/webhook"
)

// stop is a function's Handle.
type stop func(context.Context, webhook.Event) (webhook.Answer, error)

// front does what the HTTP API does: it makes an event (payload format 2.0) of a request and hands it to the function
// behind the route. Routes with a slash at their end stand for {proxy+}.
type front map[string]stop

// ServeHTTP implements http.Handler.
func (f front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	handle := f.route(r.Method, r.URL.Path)
	if handle == nil {
		http.Error(w, `{"message":"Not Found"}`, http.StatusNotFound)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer, err := handle(r.Context(), event(r, body))
	if err != nil {
		// API Gateway's answer when a function fails.
		http.Error(w, `{"message":"Internal Server Error"}`, http.StatusInternalServerError)
		return
	}
	for name, value := range answer.Headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = io.WriteString(w, answer.Body)
}

func (f front) route(method, path string) stop {
	if method != http.MethodPost {
		return nil
	}
	if handle, found := f[path]; found {
		return handle
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return f["/"+first+"/"]
}

func event(r *http.Request, body []byte) webhook.Event {
	headers := map[string]string{}
	for name, values := range r.Header {
		headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	host, _, _ := strings.Cut(r.Host, ":")
	made := webhook.Event{
		Version: "2.0", RouteKey: r.Method + " " + r.URL.Path,
		RawPath: r.URL.Path, RawQueryString: r.URL.RawQuery, Headers: headers,
		Body: base64.StdEncoding.EncodeToString(body), IsBase64Encoded: true,
	}
	made.RequestContext.DomainName = host
	made.RequestContext.HTTP.Method, made.RequestContext.HTTP.Path = r.Method, r.URL.Path
	return made
}
