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
		remedy := "is the network there, and TwilioApiUrl or TWILIO_API_URL right?"
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
	found := fmt.Sprintf("%s; it opens account %s", kind, sid)
	switch {
	case e.credentials.err != nil && e.doctor.Account.Credentials.User == sid:
		return unreadable(subject, e.credentials.err, keysPlace)
	case e.credentials.err != nil:
		return ok(subject, found+", and may not read the account itself, as is right for a standard key")
	}
	switch shown := e.credentials.value; {
	case shown.Status != "active":
		return finding(Error, subject, fmt.Sprintf("%s, which is %s: it takes and places no calls", found, shown.Status), "Console → Account, or Twilio's support")
	case strings.EqualFold(shown.Type, "trial"):
		return finding(Warning, subject, found+", a trial: only verified numbers can be called, and callers hear that it is one", "Console → Billing → upgrade")
	}
	return ok(subject, found)
}

// checkToken tells the token that Twilio signs with from one that only opens the REST API.
func (e *evidence) checkToken() []Finding {
	subject := "SSM " + e.doctor.Prefix + "/auth-token"
	replace := e.putParameter("auth-token", "TWILIO_AUTH_TOKEN") + ", with the primary token of " + keysPlace
	var failure *twilio.Error
	primary := e.primaryToken()
	switch set := e.secrets.value; {
	case errors.As(e.token.err, &failure) && failure.Denied() && !set.AuthTokenSecondary.Empty() && set.AuthTokenSecondary == primary:
		return finding(Warning, subject, "Twilio does not know it; auth-token-secondary is the account's and is accepted, but REST calls go out under this one", replace)
	case errors.As(e.token.err, &failure) && failure.Denied():
		return finding(Error, subject, "it is no token of account "+e.doctor.Account.AccountSID+": every webhook will be refused", replace)
	case e.token.err != nil:
		return unreadable(subject, e.token.err, "try again")
	case primary.Empty() || set.AuthToken == primary:
		return ok(subject, "it is the account's")
	case set.AuthTokenSecondary == primary:
		return ok(subject, "it is the account's other token; Twilio signs with the one in auth-token-secondary")
	}
	return finding(Error, subject, "it is the account's secondary token, and Twilio signs with the primary one: every webhook will be refused", replace)
}
