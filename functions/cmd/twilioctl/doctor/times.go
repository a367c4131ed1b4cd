package doctor

import (
	"fmt"
	"strconv"
	"time"

	"switchboard/functions/cmd/twilioctl/deployment"
)

// seconds reads a parameter of the stack; false where it is empty or the stack has none.
func (e *evidence) seconds(name string) (time.Duration, bool) {
	n, err := strconv.Atoi(e.parameter(name))
	return time.Duration(n) * time.Second, err == nil
}

func (e *evidence) checkReservationTimeout() []Finding {
	set := e.workflow.ReservationTimeout
	subject := fmt.Sprintf("reservation timeout %s of workflow %s", inSeconds(set), e.workflow.Name)
	budget, err := deployment.NewBudget(e.doctor.Stack.Parameters)
	if err != nil {
		return unreadable(subject, err, "sam deploy")
	}
	if set < budget.Total() {
		return finding(Error, subject, fmt.Sprintf("a bridge can take %s (%s): reservations end while the phone rings", inSeconds(budget.Total()), budget),
			fmt.Sprintf("%s: Task reservation timeout %d or more, and sam deploy with ReservationTimeoutSeconds the same", workflowPlace, int(budget.Total().Seconds())))
	}
	deployed, known := e.seconds("ReservationTimeoutSeconds")
	remedy := fmt.Sprintf("sam deploy with ReservationTimeoutSeconds=%d, or %s: Task reservation timeout %d", int(set.Seconds()), workflowPlace, int(deployed.Seconds()))
	switch {
	case known && deployed > set:
		return finding(Error, subject, fmt.Sprintf("ReservationTimeoutSeconds is %s: phones ring for reservations that have ended", inSeconds(deployed)), remedy)
	case known && deployed < set:
		return finding(Warning, subject, fmt.Sprintf("ReservationTimeoutSeconds is %s: the rest of the time is not used", inSeconds(deployed)), remedy)
	}
	return ok(subject, fmt.Sprintf("a bridge takes %s at most: %s", inSeconds(budget.Total()), budget))
}

func (e *evidence) checkTaskTimeout() []Finding {
	ttl, given := e.seconds("TaskTimeoutSeconds")
	if !given {
		return ok("TaskTimeoutSeconds", "empty: a caller may wait as long as Twilio lets a task live, 24 hours")
	}
	subject := fmt.Sprintf("TaskTimeoutSeconds %d", int(ttl.Seconds()))
	if ttl < e.workflow.ReservationTimeout {
		return finding(Warning, subject, fmt.Sprintf("a reservation alone may last %s: calls end while their first worker's phone rings", inSeconds(e.workflow.ReservationTimeout)), "sam deploy with a larger TaskTimeoutSeconds")
	}
	return ok(subject, "a caller may wait so long, and is then asked for a message")
}

// checkMissedCalls: without a pause TaskRouter offers the same call to the same worker again.
func (e *evidence) checkMissedCalls() []Finding {
	limit := e.parameter("MissedCallLimit")
	if limit == "" {
		limit = "3"
	}
	pause, given := e.seconds("MissedCallPauseSeconds")
	if !given {
		pause = time.Minute
	}
	subject := fmt.Sprintf("MissedCallPauseSeconds %d, MissedCallLimit %s", int(pause.Seconds()), limit)
	const remedy = "sam deploy with MissedCallPauseSeconds=60"
	switch {
	case pause == 0 && limit == "0":
		return finding(Error, subject, "a worker who does not answer is offered the same call again and again", remedy+" MissedCallLimit=3")
	case pause == 0:
		return finding(Warning, subject, "a worker who does not answer is offered the same call again immediately", remedy)
	case limit == "0":
		return ok(subject, "a worker who does not answer pauses, and is never signed off for it")
	}
	return ok(subject, "a worker who does not answer pauses, and is signed off after "+limit+" missed calls in a row")
}

// checkWrapUp: without WrapUpSeconds nothing ends a wrap-up, neither the task nor the activity.
func (e *evidence) checkWrapUp() []Finding {
	subject := "WrapUpSeconds"
	wait, given := e.seconds("WrapUpSeconds")
	postWork := e.activity(e.parameter("PostWorkActivitySid"))
	switch {
	case given:
		return ok(subject, fmt.Sprintf("tasks are completed after %s", inSeconds(wait)))
	case postWork != nil && !postWork.Available && !e.account.Workspace.MultiTask:
		found := "it is empty: no worker is brought back from " + postWork.Name + " after a call, and each gets one call and no second"
		return finding(Warning, subject, found, "sam deploy with WrapUpSeconds=30")
	case e.account.Workspace.MultiTask:
		return finding(Warning, subject, "it is empty and the workspace is multitasking: unless your own code completes tasks, a worker gets one call and no second", "sam deploy with WrapUpSeconds=30")
	}
	return ok(subject, "empty, and the workspace is single-tasking: Twilio completes tasks")
}
