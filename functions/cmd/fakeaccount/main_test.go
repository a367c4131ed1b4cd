package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestUnusableAddress expects an error and no output.
func TestUnusableAddress(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"8095", "127.0.0.1:99999"} {
		var out, errs bytes.Buffer
		err := run(t.Context(), []string{"-listen", address}, &out, &errs)
		if err == nil || !strings.Contains(err.Error(), "-listen 127.0.0.1:8095") || out.Len() > 0 {
			t.Errorf("%s: error %v, printed %q", address, err, out.String())
		}
	}
}

// TestCallerWaits lists the queues of both accounts: only the waiting caller's account has one.
func TestCallerWaits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		arguments []string
		want      int
	}{
		{
			arguments: []string{"-listen", "127.0.0.1:0"},
			want:      1,
		},
		{
			arguments: []string{"-listen", "127.0.0.1:0", "-empty"},
		},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		reader, writer := io.Pipe()
		done := make(chan error, 1)
		go func() { done <- run(ctx, test.arguments, writer, io.Discard) }()
		line := make([]byte, 200)
		n, _ := reader.Read(line)
		address := regexp.MustCompile(`http://\S+`).FindString(string(line[:n]))
		queues := func() int {
			request, _ := http.NewRequest(http.MethodGet, address+"/2010-04-01/Accounts/AC00000000000000000000000000000001/Queues.json", nil)
			request.SetBasicAuth("AC00000000000000000000000000000001", authToken)
			answer, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			body, _ := io.ReadAll(answer.Body)
			return strings.Count(string(body), `"QU`)
		}
		got := queues()
		for deadline := time.Now().Add(5 * time.Second); got != test.want && time.Now().Before(deadline); got = queues() {
			time.Sleep(50 * time.Millisecond)
		}
		if got != test.want {
			t.Errorf("%v: %d queues, want %d", test.arguments, got, test.want)
		}
		cancel()
		if err := <-done; err != nil {
			t.Errorf("%v: %v", test.arguments, err)
		}
	}
}
