package enqueue

import (
	"context"
	"encoding/json"

	"switchboard/shared/outlook"
	"switchboard/shared/taskrouter"
)

// announces decides which wait the caller hears first. told is the segment of the wait URL that
// says it, and attribute has it for the ledger, which learns it from the task's events. Both are
// empty at a desk that announces no wait.
func (a arrival) announces(ctx context.Context) (attribute json.RawMessage, told string) {
	if !a.settings.Waiting.Wait || a.handler.Priority != nil || a.settings.Prioritized() != "" {
		return nil, ""
	}
	wait, found := a.handler.Outlook.Get(ctx).Wait(a.handler.Now(), 0)
	if !found {
		return nil, "/" + outlook.Told(outlook.Range{})
	}
	return json.RawMessage(`{"` + taskrouter.AnnouncedWait + `":"` + wait.Text() + `"}`), "/" + outlook.Told(wait)
}
