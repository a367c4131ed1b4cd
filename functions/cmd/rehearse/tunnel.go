package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"time"
)

// apiNames matches the host names of HTTP APIs in a stack's outputs.
const apiNames = "*.execute-api.us-east-1.amazonaws.com"

// tunnel is an HTTPS proxy that ends TLS and sends every request to the gateway. Through it a
// program that does not know the gateway, such as twilioctl, reaches the addresses in a stack's
// outputs. Requests that are not proxied go to the handler.
type tunnel struct {
	http.Handler
	gateway     http.RoundTripper
	certificate tls.Certificate
}

// newTunnel creates a certificate for the tunnel.
func newTunnel(handler http.Handler, gateway http.RoundTripper) (*tunnel, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("create key: %w", err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(24 * time.Hour),
		DNSNames:              []string{apiNames},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("create certificate: %w", err)
	}
	return &tunnel{handler, gateway, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}}, nil
}

// pem returns the certificate, for programs that must trust it.
func (t *tunnel) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: t.certificate.Certificate[0]})
}

// ServeHTTP implements http.Handler.
func (t *tunnel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		t.Handler.ServeHTTP(w, r)
		return
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer conn.Close()
	if _, err := fmt.Fprint(conn, "HTTP/1.1 200 Connection established\r\n\r\n"); err == nil {
		t.relay(tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{t.certificate}}))
	}
}

// relay sends one request to the gateway. After a failure its sender sees a broken connection.
func (t *tunnel) relay(conn net.Conn) {
	defer conn.Close()
	request, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	request.URL.Scheme, request.URL.Host, request.RequestURI = "https", request.Host, ""
	answer, err := t.gateway.RoundTrip(request)
	if err != nil {
		return
	}
	defer answer.Body.Close()
	answer.Close = true
	_ = answer.Write(conn)
}
