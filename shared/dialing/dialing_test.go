package dialing

import "testing"

func TestCode(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"+12065550100": "+1", "+74951234567": "+7", "+4930123456": "+49", "+35312345678": "+353", "+5215512345678": "+52", "12065550100": "", "": "", "anonymous": "",
	} {
		if got := Code(number); got != want {
			t.Errorf("Code(%q) = %q, want %q", number, got, want)
		}
	}
}

func TestAllowed(t *testing.T) {
	t.Parallel()
	const ours = "+12065550100"
	for _, test := range []struct {
		number, dialed string
		prefixes       []string
		want           bool
	}{
		{"+14155550123", ours, nil, true},
		{"+16045550123", ours, nil, true}, // Canada
		{"+18765550123", ours, nil, false},
		{"+18765550123", ours, []string{"+1876"}, true},
		{"+19005550123", ours, nil, false},
		{"+19005550123", ours, []string{"+1"}, false},
		{"+4930123456", ours, nil, false},
		{"+4930123456", ours, []string{"+1", "+49"}, true},
		{"+4930123456", "+4940123456", nil, true},
		{"+4990012345", "+4940123456", nil, false},
		{ours, ours, nil, false},
		{"+266696687", "+26622123456", nil, false}, // withheld
		{"anonymous", ours, nil, false},
		{"sip:alice@example.com", ours, nil, false},
		{"+14155550123", "sip:desk@example.com", nil, false},
	} {
		if got := Allowed(test.number, test.dialed, test.prefixes); got != test.want {
			t.Errorf("Allowed(%s, %s, %v) = %t", test.number, test.dialed, test.prefixes, got)
		}
	}
}

func TestFromKeys(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ keys, dialed, want string }{
		{"4155550123", "+12065550100", "+14155550123"},
		{"14155550123", "+12065550100", "+14155550123"},
		{"0114930123456", "+12065550100", "+4930123456"},
		{"5550123", "+12065550100", ""},
		{"24155550123", "+12065550100", ""},
		{"030123456", "+4940123456", "+4930123456"},
		{"004930123456", "+4940123456", "+4930123456"},
		{"0612345678", "+390612345678", "+390612345678"},
		{"12", "+4940123456", ""},
		{"*", "+12065550100", ""},
		{"", "+12065550100", ""},
		{"4155550123", "", ""},
	} {
		got, found := FromKeys(test.keys, test.dialed)
		if found != (test.want != "") || found && got != test.want {
			t.Errorf("FromKeys(%s, %s) = %s, %t, want %s", test.keys, test.dialed, got, found, test.want)
		}
	}
}
