package cause

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// planted stands for what others' errors quote.
const planted = "+14155550123 hunter2"

// aws is an error as the AWS SDK has them.
type aws struct {
	code   string
	status int
}

func (a aws) Error() string       { return planted }
func (a aws) ErrorCode() string   { return a.code }
func (a aws) HTTPStatusCode() int { return a.status }

func decoding(text string, into any) error { return json.Unmarshal([]byte(text), into) }

func TestOf(t *testing.T) {
	t.Parallel()
	_, number := strconv.Atoi(planted)
	_, address := url.Parse(fmt.Sprintf("https://%s@[", planted))
	_, escape := url.QueryUnescape("%zz+14155550123")
	_, base := base64.StdEncoding.DecodeString("!" + planted)
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"none", nil, ""},
		{"our own text", fmt.Errorf("%s: %w", planted, Text("the answer has no SID")), "the answer has no SID"},
		{"deadline", &url.Error{Op: "Post", URL: planted, Err: context.DeadlineExceeded}, "deadline exceeded"},
		{"canceled", fmt.Errorf("%s: %w", planted, context.Canceled), "canceled"},
		{"AWS", fmt.Errorf("%s: %w", planted, aws{"ThrottlingException", 400}), "ThrottlingException (status 400)"},
		{"AWS, namespaced", aws{"AWS.SimpleQueueService.NonExistentQueue", 400}, "AWS.SimpleQueueService.NonExistentQueue (status 400)"},
		{"AWS, code of other text", aws{planted, 400}, "unclassified error (cause.aws)"},
		{"AWS, code of digits", aws{"14155550123", 400}, "unclassified error (cause.aws)"},
		{"AWS, long code", aws{strings.Repeat("a", 65), 400}, "unclassified error (cause.aws)"},
		{"no such host", &net.DNSError{Err: planted, Name: planted, IsNotFound: true}, "no such host"},
		{"lookup timed out", &net.DNSError{Err: planted, Name: planted, IsTimeout: true}, "DNS lookup timed out"},
		{"lookup failed", &net.DNSError{Err: planted, Name: planted}, "DNS lookup failed"},
		{"authority", x509.UnknownAuthorityError{}, "certificate of an unknown authority"},
		{"host", &tls.CertificateVerificationError{Err: x509.HostnameError{Host: planted, Certificate: &x509.Certificate{}}}, "certificate of another host"},
		{"expired", x509.CertificateInvalidError{Reason: x509.Expired, Detail: planted}, "certificate not valid at this time"},
		{"invalid", x509.CertificateInvalidError{Reason: x509.NotAuthorizedToSign, Detail: planted}, "certificate not valid"},
		{"no TLS", tls.RecordHeaderError{Msg: planted}, "answer without TLS"},
		{"alert", tls.AlertError(42), "TLS refused"},
		{"refused", &net.OpError{Op: "dial", Net: planted, Err: &os.SyscallError{Syscall: "connect", Err: syscall.ECONNREFUSED}}, "dial: connection refused"},
		{"reset", &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}, "read: connection reset by peer"},
		{"timed out", &net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded}, "timed out"},
		{"other operation", &net.OpError{Op: "dial", Net: "tcp", Err: errors.New(planted)}, "dial failed"},
		{"operation of other text", &net.OpError{Op: planted, Net: "tcp", Err: errors.New(planted)}, "unclassified error (*errors.errorString)"},
		{"bare errno", syscall.EPIPE, "broken pipe"},
		{"body", &http.MaxBytesError{Limit: 5}, "body of more than 5 bytes"},
		{"cut off", io.ErrUnexpectedEOF, "data cut off"},
		{"closed", &url.Error{Op: "Post", URL: planted, Err: io.EOF}, "connection closed, or no data"},
		{"URL", address, "malformed URL"},
		{"syntax", decoding(`{"to": +1}`, &struct{}{}), "malformed JSON at byte 8"},
		{"type", decoding(`{"to": 14155550123}`, &struct{ To string }{}), "JSON of another type at byte 18"},
		{"base64", base, "malformed base64"},
		{"number", number, "malformed number"},
		{"escape", escape, "malformed URL escape"},
		{"unknown", fmt.Errorf("%s: %w", planted, errors.New(planted)), "unclassified error (*errors.errorString)"},
		{"several", errors.Join(errors.New(planted), io.ErrUnexpectedEOF), "data cut off"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := Of(test.err); got != test.want {
				t.Errorf("Of = %q, want %q", got, test.want)
			}
		})
	}
}

func TestMalformedAnswersStayUnquoted(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"header":      "HTTP/1.1 200 OK\r\n" + planted + "\r\n\r\n",
		"status line": planted + "\r\n\r\n",
		"status":      "HTTP/1.1 " + planted + " OK\r\n\r\n",
		"length":      "HTTP/1.1 200 OK\r\nContent-Length: " + planted + "\r\n\r\n",
		"location":    "HTTP/1.1 302 Found\r\nLocation: https://[" + planted + "\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				connection, _, err := w.(http.Hijacker).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				defer connection.Close()
				_, _ = io.WriteString(connection, answer)
			}))
			defer server.Close()
			_, err := server.Client().Get(server.URL + "/hunter2")
			if err == nil {
				t.Fatal("no error")
			}
			if text := Of(err); text == "" || strings.Contains(text, "4155550123") || strings.Contains(text, "hunter2") {
				t.Errorf("Of = %q", text)
			}
		})
	}
}

func TestHide(t *testing.T) {
	t.Parallel()
	if Hide(nil) != nil {
		t.Error("a failure was made of none")
	}
	inner := aws{"ThrottlingException", 400}
	err := fmt.Errorf("read secrets: %w", Hide(inner))
	if err.Error() != "read secrets: ThrottlingException (status 400)" {
		t.Errorf("err = %v", err)
	}
	var found aws
	if !errors.As(err, &found) || found != inner {
		t.Error("the error inside cannot be found any longer")
	}
}
