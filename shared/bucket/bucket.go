// Package bucket keeps files in an S3 bucket, and makes links to them. It signs its few requests
// itself: S3's client would double the size of a function that only makes a link.
package bucket

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"switchboard/shared/awsenv"
	"switchboard/shared/cause"
	"switchboard/shared/environment"
)

// requestTime is the maximum time of one request: a long message has 1 MB.
const requestTime = 10 * time.Second

// Bucket is one S3 bucket. A key must be plain ASCII without spaces.
type Bucket struct {
	Name      string
	AWS       awsenv.Environment
	Transport http.RoundTripper // nil = http.DefaultTransport
	Now       func() time.Time
}

// Read returns the bucket RECORDINGS_BUCKET. A nil transport is http.DefaultTransport.
func Read(env *environment.Reader, transport http.RoundTripper, now func() time.Time) Bucket {
	return Bucket{Name: env.Required("RECORDINGS_BUCKET"), AWS: awsenv.Environment(env.Lookup), Transport: transport, Now: now}
}

// Put stores a file, or replaces it. S3 compares it with its checksum before it answers
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html). err wraps a *StatusError
// if S3 refused; a retry is safe.
func (b Bucket) Put(ctx context.Context, key, contentType string, content []byte) error {
	sum := sha256.Sum256(content)
	_, err := b.do(ctx, http.MethodPut, key, content, http.Header{
		"Content-Type":          {contentType},
		"X-Amz-Checksum-Sha256": {base64.StdEncoding.EncodeToString(sum[:])},
	})
	return err
}

// Size returns a file's size in bytes. found is false if there is no such file, and then also if
// the role may not list the bucket, which S3 answers with 403
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html). err is as for Put.
func (b Bucket) Size(ctx context.Context, key string) (size int, found bool, err error) {
	header, err := b.do(ctx, http.MethodHead, key, nil, nil)
	if status := StatusOf(err); status == http.StatusNotFound || status == http.StatusForbidden {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	size, err = strconv.Atoi(header.Get("Content-Length"))
	if err != nil {
		return 0, false, fmt.Errorf("HEAD file in bucket: no length: %w", cause.Hide(err))
	}
	return size, true, nil
}

// Delete deletes a file; there need not be one. err is as for Put.
func (b Bucket) Delete(ctx context.Context, key string) error {
	_, err := b.do(ctx, http.MethodDelete, key, nil, nil)
	return err
}

// Link returns an address from which the file can be read for a time, without credentials. err is
// that of the function's credentials.
func (b Bucket) Link(ctx context.Context, key string, life time.Duration) (string, error) {
	address, err := url.Parse(b.address(key))
	if err != nil {
		return "", fmt.Errorf("link file in bucket: %w", cause.Hide(err))
	}
	return b.AWS.Link(ctx, address, b.Now(), life)
}

// address is the bucket's own host, as AWS advises, or a path of an emulator's
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html).
func (b Bucket) address(key string) string {
	if endpoint := b.AWS.Endpoint("S3"); endpoint != nil {
		return *endpoint + "/" + b.Name + "/" + key
	}
	return "https://" + b.AWS.Host(b.Name+".s3") + "/" + key
}

func (b Bucket) do(ctx context.Context, method, key string, content []byte, header http.Header) (http.Header, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, b.address(key), bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("%s file in bucket: %w", method, cause.Hide(err))
	}
	for name, values := range header {
		request.Header[name] = values
	}
	if err := b.AWS.Sign(ctx, request, "s3", content, b.Now()); err != nil {
		return nil, err
	}
	answer, err := (&http.Client{Transport: b.Transport}).Do(request)
	if err != nil {
		return nil, fmt.Errorf("%s file in bucket: %w", method, cause.Hide(err))
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // so that the connection serves the next request
	if answer.StatusCode >= http.StatusMultipleChoices {
		return nil, fmt.Errorf("%s file in bucket: %w", method, &StatusError{answer.StatusCode})
	}
	return answer.Header, nil
}
