package hold

import "switchboard/shared/outlook"

// wait returns the wait that a caller is told in the round that begins now. For the first round the
// wait URL says it, as the enqueue function recorded it; this function may have read another one
// since. A minute later the URL says nothing to a caller who hears the first round again.
func (r round) wait(now state) (wait outlook.Range, says bool) {
	if r.told == (outlook.Range{}) || r.count > 0 || now.waited >= announceEvery {
		return now.expects.wait, now.expects.saysWait
	}
	return r.told, now.expects.announces && r.told.Admits(now.waited)
}
