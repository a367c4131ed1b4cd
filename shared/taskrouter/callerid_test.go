package taskrouter

import "testing"

func TestCallerID(t *testing.T) {
	t.Parallel()
	const phone, alice, sip = Contact("+14155550199"), Contact("client:alice"), Contact("sip:alice@example.com")
	tests := []struct {
		name                 string
		contact              Contact
		configured, to, from string
		want                 string
	}{
		{
			name:    "the dialed number",
			contact: phone,
			to:      "+12065550100",
			from:    "+14155550123",
			want:    "+12065550100",
		},
		{
			name:       "the configured number first",
			contact:    phone,
			configured: "+12065550111",
			to:         "+12065550100",
			want:       "+12065550111",
		},
		{
			name:    "a Voice SDK caller to a phone",
			contact: phone,
			from:    "client:anna",
		},
		{
			name:    "a caller by SIP to a phone",
			contact: phone,
			to:      "sip:desk@example.sip.twilio.com",
			from:    "sip:anna@example.com",
		},
		{
			name:       "a caller by SIP to a phone, with a configured number",
			contact:    phone,
			configured: "+12065550111",
			to:         "sip:desk@example.sip.twilio.com",
			want:       "+12065550111",
		},
		{
			name:    "a Voice SDK caller to a client",
			contact: alice,
			from:    "client:anna",
			want:    "client:anna",
		},
		{
			name:    "a caller by SIP to a client",
			contact: alice,
			to:      "sip:desk@example.sip.twilio.com",
			from:    "sip:anna@example.com",
		},
		{
			name:    "a withheld number to a SIP phone",
			contact: sip,
			to:      "+12065550100",
			from:    "anonymous",
			want:    "+12065550100",
		},
		{
			name:    "the caller's number is not ours to show on a phone",
			contact: phone,
			from:    "+14155550123",
		},
		{
			name:       "a number with an extension is none",
			contact:    phone,
			configured: "+12065550111x1",
			to:         "+12065550100x2",
		},
		{
			name:    "a number with an extension is none for a client either",
			contact: alice,
			to:      "+12065550100x2",
			from:    "client:anna",
			want:    "client:anna",
		},
		{
			name:    "a client with space around it",
			contact: alice,
			from:    "client:anna ",
			want:    "client:anna",
		},
		{
			name:    "no more than a word",
			contact: alice,
			to:      "desk",
			from:    "anonymous",
		},
	}
	for _, test := range tests {
		if got := CallerID(test.contact, test.configured, test.to, test.from); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
