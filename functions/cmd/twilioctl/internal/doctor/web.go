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

// webTimeout is Twilio's own for a webhook
// (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
const webTimeout = 15 * time.Second

// answer is the answer of a stack's URL to a POST.
type answer struct {
	output, url string
	status      int
	contentType string
	err         error
}

// readURLs posts a request without effect to each URL. The function must reject it, because it is
// signed with another token: to find that out the function reads the account's token, which an
// unsigned request would not test. One more request is signed with the account's token and gets the
// hold document.
func (e *evidence) readURLs(ctx context.Context) {
	if e.missing[needURLs] != "" {
		return
	}
	for _, each := range []struct{ output, url string }{
		{"VoiceUrl", e.urls.VoiceURL}, {"AssignmentCallbackUrl", e.urls.AssignmentCallbackURL},
		{"FallbackAssignmentCallbackUrl", e.urls.FallbackAssignmentCallbackURL}, {"EventCallbackUrl",
			e.urls.EventCallbackURL},
		{"DutyUrl", e.urls.DutyURL}, {"MessageUrl", e.urls.MessageURL},
	} {
		if each.url == "" {
			continue // the stack is of an older version
		}
		e.unsigned = append(e.unsigned, e.post(ctx, each.output, each.url, secrets.New("the token of another account")))
	}
	if e.missing[needTokens] == "" {
		e.signed = e.post(ctx, "the wait URL", e.base()+"/hold", e.signingToken())
	}
}

// signingToken returns the token in SSM that Twilio signs with; "" = SSM does not have it.
func (e *evidence) signingToken() secrets.Secret {
	for _, each := range e.secrets.value.AuthTokens() {
		if each == e.primaryToken() {
			return each
		}
	}
	return e.secrets.value.AuthToken
}

// primaryToken returns the account's primary token; empty if Twilio does not show it.
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
		finding := Finding{Level: Error, Subject: "POST " + each.url + " with a wrong signature"}
		finding.Detail, finding.Remedy = each.problemUnsigned()
		if finding.Detail == "" {
			finding.Level, finding.Detail = OK, "403, as expected"
		}
		findings = append(findings, finding)
	}
	return findings
}

func (a answer) problemUnsigned() (detail, remedy string) {
	switch {
	case a.err != nil:
		return fmt.Sprintf("no answer: %v",
			a.err), "sam deploy; with a PublicBaseUrl, check that the custom domain has a root mapping to the $default stage and a correct DNS record"
	case a.status == http.StatusForbidden:
		return "", ""
	case a.status == http.StatusServiceUnavailable:
		return "503: the function has no token to check signatures with", "put auth-token into SSM; check that SecretsPrefix is its path, and that the function's role may use the key that encrypts it"
	case a.status == http.StatusNotFound:
		return "404: no such route", "sam deploy; with a PublicBaseUrl, the custom domain must have a root mapping to the $default stage"
	case a.status/100 == 3:
		return fmt.Sprintf("%d, a redirect: Twilio turns the POST into a GET and signs another URL",
			a.status), "sam deploy with PublicBaseUrl as the address that the redirect leads to"
	case a.status/100 == 2:
		return fmt.Sprintf("%d: a program that does not check signatures answers",
			a.status), "find the program that answers there; it is not this stack's function"
	}
	return fmt.Sprintf("%d, not 403", a.status), "sam logs --stack-name, with the stack's name"
}

func (e *evidence) checkSigned() []Finding {
	a := e.signed
	subject := "POST " + a.url + ", signed with the auth token in SSM"
	switch {
	case a.err != nil:
		return finding(Error, subject, fmt.Sprintf("no answer: %v", a.err), "see unsigned-requests")
	case a.status == http.StatusOK && strings.HasPrefix(a.contentType, "text/xml"):
		return ok(subject, "200 with TwiML: the functions accept Twilio's requests")
	case a.status == http.StatusForbidden:
		return finding(Error, subject,
			"403: the function has another token or account, or the address is neither PublicBaseUrl nor the API's own",
			"sam deploy with PublicBaseUrl as the address that Twilio calls (empty without a custom domain), TwilioAccountSid as "+
				e.doctor.Account.AccountSID+", and SecretsPrefix as "+e.doctor.Prefix+
				"; the functions read a replaced token within seconds")
	}
	return finding(Error, subject, fmt.Sprintf("%d %s, not 200 with TwiML", a.status, a.contentType),
		"sam logs --stack-name, with the stack's name")
}
