package secrets

import "slices"

// Need is one use of secrets, or of the desk's settings, which are read with them. A function names
// its uses. It reads only their parameters, and template.yaml grants its role only these.
type Need int

// The uses.
const (
	Webhooks Need = iota // checks signatures: auth-token, auth-token-secondary
	REST                 // calls Twilio: auth-token, or api-key-sid with api-key-secret
	CRM                  // tells the CRM: crm-secret, crm-authorization
	Duty                 // asks workers who call for a PIN: duty-pin

	Arrivals // answers callers: which number they dialed, whether the desk is open, the menu
	Waits    // plays to callers who wait
	Ends     // answers callers who have left the queue
	Shifts   // moves workers at the boundaries of their shifts
	Closing  // closes the desk, and opens it again: what callers hear in each language
	Requests // has callers called back: whether the desk is open
	Messages // has messages heard

	Expectations // tells callers what they can expect: the parameter Outlook
)

// The names of the parameters below the prefix.
const (
	authToken          = "auth-token"
	authTokenSecondary = "auth-token-secondary"
	apiKeySID          = "api-key-sid"
	apiKeySecret       = "api-key-secret"
	crmSecret          = "crm-secret"
	crmAuthorization   = "crm-authorization"
	dutyPIN            = "duty-pin"
)

// Settings is the path of the desk's settings below the prefix; a topic follows.
const Settings = "settings/"

// Outlook is the parameter with what callers can expect. Functions write it; no operator does.
const Outlook = "outlook"

// SettingsOf lists the topics of settings that a need reads; nil = none.
func (n Need) SettingsOf() []string {
	var topics []string
	switch n {
	case Arrivals:
		topics = []string{"closed", "hours", "menus", "numbers"}
	case Waits:
		topics = []string{"hours", "numbers", "waiting"}
	case Ends:
		topics = []string{"hours", "numbers", "survey"}
	case Shifts:
		return []string{"hours", "shifts"}
	case Closing:
		topics = []string{"closed"}
	case Requests:
		return []string{"closed", "hours", "numbers"}
	case Messages:
		return []string{"messages", "numbers"}
	default:
		return nil
	}
	return append(topics, "prompts-de", "prompts-en", "prompts-es")
}

// Names lists the parameters that are read below the prefix, each once.
func Names(needs ...Need) []string {
	var names []string
	for _, need := range needs {
		names = append(names, need.parameters()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (n Need) parameters() []string {
	switch n {
	case Webhooks:
		return []string{authToken, authTokenSecondary}
	case REST:
		return []string{authToken, apiKeySID, apiKeySecret}
	case CRM:
		return []string{crmSecret, crmAuthorization}
	case Duty:
		return []string{dutyPIN}
	case Expectations:
		return []string{Outlook}
	}
	var names []string
	for _, topic := range n.SettingsOf() {
		names = append(names, Settings+topic)
	}
	return names
}

// field is where a secret goes; nil for a name that is none.
func (s *Set) field(name string) *Secret {
	switch name {
	case authToken:
		return &s.AuthToken
	case authTokenSecondary:
		return &s.AuthTokenSecondary
	case apiKeySID:
		return &s.APIKeySID
	case apiKeySecret:
		return &s.APIKeySecret
	case crmSecret:
		return &s.CRMSecret
	case crmAuthorization:
		return &s.CRMAuthorization
	case dutyPIN:
		return &s.DutyPIN
	}
	return nil
}
