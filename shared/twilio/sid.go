package twilio

import own "switchboard/shared/taskrouter"

// SIDError reports a request that was not sent because a path parameter is not a whole SID. It does
// not contain the value. It never means that the call, task or reservation is gone.
type SIDError struct {
	What   string // what was to be done
	Prefix string // of the SID that was wanted: "CA", "WT" …
}

// Error implements error.
func (e *SIDError) Error() string {
	return e.What + ": not a whole " + e.Prefix + "… SID, so nothing was requested"
}

// CheckSID returns a *SIDError for a path parameter that is not a whole SID of its kind. twilio-go
// pastes path parameters as they are: "CA1/../../IncomingPhoneNumbers" would be another resource,
// requested with our credentials.
func CheckSID(what, prefix, value string) error {
	if !own.ValidSID(prefix, value) {
		return &SIDError{What: what, Prefix: prefix}
	}
	return nil
}

// sid is a path parameter.
type sid struct{ prefix, value string }

// checkSIDs is CheckSID for several.
func checkSIDs(what string, sids ...sid) error {
	for _, each := range sids {
		if err := CheckSID(what, each.prefix, each.value); err != nil {
			return err
		}
	}
	return nil
}

// check is checkSIDs for a path below the account.
func (c *Client) check(what string, sids ...sid) error {
	return checkSIDs(what, append([]sid{{"AC", c.AccountSID}}, sids...)...)
}

// checkTaskRouter is checkSIDs for a path below the workspace.
func (c *Client) checkTaskRouter(what string, sids ...sid) error {
	return checkSIDs(what, append([]sid{{"WS", c.WorkspaceSID}}, sids...)...)
}
