// Package buckettest stands in for S3, in tests and in programs that simulate a stack.
package buckettest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Store keeps files by bucket host and path. The zero Store is empty. It is safe for concurrent
// use.
type Store struct {
	Now func() time.Time // by which links expire; nil = they do not

	mu     sync.Mutex
	files  map[string]file
	refuse []int // statuses of the next answers
}

type file struct {
	contentType string
	content     []byte
}

// Refuse answers the next requests with these statuses.
func (s *Store) Refuse(statuses ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = append(s.refuse, statuses...)
}

// Keys lists the paths of all files, sorted.
func (s *Store) Keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.files))
}

// Serves reports whether S3 answers requests to a host.
func Serves(host string) bool { return strings.Contains(host, ".s3.") }

// RoundTrip implements http.RoundTripper.
func (s *Store) RoundTrip(request *http.Request) (*http.Response, error) {
	var body []byte
	if request.Body != nil {
		var err error
		if body, err = io.ReadAll(request.Body); err != nil {
			return nil, err
		}
	}
	status, answered := s.answer(request, body)
	header := http.Header{"Content-Length": {strconv.Itoa(len(answered.content))}, "Content-Type": {answered.contentType}}
	if request.Method == http.MethodHead {
		answered.content = nil
	}
	return &http.Response{
		StatusCode: status, Status: strconv.Itoa(status) + " " + http.StatusText(status), Header: header, Request: request,
		Body: io.NopCloser(bytes.NewReader(answered.content)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// ServeHTTP implements http.Handler, for what GETs a link.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := s.RoundTrip(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", answer.Header.Get("Content-Type"))
	w.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(w, answer.Body)
}

func (s *Store) answer(request *http.Request, body []byte) (int, file) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.refuse) > 0 {
		status := s.refuse[0]
		s.refuse = s.refuse[1:]
		return status, file{}
	}
	if !s.allowed(request) {
		return http.StatusForbidden, file{}
	}
	key := request.URL.Path
	kept, found := s.files[key]
	switch {
	case request.Method == http.MethodPut:
		return s.put(key, request.Header, body), file{}
	case request.Method == http.MethodDelete:
		delete(s.files, key)
		return http.StatusNoContent, file{}
	case !found:
		return http.StatusNotFound, file{contentType: "application/xml"}
	}
	return http.StatusOK, kept
}

func (s *Store) put(key string, header http.Header, body []byte) int {
	sum := sha256.Sum256(body)
	if header.Get("X-Amz-Checksum-Sha256") != base64.StdEncoding.EncodeToString(sum[:]) {
		return http.StatusBadRequest
	}
	if s.files == nil {
		s.files = map[string]file{}
	}
	s.files[key] = file{header.Get("Content-Type"), body}
	return http.StatusOK
}

// allowed reports whether a request is signed, or its link has not expired. It does not compare the
// signature.
func (s *Store) allowed(request *http.Request) bool {
	if strings.HasPrefix(request.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") {
		return true
	}
	query := request.URL.Query()
	signed, err := time.Parse("20060102T150405Z", query.Get("X-Amz-Date"))
	life, wrong := strconv.Atoi(query.Get("X-Amz-Expires"))
	if err != nil || wrong != nil || query.Get("X-Amz-Signature") == "" || request.Method != http.MethodGet {
		return false
	}
	return s.Now == nil || s.Now().Before(signed.Add(time.Duration(life)*time.Second))
}
