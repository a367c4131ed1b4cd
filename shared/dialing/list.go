package dialing

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// maxListed is how many numbers a list has: a standard SSM parameter has 4 KB.
const maxListed = 400

// short names a number in a list. Two numbers may have the same: who finds one asks the ledger.
func short(number string) string {
	sum := sha256.Sum256([]byte(number))
	return hex.EncodeToString(sum[:4])
}

// List is the text of the numbers that have an open call back, without the numbers themselves:
// eight hexadecimal digits of each, sorted. It leaves out those behind the 400th.
func List(numbers []string) string {
	var names []string
	for _, number := range numbers[:min(len(numbers), maxListed)] {
		names = append(names, short(number))
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), " ")
}

// Lists reports whether a list may have the number.
func Lists(list, number string) bool {
	return list != "" && slices.Contains(strings.Fields(list), short(number))
}
