package bucket_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"switchboard/shared/awsenv"
	"switchboard/shared/bucket"
	"switchboard/shared/bucket/buckettest"
)

func now() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func environment(more map[string]string) awsenv.Environment {
	set := map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "session",
	}
	return func(name string) string {
		if value, found := more[name]; found {
			return value
		}
		return set[name]
	}
}

func newBucket(store *buckettest.Store) bucket.Bucket {
	return bucket.Bucket{Name: "kept", AWS: environment(nil), Transport: store, Now: now}
}

func TestFileIsKeptUntilDeleted(t *testing.T) {
	t.Parallel()
	store := &buckettest.Store{}
	b := newBucket(store)
	if _, found, err := b.Size(t.Context(), "RE1.mp3"); found || err != nil {
		t.Errorf("size of no file: %t, %v", found, err)
	}
	if err := b.Put(t.Context(), "RE1.mp3", "audio/mpeg", []byte("sound")); err != nil {
		t.Fatal(err)
	}
	if size, found, err := b.Size(t.Context(), "RE1.mp3"); size != 5 || !found || err != nil {
		t.Errorf("size %d, %t, %v, want 5", size, found, err)
	}
	for range 2 {
		if err := b.Delete(t.Context(), "RE1.mp3"); err != nil || len(store.Keys()) > 0 {
			t.Errorf("deletion: %v, left %v", err, store.Keys())
		}
	}
}

func TestLinkExpires(t *testing.T) {
	t.Parallel()
	at := now()
	store := &buckettest.Store{Now: func() time.Time { return at }}
	b := newBucket(store)
	if err := b.Put(t.Context(), "RE1.mp3", "audio/mpeg", []byte("sound")); err != nil {
		t.Fatal(err)
	}
	link, err := b.Link(t.Context(), "RE1.mp3", time.Minute)
	if err != nil || !strings.HasPrefix(link, "https://kept.s3.us-east-1.amazonaws.com/RE1.mp3?") || strings.Contains(link, "secret") {
		t.Fatalf("link %s, %v", link, err)
	}
	get := func(address string) (int, string) {
		answer, err := (&http.Client{Transport: store}).Get(address)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		return answer.StatusCode, string(body)
	}
	if status, body := get(link); status != http.StatusOK || body != "sound" {
		t.Errorf("%d %s", status, body)
	}
	plain, _, _ := strings.Cut(link, "?")
	if status, _ := get(plain); status != http.StatusForbidden {
		t.Errorf("without a signature: %d", status)
	}
	if at = at.Add(time.Minute); true {
		if status, _ := get(link); status != http.StatusForbidden {
			t.Errorf("a minute later: %d", status)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	store := &buckettest.Store{}
	b := newBucket(store)
	for _, status := range []int{http.StatusForbidden, http.StatusServiceUnavailable, http.StatusMovedPermanently} {
		store.Refuse(status, status)
		if err := b.Put(t.Context(), "RE1.mp3", "audio/mpeg", nil); bucket.StatusOf(err) != status || strings.Contains(err.Error(), "RE1") {
			t.Errorf("%d: %v", status, err)
		}
		if _, found, err := b.Size(t.Context(), "RE1.mp3"); found || (status == http.StatusForbidden) != (err == nil) {
			t.Errorf("size at %d: %t, %v", status, found, err)
		}
	}
	b.AWS = environment(map[string]string{"AWS_ACCESS_KEY_ID": ""})
	if err := b.Put(t.Context(), "RE1.mp3", "audio/mpeg", nil); err == nil || bucket.StatusOf(err) != 0 {
		t.Errorf("without credentials: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for want, more := range map[string]map[string]string{
		"http://127.0.0.1:4566/kept/RE1.mp3?":             {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"},
		"http://127.0.0.1:9000/kept/RE1.mp3?":             {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9000"},
		"https://kept.s3.cn-north-1.amazonaws.com.cn/RE1": {"AWS_REGION": "cn-north-1"},
	} {
		link, err := bucket.Bucket{Name: "kept", AWS: environment(more), Now: now}.Link(t.Context(), "RE1.mp3", time.Minute)
		if err != nil || !strings.HasPrefix(link, want) {
			t.Errorf("link %s, %v, want %s", link, err, want)
		}
	}
}
