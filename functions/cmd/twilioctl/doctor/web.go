package doctor

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"switchboard/shared/secrets"
	"switchboard/shared/webhook"
)

// webTimeout is what Twilio waits for a webhook (docs/usage/webhooks/webhooks-connection-overrides).
const webTimeout = 15 * time.Second

// answer is what a URL of the stack answered to a POST.
type answer struct {
	output, url string
	status      int
	contentType string
	err         error
}

// readURLs posts to each URL a request without effect. One that is signed with another token must
// be refused; for that the function has to read the account's token, which a request without a
// signature does not show. One that is signed with the account's token only gets the hold document.
func (e *evidence) readURLs(ctx context.Context) {
	if e.missing[needURLs] != "" {
		return
	}
	for _, each := range []struct{ output, url string }{
		{"VoiceUrl", e.urls.VoiceURL}, {"AssignmentCallbackUrl", e.urls.AssignmentCallbackURL},
		{"FallbackAssignmentCallbackUrl", e.urls.FallbackAssignmentCallbackURL}, {"EventCallbackUrl", e.urls.EventCallbackURL},
		{"DutyUrl", e.urls.DutyURL}, {"MessageUrl", e.urls.MessageURL},
	} {
		if each.url == "" {
			continue // a stack of before
		}
		e.unsigned = append(e.unsigned, e.post(ctx, each.output, each.url, secrets.New("the token of another account")))
	}
	if e.missing[needTokens] == "" {
		e.signed = e.post(ctx, "the wait URL", e.base()+"/hold", e.signingToken())
	}
}

// signingToken is the one that Twilio signs with, as far as it lies in SSM.
func (e *evidence) signingToken() secrets.Secret {
	for _, each := range e.secrets.value.AuthTokens() {
		if each == e.primaryToken() {
			return each
		}
	}
	return e.secrets.value.AuthToken
}

// primaryToken is the account's; empty when Twilio does not show it.
func (e *evidence) primaryToken() secrets.Secret {
	for _, shown := range []holder{e.token.value, e.credentials.value} {
		if !shown.Token.Empty() {
			return shown.Token
		}
	}
	return secrets.Secret{}
}

func (e *evidence) post(ctx context.Context, output, address string, token secrets.Secret) answer {
	e.progress("post to " + address)
	a := answer{output: output, url: address}
	ctx, cancel := context.WithTimeout(ctx, webTimeout)
	defer cancel()
	form := url.Values{"AccountSid": {e.doctor.Account.AccountSID}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		a.err = err
		return a
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	request.Header.Set("User-Agent", "twilioctl")
	request.Header.Set("X-Twilio-Signature", webhook.Sign(token.Reveal(), address, form))
	response, err := e.clocks.listen("AWS", e.doctor.Web).RoundTrip(request)
	if err != nil {
		a.err = err
		return a
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, 1<<16)
	a.status, a.contentType = response.StatusCode, response.Header.Get("Content-Type")
	return a
}

func (e *evidence) progress(what string) {
	if tell := e.doctor.Account.Progress; tell != nil {
		tell(what)
	}
}

func (e *evidence) checkUnsigned() []Finding {
	var findings []Finding
	for _, each := range e.unsigned {
		finding := Finding{Level: Error, Looked: "POST " + each.url + " without Twilio's signature"}
		finding.Found, finding.Remedy = each.problemUnsigned()
		if finding.Found == "" {
			finding.Level, finding.Found = OK, "403, as it should be"
		}
		findings = append(findings, finding)
	}
	return findings
}

func (a answer) problemUnsigned() (found, remedy string) {
	switch {
	case a.err != nil:
		return fmt.Sprintf("no answer: %v", a.err), "sam deploy; with a PublicBaseUrl: is the custom domain's mapping a root mapping to the $default stage, and its DNS record right?"
	case a.status == http.StatusForbidden:
		return "", ""
	case a.status == http.StatusServiceUnavailable:
		return "503: the function has no token to check signatures with", "put auth-token into SSM; is SecretsPrefix its path, and the key that encrypts it open to the function's role?"
	case a.status == http.StatusNotFound:
		return "404: there is no such route", "sam deploy; with a PublicBaseUrl: the custom domain's mapping must be a root mapping to the $default stage"
	case a.status/100 == 3:
		return fmt.Sprintf("%d, a redirect: Twilio turns the POST into a GET and signs another URL", a.status), "make PublicBaseUrl the address that is redirected to, and sam deploy"
	case a.status/100 == 2:
		return fmt.Sprintf("%d: something that does not check signatures answers", a.status), "what answers there? It is not this stack's function"
	}
	return fmt.Sprintf("%d, not 403", a.status), "sam logs --stack-name, with the stack's name"
}

func (e *evidence) checkSigned() []Finding {
	a := e.signed
	looked := "POST " + a.url + ", signed with the auth token in SSM"
	switch {
	case a.err != nil:
		return one(Error, looked, fmt.Sprintf("no answer: %v", a.err), "see unsigned-requests")
	case a.status == http.StatusOK && strings.HasPrefix(a.contentType, "text/xml"):
		return fine(looked, "200 with TwiML: Twilio's requests will be taken")
	case a.status == http.StatusForbidden:
		return one(Error, looked,
			"403: the function has another token or another account, or the address is neither its PublicBaseUrl nor its API's own",
			"sam deploy with PublicBaseUrl as the address that Twilio calls (empty without a custom domain), TwilioAccountSid as "+
				e.doctor.Account.AccountSID+", and SecretsPrefix as "+e.doctor.Prefix+
				"; a token that was just replaced is read within seconds")
	}
	return one(Error, looked, fmt.Sprintf("%d %s, not 200 with TwiML", a.status, a.contentType), "sam logs --stack-name, with the stack's name")
}
