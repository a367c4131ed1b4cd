package hold

import "switchboard/shared/outlook"

// wait returns the wait that a caller is told, in the round that begins now. The enqueue function
// has decided about the first round, and recorded that. A minute later the wait URL's path says
// nothing any more to a caller who hears the first round again.
func (r round) wait(now state) (wait outlook.Range, says bool) {
	if r.told == nil || r.count > 0 || now.waited >= announceEvery {
		return now.expects.wait, now.expects.saysWait
	}
	return *r.told, *r.told != (outlook.Range{}) && r.told.Admits(now.waited)
}
