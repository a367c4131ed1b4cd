package spoken

import "strings"

// PhoneNumbers has a voice say "+14155550123" as its digits, and not as fourteen billion. plus is
// the word for the sign in the language of the text.
func PhoneNumbers(text, plus string) string {
	var said strings.Builder
	for i := 0; i < len(text); {
		if digits := e164(text, i); digits > 0 {
			said.WriteString(plus + " " + strings.Join(strings.Split(text[i+1:i+1+digits], ""), " "))
			i += 1 + digits
			continue
		}
		said.WriteByte(text[i])
		i++
	}
	return said.String()
}

// e164 is how many digits the number in E.164 has that begins at i, 0 when none begins there: it
// has 7 to 15, and stands by itself.
func e164(text string, i int) int {
	if text[i] != '+' || i > 0 && (isLetter(rune(text[i-1])) || isDigit(rune(text[i-1])) || text[i-1] == '+') {
		return 0
	}
	rest := text[i+1:]
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	if digits < 7 || digits > 15 || rest[0] == '0' || digits < len(rest) && isLetter(rune(rest[digits])) {
		return 0
	}
	return digits
}
