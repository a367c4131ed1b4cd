package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"switchboard/shared/simulator/wire"
)

// TestTunnel: a client knows the proxy and its certificate, and not the gateway.
func TestTunnel(t *testing.T) {
	t.Parallel()
	gateway := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/breaks" {
			panic(http.ErrAbortHandler)
		}
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, r.Method+" "+r.URL.String()+" "+string(body))
	})
	proxy, err := newTunnel(says("not proxied"), wire.InProcess(gateway))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(proxy.pem()) {
		t.Fatal("pem returned no certificate")
	}
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(address), TLSClientConfig: &tls.Config{RootCAs: trusted}}}
	post := func(address string) (int, string, error) {
		answer, err := client.Post(address, "text/plain", strings.NewReader("hello"))
		if err != nil {
			return 0, "", err
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		return answer.StatusCode, string(body), err
	}

	const api = "https://abcd1234.execute-api.us-east-1.amazonaws.com"
	for range 2 {
		if status, body, err := post(api + "/events?a=1"); status != http.StatusForbidden || body != "POST "+api+"/events?a=1 hello" {
			t.Errorf("through the tunnel: %d %q, %v", status, body, err)
		}
	}
	if status, body, err := post(server.URL + "/events"); status != http.StatusOK || body != "not proxied" {
		t.Errorf("around the tunnel: %d %q, %v", status, body, err)
	}
	if _, body, err := post(api + "/breaks"); err == nil {
		t.Errorf("a gateway that breaks the connection: %q, want an error", body)
	}
	var unknown *tls.CertificateVerificationError
	if _, _, err := post("https://api.twilio.com/"); !errors.As(err, &unknown) {
		t.Errorf("another name: %v, want that the certificate is not for it", err)
	}
}

func TestRehearsalNeedsSecretAndCertificate(t *testing.T) {
	t.Parallel()
	for _, arguments := range [][]string{nil, {"-certificate", t.TempDir() + "/certificate.pem"}, {"deferred"}} {
		if err := run(t.Context(), arguments, func(string) string { return "" }, io.Discard); err == nil {
			t.Errorf("%v: no error", arguments)
		}
	}
}

// TestServesUntilInterrupted interrupts it before it serves.
func TestServesUntilInterrupted(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	arguments := []string{"-listen", "127.0.0.1:0", "-certificate", t.TempDir() + "/certificate.pem"}
	if err := run(ctx, arguments, func(string) string { return "12345" }, io.Discard); err != nil {
		t.Error(err)
	}
}
