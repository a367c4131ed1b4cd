package taskrouter

import "strings"

// ValidSID reports whether sid is a Twilio SID of the kind that prefix names ("CA", "WT", "WR" …): the prefix and
// 32 lower-case hexadecimal digits. Nothing that fails it may go into a URL, a key or a document: twilio-go pastes path
// parameters as they are.
func ValidSID(prefix, sid string) bool {
	digits, found := strings.CutPrefix(sid, prefix)
	if !found || len(digits) != 32 {
		return false
	}
	return strings.Trim(digits, "0123456789abcdef") == ""
}
