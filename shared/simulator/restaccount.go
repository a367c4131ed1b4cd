package simulator

import (
	"net/http"
	"strings"
)

// restAccount returns the account (https://www.twilio.com/docs/iam/api/account). A standard API key
// may not read it (https://www.twilio.com/docs/iam/api-keys).
func (t *Twilio) restAccount(rest *restCall) (any, error) {
	if strings.HasPrefix(rest.user, "SK") {
		return nil, restError{http.StatusUnauthorized, 20003, "Authenticate"}
	}
	own := "/2010-04-01/Accounts/" + t.cfg.AccountSID
	return map[string]any{
		"sid": t.cfg.AccountSID, "owner_account_sid": t.cfg.AccountSID, "friendly_name": "Simulated", "status": "active", "type": "Full",
		"auth_token": t.cfg.AuthToken, "date_created": rfc2822(t.opened), "date_updated": rfc2822(t.opened), "uri": own + ".json",
		"subresource_uris": map[string]any{
			"calls": own + "/Calls.json", "queues": own + "/Queues.json", "incoming_phone_numbers": own + "/IncomingPhoneNumbers.json",
			"messages": own + "/Messages.json", "outgoing_caller_ids": own + "/OutgoingCallerIds.json",
		},
	}, nil
}

// restCallerIDs lists the verified numbers
// (https://www.twilio.com/docs/voice/api/outgoing-caller-ids).
func (t *Twilio) restCallerIDs(rest *restCall) (any, error) {
	return restNumberList(rest, "outgoing_caller_ids", shownAll(t.callerIDs, t.callerIDJSON)), nil
}

func (t *Twilio) restCallerID(rest *restCall, sid string) (any, error) {
	for _, c := range t.callerIDs {
		if c.SID == sid {
			return t.callerIDJSON(c), nil
		}
	}
	return nil, notFound(rest.path)
}

func (t *Twilio) callerIDJSON(c CallerID) map[string]any {
	shown := map[string]any{
		"sid": c.SID, "account_sid": t.cfg.AccountSID, "friendly_name": c.Name, "phone_number": c.Number,
		"uri": "/2010-04-01/Accounts/" + t.cfg.AccountSID + "/OutgoingCallerIds/" + c.SID + ".json",
	}
	t.showMailDates(shown, c.SID)
	return shown
}
