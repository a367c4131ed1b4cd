package deployment

import "strings"

// HasPassword reports whether a URL names a user, with or without a password, even where it is no
// valid URL.
func HasPassword(address string) bool {
	_, rest, found := strings.Cut(address, "//")
	if !found {
		rest = address
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return strings.Contains(rest, "@")
}
