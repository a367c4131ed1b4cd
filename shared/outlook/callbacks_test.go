package outlook_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"switchboard/shared/outlook"
)

const (
	first  = "+14155550123"
	second = "+14155550124"
	third  = "+14155550125"
)

// kept is a call back whose caller had entered the line some minutes before noon.
func kept(number string, minutes int) outlook.Callback {
	return outlook.Callback{Number: number, Entered: noon().Add(-time.Duration(minutes) * time.Minute)}
}

func TestListOfCallbacks(t *testing.T) {
	t.Parallel()
	list := outlook.ListCallbacks(kept(first, 1), kept(second, 2), kept(first, 3))
	if len(list) != 29 || !list.Has(first) || !list.Has(second) || list.Has(third) || strings.Contains(string(list), first[1:]) {
		t.Errorf("list %q", list)
	}
	if empty := outlook.ListCallbacks(); empty != "" || empty.Has(first) {
		t.Errorf("list of none: %q", empty)
	}
}

func TestCallbacksAhead(t *testing.T) {
	t.Parallel()
	many := make([]outlook.Callback, 300)
	for i := range many {
		many[i] = kept(fmt.Sprintf("+1415556%04d", i), 500-i)
	}
	now := noon()
	counted := outlook.Outlook{}.Count(3, now)
	tests := []struct {
		name        string
		outlook     outlook.Outlook
		entered     time.Time
		want        int
		wantCertain bool
	}{
		{"none", counted, now, 0, true},
		{"never counted", outlook.Outlook{}, now, 0, true},
		{"never counted, and shown by an event", outlook.Outlook{Callbacks: outlook.ListCallbacks(kept(second, 3)), Added: now}, now, 1, true},
		{"counted long ago", outlook.Outlook{}.Count(3, now.Add(-11*time.Minute)).List(kept(second, 60)), now, 1, false},
		{"one ahead, one behind", counted.List(kept(second, 3), kept(third, 1)), now.Add(-2 * time.Minute), 1, true},
		{"by another clock", counted.List(kept(second, 1)), now.Add(-80 * time.Second), 1, true},
		{"the caller's own", counted.List(kept(first, 3), kept(second, 3)), now, 1, true},
		{"the oldest of a number", counted.List(kept(second, 1), kept(second, 9)), now.Add(-5 * time.Minute), 1, true},
		{"more than are listed", counted.List(many...), now, 250, false},
		{"ahead of some of many", counted.List(many...), many[100].Entered.Add(-time.Minute), 100, true},
		{"of an earlier version", outlook.Outlook{Counted: now, Callbacks: "1b9d0a3c 2c9d0a3c"}, now, 2, true},
	}
	for _, test := range tests {
		if n, certain := test.outlook.Ahead(now, test.entered, first); n != test.want || certain != test.wantCertain {
			t.Errorf("%s: %d, %t, want %d, %t", test.name, n, certain, test.want, test.wantCertain)
		}
	}
}

// TestShownCallbackOutlivesACount has the sweeper count while an event shows a call back, which the
// sweeper may have read before it was there.
func TestShownCallbackOutlivesACount(t *testing.T) {
	t.Parallel()
	shown := func(at time.Time) outlook.Outlook {
		return outlook.Outlook{Callbacks: outlook.ListCallbacks(kept(second, 1)), Added: at}
	}
	count := func(o outlook.Outlook, at time.Time) outlook.Outlook { return o.Count(3, at).List(kept(first, 5)) }
	for name, test := range map[string]struct {
		outlook outlook.Outlook
		want    bool
	}{
		"shown after the count":            {count(outlook.Outlook{}, noon()).Merge(shown(noon().Add(time.Minute))), true},
		"written after the count":          {shown(noon().Add(time.Minute)).Merge(count(outlook.Outlook{}, noon())), true},
		"shown while the sweeper ran":      {count(shown(noon().Add(-50*time.Second)), noon()), true},
		"shown before the sweeper ran":     {count(shown(noon().Add(-2*time.Minute)), noon()), false},
		"written late, shown long before":  {shown(noon().Add(-2 * time.Minute)).Merge(count(outlook.Outlook{}, noon())), false},
		"counted again after a later read": {count(count(shown(noon()), noon()), noon().Add(5*time.Minute)), false},
	} {
		if !test.outlook.Callbacks.Has(first) || test.outlook.Callbacks.Has(second) != test.want {
			t.Errorf("%s: %+v", name, test.outlook)
		}
	}
}

func TestFullestOutlookFitsParameter(t *testing.T) {
	t.Parallel()
	at := noon().Add(time.Nanosecond)
	full := outlook.Outlook{Answered: at, Waited: 1209600, Counted: at, Workers: 99999, None: at, Seen: at, Added: at}
	var many []outlook.Callback
	for i := range 1000 {
		many = append(many, kept(fmt.Sprintf("+1415556%04d", i), i))
	}
	text, err := full.List(many...).Encode()
	if err != nil || len(text) > 4096 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}
