package bundle

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"time"

	"switchboard/shared/webhook"
)

// maxPayload is API Gateway's maximum, in bytes
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html).
const maxPayload = 10 << 20

// Stop is the Handle of a function that answers webhooks.
type Stop func(context.Context, webhook.Event) (webhook.Answer, error)

// Front does the work of the HTTP API: it turns a request into an event (payload format 2.0) and
// sends it to the route's function. A route that ends in a slash stands for {proxy+}.
type Front map[string]Stop

// ServeHTTP implements http.Handler.
func (f Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	handle := f.route(r.Method, r.URL.Path)
	if handle == nil {
		http.Error(w, `{"message":"Not Found"}`, http.StatusNotFound)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPayload))
	if err != nil {
		http.Error(w, `{"message":"Request Entity Too Large"}`, http.StatusRequestEntityTooLarge)
		return
	}
	answer, err := handle(r.Context(), Event(r, body, time.Time{}))
	if err != nil {
		// API Gateway answers this when a function fails.
		http.Error(w, `{"message":"Internal Server Error"}`, http.StatusInternalServerError)
		return
	}
	for name, value := range answer.Headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = io.WriteString(w, answer.Body)
}

func (f Front) route(method, path string) Stop {
	if method != http.MethodPost {
		return nil
	}
	if handle, found := f[path]; found {
		return handle
	}
	return f[proxyRoute(path)]
}

// proxyRoute returns the {proxy+} route for a path.
func proxyRoute(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return "/" + first + "/"
}

// Event returns a request as API Gateway sends it to a function. received is when the gateway got
// it; zero = unknown.
func Event(r *http.Request, body []byte, received time.Time) webhook.Event {
	headers := make(map[string]string, len(r.Header))
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
	if !received.IsZero() {
		made.RequestContext.TimeEpoch = received.UnixMilli()
	}
	return made
}
