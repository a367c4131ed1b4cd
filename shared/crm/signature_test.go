package crm

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// whsec is a secret in Standard Webhooks' own form; key is what it stands for.
const (
	key   = "a key of 24 to 64 bytes, random"
	whsec = "whsec_YSBrZXkgb2YgMjQgdG8gNjQgYnl0ZXMsIHJhbmRvbQ=="
)

func TestSignatureByHand(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string]string{"whsec_": whsec, "raw": key} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			step, peer, _ := newStep(secret, status(http.StatusOK))
			if err := step.Notify(t.Context(), document()); err != nil {
				t.Fatal(err)
			}
			got := peer.got[0]
			// 1795521600 is 2026-11-24 12:00:00 UTC, the step's clock.
			mac := hmac.New(sha256.New, []byte(key))
			mac.Write([]byte(reservationSID + ".1795521600." + string(got.body)))
			want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
			if got.header.Get("webhook-id") != reservationSID || got.header.Get("webhook-timestamp") != "1795521600" || got.header.Get("webhook-signature") != want {
				t.Errorf("headers = %q, want the signature %s", got.header, want)
			}
		})
	}
}

// TestSignatureByTheLibrary runs in a bubble, where the library's clock, too, stands at its
// beginning.
func TestSignatureByTheLibrary(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		step, peer, _ := newStep(whsec, status(http.StatusServiceUnavailable), status(http.StatusOK))
		step.Now = time.Now
		if err := step.Notify(t.Context(), document()); err != nil {
			t.Fatal(err)
		}
		verifier, err := standardwebhooks.NewWebhook(whsec)
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range peer.got {
			if err := verifier.Verify(got.body, got.header); err != nil {
				t.Error(err)
			}
			if verifier.Verify(append(bytes.Clone(got.body), ' '), got.header) == nil {
				t.Error("another body passes with the same signature")
			}
		}
	})
}

// A CRM that acts once for a webhook-id and body may get the retry of a request that it did act on.
func TestARetryIsTheSameWebhook(t *testing.T) {
	t.Parallel()
	step, peer, _ := newStep(key, status(http.StatusBadGateway), status(http.StatusOK))
	clock := step.Now()
	step.Now = func() time.Time { clock = clock.Add(3 * time.Second); return clock }
	if err := step.Notify(t.Context(), document()); err != nil {
		t.Fatal(err)
	}
	first, second := peer.got[0], peer.got[1]
	if first.header.Get("webhook-id") != second.header.Get("webhook-id") || !bytes.Equal(first.body, second.body) {
		t.Errorf("first %q %s, then %q %s", first.header, first.body, second.header, second.body)
	}
	if second.header.Get("webhook-timestamp") != "1795521606" {
		t.Errorf("timestamp of the retry = %s, want that of its own time", second.header.Get("webhook-timestamp"))
	}
}

func TestMissingSecretLogsWarning(t *testing.T) {
	t.Parallel()
	step, peer, log := newStep("", status(http.StatusOK))
	if err := step.Notify(t.Context(), document()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"webhook-id", "webhook-timestamp", "webhook-signature"} {
		if peer.got[0].header.Get(name) != "" {
			t.Errorf("%s = %q, want none", name, peer.got[0].header.Get(name))
		}
	}
	if !strings.Contains(log.String(), `"level":"WARN"`) || !strings.Contains(log.String(), "crm-secret") {
		t.Errorf("log = %s, want a warning that names crm-secret", log)
	}
}

func TestSignedRequestLogsNoWarning(t *testing.T) {
	t.Parallel()
	step, _, log := newStep(key, status(http.StatusOK))
	if err := step.Notify(t.Context(), document()); err != nil || log.Len() != 0 {
		t.Errorf("log = %s, %v; want nothing", log, err)
	}
}

func TestASecretThatCannotSign(t *testing.T) {
	t.Parallel()
	step, peer, log := newStep("whsec_hunter2!", status(http.StatusOK))
	err := step.Notify(t.Context(), document())
	if err == nil || !strings.Contains(err.Error(), "crm-secret") || strings.Contains(err.Error()+log.String(), "hunter2") {
		t.Errorf("err = %v, want one that names crm-secret and hides it", err)
	}
	if len(peer.got) != 0 {
		t.Error("the CRM was told all the same")
	}
}

func TestWithoutSecretsNothingIsSent(t *testing.T) {
	t.Parallel()
	missing := errors.New("throttled")
	step, peer, _ := newStep(key, status(http.StatusOK))
	step.Secrets = keys{err: missing}
	if err := step.Notify(t.Context(), document()); !errors.Is(err, missing) || len(peer.got) != 0 {
		t.Errorf("err = %v after %d requests, want one that wraps %v, and none", err, len(peer.got), missing)
	}
}
