package taskrouter

import "strings"

// ValidSID reports whether sid is a Twilio SID of the kind that prefix names ("CA", "WT", "WR" …):
// the prefix and 32 lower-case hexadecimal digits. Nothing that fails it may go into a URL, a key
// or a document: twilio-go pastes path parameters as they are.
func ValidSID(prefix, sid string) bool {
	digits, found := strings.CutPrefix(sid, prefix)
	if !found || len(digits) != 32 {
		return false
	}
	return strings.Trim(digits, "0123456789abcdef") == ""
}

// WholeSID is sid if it is a whole SID of the kind, "" if not: what a log may hold of a form's
// value, which can be of any length.
func WholeSID(prefix, sid string) string {
	if !ValidSID(prefix, sid) {
		return ""
	}
	return sid
}

// longestWord is the length of the longest value that Word returns as it is, in bytes.
const longestWord = 32

// Unreadable is what Word returns for a value that cannot be of a list of Twilio's.
const Unreadable = "unreadable"

// Word is a value for a log that Twilio takes from a list, such as a CallStatus or QueueResult:
// "in-progress", "" where there is none, and "unreadable" for what cannot be of such a list.
func Word(value string) string {
	if len(value) > longestWord || strings.Trim(value, "abcdefghijklmnopqrstuvwxyz-") != "" {
		return Unreadable
	}
	return value
}
