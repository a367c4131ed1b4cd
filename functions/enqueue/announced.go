package enqueue

import (
	"context"
	"encoding/json"

	"switchboard/shared/outlook"
	"switchboard/shared/taskrouter"
)

// expects returns what is known of the wait of a caller who enters the queue now. told is the
// segment of the wait URL by which a desk that announces waits says it first; this function does
// not know which desks do. attribute has the same for the ledger, which learns it from the task's
// events. Both are empty if nothing is known.
func (a arrival) expects(ctx context.Context) (attribute json.RawMessage, told string) {
	if a.handler.Priority != nil || a.settings.Prioritized() != "" {
		return nil, ""
	}
	wait, found := a.handler.Outlook.Get(ctx).Wait(a.handler.Now(), 0)
	if !found {
		return nil, ""
	}
	return json.RawMessage(`{"` + taskrouter.ExpectedWait + `":"` + wait.Text() + `"}`), "/" + outlook.Told(wait)
}
