package ledger

func (c Call) HasLeft(task string) bool {
	created := c.time(task + ".created")
	return c.has(leftQueue) && !created.IsZero() && !c.LeftQueue().Before(created)
}
