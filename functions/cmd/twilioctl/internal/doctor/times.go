package doctor

import (
	"fmt"
	"strconv"
	"time"

	"switchboard/functions/cmd/twilioctl/internal/deployment"
)

// seconds returns a parameter of the stack. given is false if it is empty or missing.
func (e *evidence) seconds(name string) (value time.Duration, given bool) {
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
		return finding(Error, subject,
			fmt.Sprintf("a bridge can take %s (%s): reservations time out while the phone rings",
				inSeconds(budget.Total()), budget),
			fmt.Sprintf("%s: Task reservation timeout %d or more, and sam deploy with ReservationTimeoutSeconds the same", workflowPlace, int(budget.Total().Seconds())))
	}
	deployed, known := e.seconds("ReservationTimeoutSeconds")
	remedy := fmt.Sprintf("sam deploy with ReservationTimeoutSeconds=%d, or %s: Task reservation timeout %d",
		int(set.Seconds()), workflowPlace, int(deployed.Seconds()))
	switch {
	case known && deployed > set:
		return finding(Error, subject,
			fmt.Sprintf("ReservationTimeoutSeconds is %s: phones ring after the reservation has timed out",
				inSeconds(deployed)), remedy)
	case known && deployed < set:
		return finding(Warning, subject,
			fmt.Sprintf("ReservationTimeoutSeconds is %s: the remaining time is not used", inSeconds(deployed)), remedy)
	}
	return ok(subject, fmt.Sprintf("a bridge takes up to %s: %s", inSeconds(budget.Total()), budget))
}

func (e *evidence) checkTaskTimeout() []Finding {
	ttl, given := e.seconds("TaskTimeoutSeconds")
	if !given {
		return ok("TaskTimeoutSeconds", "empty: a caller may wait for 24 hours, Twilio's default")
	}
	subject := fmt.Sprintf("TaskTimeoutSeconds %d", int(ttl.Seconds()))
	if ttl < e.workflow.ReservationTimeout {
		return finding(Warning, subject,
			fmt.Sprintf("shorter than a reservation (%s): tasks end while the first worker's phone rings",
				inSeconds(e.workflow.ReservationTimeout)), "sam deploy with a larger TaskTimeoutSeconds")
	}
	return ok(subject, "the maximum wait, after which a caller goes to voicemail")
}

// checkMissedCalls requires a pause: without one TaskRouter offers the call to the same worker
// again.
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
		return finding(Error, subject,
			"TaskRouter offers the same call to a worker who does not answer again and again", remedy+" MissedCallLimit=3")
	case pause == 0:
		return finding(Warning, subject,
			"TaskRouter immediately offers the same call to a worker who does not answer", remedy)
	case limit == "0":
		return ok(subject, "a worker who does not answer pauses, and is never signed off")
	}
	return ok(subject, "a worker who does not answer pauses, and is signed off after "+limit+" missed calls in a row")
}

// checkWrapUp requires WrapUpSeconds where nothing else ends a wrap-up.
func (e *evidence) checkWrapUp() []Finding {
	subject := "WrapUpSeconds"
	wait, given := e.seconds("WrapUpSeconds")
	postWork := e.activity(e.parameter("PostWorkActivitySid"))
	switch {
	case given:
		return ok(subject, fmt.Sprintf("Switchboard completes tasks after %s", inSeconds(wait)))
	case postWork != nil && !postWork.Available && !e.account.Workspace.MultiTask:
		found := "empty: workers stay in " + postWork.Name + " after a call and get no second call"
		return finding(Warning, subject, found, "sam deploy with WrapUpSeconds=30")
	case e.account.Workspace.MultiTask:
		return finding(Warning, subject,
			"empty, and the workspace is multitasking: unless your own code completes tasks, workers get no second call",
			"sam deploy with WrapUpSeconds=30")
	}
	return ok(subject, "empty, and the workspace is single-tasking: Twilio completes tasks")
}
