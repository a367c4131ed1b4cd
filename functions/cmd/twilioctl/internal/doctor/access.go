package doctor

import (
	"errors"
	"fmt"
	"strings"

	"switchboard/shared/twilio"
)

const keysPlace = "Console → Account → API keys & tokens"

func (e *evidence) checkCredentials() []Finding {
	subject := e.doctor.Account.Credentials.Source
	sid := e.doctor.Account.AccountSID
	if why := e.missing[needTwilio]; why != "" {
		remedy := "check the network, and TwilioApiUrl or TWILIO_API_URL"
		var failure *twilio.Error
		if errors.As(e.credentials.err, &failure) && failure.Denied() {
			remedy = keysPlace + "; then aws ssm put-parameter --overwrite, or the TWILIO_ variables"
		}
		return unreadable(subject, e.credentials.err, remedy)
	}
	kind := "an API key"
	if e.doctor.Account.Credentials.User == sid {
		kind = "the auth token"
	}
	found := fmt.Sprintf("%s; account %s", kind, sid)
	switch {
	case e.credentials.err != nil && e.doctor.Account.Credentials.User == sid:
		return unreadable(subject, e.credentials.err, keysPlace)
	case e.credentials.err != nil:
		return ok(subject, found+"; a standard key, which cannot read the account itself")
	}
	switch shown := e.credentials.value; {
	case shown.Status != "active":
		return finding(Error, subject, fmt.Sprintf("%s, which is %s: Twilio places and accepts no calls for it",
			found, shown.Status), "Console → Account, or ask Twilio's support")
	case strings.EqualFold(shown.Type, "trial"):
		return finding(Warning, subject,
			found+", a trial account: it can only call verified numbers, and callers hear a trial message", "Console → Billing → upgrade")
	}
	return ok(subject, found)
}

// checkToken reports whether SSM has the token that Twilio signs with, and not only one that opens
// the REST API.
func (e *evidence) checkToken() []Finding {
	subject := "SSM " + e.doctor.Prefix + "/auth-token"
	replace := e.putParameter("auth-token", "TWILIO_AUTH_TOKEN") + ", with the primary token of " + keysPlace
	var failure *twilio.Error
	primary := e.primaryToken()
	switch set := e.secrets.value; {
	case errors.As(e.token.err, &failure) && failure.Denied() && !set.AuthTokenSecondary.Empty() && set.AuthTokenSecondary == primary:
		return finding(Warning, subject,
			"not a token of the account, and REST calls use it; webhooks work, because auth-token-secondary is the account's",
			replace)
	case errors.As(e.token.err, &failure) && failure.Denied():
		return finding(Error, subject,
			"not a token of account "+e.doctor.Account.AccountSID+": the functions reject every webhook", replace)
	case e.token.err != nil:
		return unreadable(subject, e.token.err, "run doctor again")
	case primary.Empty() || set.AuthToken == primary:
		return ok(subject, "the account's primary token")
	case set.AuthTokenSecondary == primary:
		return ok(subject,
			"the account's secondary token; Twilio signs with auth-token-secondary, which is the primary one")
	}
	return finding(Error, subject,
		"the account's secondary token, but Twilio signs with the primary one: the functions reject every webhook",
		replace)
}
