// Package cause says what kind of failure an error is, without the words of its maker. Errors of
// net/http, twilio-go, encoding/json and the AWS SDK quote headers, bodies, URLs and numbers;
// errors are logged, and logs hold no personal data.
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
	"net/url"
	"strconv"
	"strings"
	"syscall"
)

// Text is a cause in words of our own, a constant. Of returns it as it is.
type Text string

// Error implements error.
func (t Text) Error() string { return string(t) }

// Error has the text that Of gives of Err; errors.Is and errors.As still find Err.
type Error struct {
	Err error
}

// Error implements error.
func (e *Error) Error() string { return Of(e.Err) }

// Unwrap returns the error whose words are left out.
func (e *Error) Unwrap() error { return e.Err }

// Hide wraps an error that others made, for our own to end with: fmt.Errorf("read secrets: %w",
// cause.Hide(err)). Nil stays nil.
func Hide(err error) error {
	if err == nil {
		return nil
	}
	return &Error{Err: err}
}

// Of names the kind of failure: "deadline exceeded", "dial: connection refused", "no such host",
// "AccessDeniedException (status 400)". "" is no failure. Of an error of any other kind it names
// the Go type.
func Of(err error) string {
	if err == nil {
		return ""
	}
	for _, kind := range []func(error) string{own, ended, ofAWS, ofName, ofTLS, ofConnection, ofReading, ofDecoding} {
		if text := kind(err); text != "" {
			return text
		}
	}
	return fmt.Sprintf("unclassified error (%T)", innermost(err))
}

func own(err error) string {
	var text Text
	if errors.As(err, &text) {
		return string(text)
	}
	return ""
}

func ended(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "deadline exceeded"
	case errors.Is(err, context.Canceled):
		return "canceled"
	}
	return ""
}

// ofAWS reads what smithy-go's APIError and ResponseError have, without importing them.
func ofAWS(err error) string {
	var failure interface{ ErrorCode() string }
	if !errors.As(err, &failure) || !word(failure.ErrorCode()) {
		return ""
	}
	text := failure.ErrorCode()
	var answer interface{ HTTPStatusCode() int }
	if errors.As(err, &answer) {
		text += " (status " + strconv.Itoa(answer.HTTPStatusCode()) + ")"
	}
	return text
}

// longestCode is the length of a code that is taken for one, in bytes.
const longestCode = 64

// word reports whether text can be an error code: letters, digits and dots only.
func word(text string) bool {
	return text != "" && len(text) <= longestCode && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.'
	}) && strings.Trim(text, "0123456789.") != ""
}

func ofName(err error) string {
	var lookup *net.DNSError
	switch {
	case !errors.As(err, &lookup):
		return ""
	case lookup.IsNotFound:
		return "no such host"
	case lookup.IsTimeout:
		return "DNS lookup timed out"
	}
	return "DNS lookup failed"
}

func ofTLS(err error) string {
	var unverified *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	switch {
	case errors.As(err, &authority):
		return "certificate of an unknown authority"
	case errors.As(err, &host):
		return "certificate of another host"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "certificate not valid at this time"
	case errors.As(err, &invalid), errors.As(err, &unverified):
		return "certificate not valid"
	case errors.As(err, &record):
		return "answer without TLS"
	case errors.As(err, &alert):
		return "TLS refused"
	}
	return ""
}

// ofConnection names the operation, one of net's own words, and the operating system's error.
func ofConnection(err error) string {
	var operation *net.OpError
	var number syscall.Errno
	var timeout net.Error
	named := errors.As(err, &operation) && word(operation.Op)
	switch {
	case named && errors.As(err, &number):
		return operation.Op + ": " + number.Error()
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timed out"
	case named:
		return operation.Op + " failed"
	case errors.As(err, &number):
		return number.Error()
	}
	return ""
}

func ofReading(err error) string {
	var long *http.MaxBytesError
	var address *url.Error
	switch {
	case errors.As(err, &long):
		return "body of more than " + strconv.FormatInt(long.Limit, 10) + " bytes"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "data cut off"
	case errors.Is(err, io.EOF):
		return "connection closed, or no data"
	case errors.As(err, &address) && address.Op == "parse":
		return "malformed URL"
	}
	return ""
}

func ofDecoding(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var base base64.CorruptInputError
	var number *strconv.NumError
	var escape url.EscapeError
	switch {
	case errors.As(err, &syntax):
		return "malformed JSON at byte " + strconv.FormatInt(syntax.Offset, 10)
	case errors.As(err, &kind):
		return "JSON of another type at byte " + strconv.FormatInt(kind.Offset, 10)
	case errors.As(err, &base):
		return "malformed base64"
	case errors.As(err, &number):
		return "malformed number"
	case errors.As(err, &escape):
		return "malformed URL escape"
	}
	return ""
}

// innermost is the error at the end of a chain, whose type says most.
func innermost(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}
