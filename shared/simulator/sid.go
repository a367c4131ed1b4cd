package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"strings"
)

// sids generates Twilio's identifiers from the seed: two letters and 32 hexadecimal digits.
type sids struct {
	random *rand.Rand
}

func (s sids) next(prefix string) string {
	var raw [16]byte
	for i := 0; i < len(raw); i += 8 {
		bits := s.random.Uint64()
		for j := range 8 {
			raw[i+j] = byte(bits >> (8 * j))
		}
	}
	return prefix + hex.EncodeToString(raw[:])
}

func isSID(prefix, sid string) bool {
	if len(sid) != 34 || !strings.HasPrefix(sid, prefix) {
		return false
	}
	return strings.IndexFunc(sid[2:], func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'f') && (r < 'A' || r > 'F')
	}) < 0
}

// derivedSID returns an identifier that depends only on prefix and of. It does not draw from the
// seed.
func derivedSID(prefix, of string) string {
	digest := sha256.Sum256([]byte(of))
	return prefix + hex.EncodeToString(digest[:16])
}
