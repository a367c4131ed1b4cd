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

// apiNames are the names of HTTP APIs, as the stack's outputs have them.
const apiNames = "*.execute-api.us-east-1.amazonaws.com"

// tunnel is an HTTPS proxy that ends TLS itself and takes every request to the gateway. A program
// that does not know the gateway, such as twilioctl, so reaches the addresses in a stack's outputs.
// Other requests go to the handler.
type tunnel struct {
	http.Handler
	gateway     http.RoundTripper
	certificate tls.Certificate
}

// newTunnel makes a certificate of its own.
func newTunnel(handler http.Handler, gateway http.RoundTripper) (*tunnel, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
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
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	return &tunnel{handler, gateway, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}}, nil
}

// pem returns the certificate, for programs that are to trust it.
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

// relay takes one request to the gateway. Its sender sees each failure as a broken connection.
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
