package outlook

import "testing"

func TestRangesHaveTexts(t *testing.T) {
	t.Parallel()
	for _, each := range Ranges() {
		if got, found := ParseTold(Told(each)); got != each || !found {
			t.Errorf("%+v is told by %q, which reads %+v, %t", each, Told(each), got, found)
		}
	}
	for _, text := range []string{"", "wait-", "wait-4-6", "wait-none", "1-2-0-0-1795510800", "es", "wait-1-2-3"} {
		if got, found := ParseTold(text); found {
			t.Errorf("%q reads %+v", text, got)
		}
	}
}
