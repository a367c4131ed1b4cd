// Package dialing says which phone numbers callers may be called back at: a stranger must not make
// a desk call numbers that cost, or that earn the stranger money.
package dialing

import (
	"slices"
	"strings"

	"switchboard/shared/taskrouter"
)

// twoDigits are the calling codes of two digits (https://www.itu.int/pub/T-SP-E.164D). 1 and 7 have
// one digit, and all others three.
const twoDigits = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98"

// outside are the area codes behind +1 that are neither the United States' 50 states nor Canada
// (https://nationalnanpa.com): calls there cost as calls abroad.
const outside = "242 246 264 268 284 340 345 441 473 649 658 664 670 671 684 721 758 767 784 787 809 829 849 868 869 876 939"

// costly are the beginnings of numbers for which whoever calls them pays the owner.
var costly = []string{
	"+1900", "+1976", "+3389", "+34803", "+34806", "+34807", "+34905", "+4470", "+4487", "+449", "+49137", "+49900",
}

// Code is the calling code of a number, with its sign, such as +49; "" for a text that is no number.
func Code(number string) string {
	if !taskrouter.IsNumber(number) {
		return ""
	}
	switch digits := 3; {
	case number[1] == '1', number[1] == '7':
		return number[:2]
	case slices.Contains(strings.Fields(twoDigits), number[1:digits]):
		return number[:digits]
	}
	return number[:4]
}

// Allowed reports whether a caller of a dialed number may be called back at a number. prefixes are
// the beginnings that a desk allows, such as +1; none = the country of the dialed number.
func Allowed(number, dialed string, prefixes []string) bool {
	if !taskrouter.IsNumber(number) || number == dialed || taskrouter.Withheld(number) {
		return false
	}
	begins := func(prefix string) bool { return strings.HasPrefix(number, prefix) }
	if slices.ContainsFunc(costly, begins) {
		return false
	}
	if len(prefixes) > 0 {
		return slices.ContainsFunc(prefixes, begins)
	}
	code := Code(dialed)
	if code == "+1" && (len(number) != len("+12065550100") || slices.Contains(strings.Fields(outside), number[2:5])) {
		return false
	}
	return code != "" && Code(number) == code
}

// FromKeys returns the number that a caller of a dialed number has entered: as in the country of the
// dialed number, with or without its code, or as an international number. found is false if that is
// no phone number.
func FromKeys(keys, dialed string) (number string, found bool) {
	code := strings.TrimPrefix(Code(dialed), "+")
	international, abroad := strings.CutPrefix(keys, "00")
	if code == "1" {
		international, abroad = strings.CutPrefix(keys, "011")
	}
	switch {
	case code == "":
		return "", false
	case abroad:
		number = "+" + international
	case code == "1" && len(keys) == 11:
		number = "+" + keys
	case code == "39": // Italy's numbers keep their 0
		number = "+39" + keys
	default:
		number = "+" + code + strings.TrimPrefix(keys, "0")
	}
	return number, taskrouter.IsNumber(number) && (code != "1" || abroad || len(number) == len("+12065550100") && number[1] == '1')
}
