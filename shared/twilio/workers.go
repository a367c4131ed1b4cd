package twilio

import (
	"context"
	"net/http"
	"time"

	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	own "switchboard/shared/taskrouter"
)

// Worker is a TaskRouter worker.
// https://www.twilio.com/docs/taskrouter/api/worker
type Worker struct {
	SID, Name    string
	ActivitySID  string
	ActivityName string
	Available    bool
	Since        time.Time // of the last change of activity, in whole seconds; zero = not in the answer
	ETag         string    // of this version, for MoveWorker; "" in a list
	Lead         bool      // may close the desk by phone; a list may leave it out
}

// Worker reads a worker. found is false if Twilio knows no such worker. err is a *Error or a
// *SIDError; a retry is safe.
func (c *Client) Worker(ctx context.Context, worker string) (read Worker, found bool, err error) {
	if err := c.checkTaskRouter("fetch worker", sid{"WK", worker}); err != nil {
		return Worker{}, false, err
	}
	err = c.request(ctx, "fetch worker "+worker, (*Error).Transient, func(s services) error {
		fetched, err := s.taskrouter.FetchWorkerWithMetadata(c.WorkspaceSID, worker)
		if err == nil {
			resource := fetched.GetResource()
			read = workerOf(resource)
			read.ETag = fetched.GetHeaders().Get("ETag")
		}
		return err
	})
	if notFound(err) {
		return Worker{}, false, nil
	}
	return read, err == nil, err
}

// WorkersIn lists the workers who are in an activity. err is a *Error or a *SIDError; a retry is
// safe.
func (c *Client) WorkersIn(ctx context.Context, activity string) ([]Worker, error) {
	if err := c.checkTaskRouter("list workers", sid{"WA", activity}); err != nil {
		return nil, err
	}
	params := &taskrouter.ListWorkerParams{}
	params.SetActivitySid(activity)
	return c.workers(ctx, "list workers in activity "+activity, params)
}

// AvailableWorkers lists the workers who are in any available activity, busy ones of a multitasking
// workspace among them. err is a *Error or a *SIDError; a retry is safe.
func (c *Client) AvailableWorkers(ctx context.Context) ([]Worker, error) {
	const what = "list available workers"
	if err := c.checkTaskRouter(what); err != nil {
		return nil, err
	}
	params := &taskrouter.ListWorkerParams{}
	params.SetAvailable("true")
	return c.workers(ctx, what, params)
}

// WorkersAt lists the workers whose attribute contact_uri is the address, a phone number in E.164
// form. TaskRouter allows three requests with an expression a second for each account: a *Error
// with status 429 is such a refusal. A retry is safe.
// https://www.twilio.com/docs/taskrouter/expression-syntax
func (c *Client) WorkersAt(ctx context.Context, number string) ([]Worker, error) {
	const what = "list workers of a number"
	if err := c.checkTaskRouter(what); err != nil {
		return nil, err
	}
	if contact, err := own.ParseContact(number); err != nil || !contact.IsPhone() || contact.Number() != number {
		return nil, nil // no worker is called there
	}
	params := &taskrouter.ListWorkerParams{}
	params.SetTargetWorkersExpression(`contact_uri == "` + number + `"`)
	return c.workers(ctx, what, params)
}

// WorkersOfShift lists the workers whose attribute shift is the name, of letters, digits, - and _.
// It is limited as WorkersAt is, and a retry is safe.
func (c *Client) WorkersOfShift(ctx context.Context, name string) ([]Worker, error) {
	const what = "list workers of a shift"
	if err := c.checkTaskRouter(what); err != nil {
		return nil, err
	}
	params := &taskrouter.ListWorkerParams{}
	params.SetTargetWorkersExpression(`shift == "` + name + `"`)
	return c.workers(ctx, what, params)
}

func (c *Client) workers(ctx context.Context, what string, params *taskrouter.ListWorkerParams) (found []Worker, err error) {
	params.SetPageSize(1000)
	err = c.request(ctx, what, (*Error).Transient, func(s services) error {
		found = nil // of a try before
		return everyPage(func(token, number string) (*string, error) {
			page, err := s.taskrouter.PageWorker(c.WorkspaceSID, params, token, number)
			if err != nil {
				return nil, err
			}
			for _, each := range page.Workers {
				if own.ValidSID("WK", text(each.Sid)) {
					found = append(found, workerOf(each))
				}
			}
			return page.Meta.NextPageUrl, CheckItems(len(found))
		})
	})
	return found, err
}

// Move is what came of the request to move a worker.
type Move struct {
	Made  bool
	Since time.Time // in the new activity, in whole seconds; zero = not in the answer, or not made

	// Lost says of a move that was not made that the answer to an earlier try was lost: the worker
	// may have been changed by that.
	Lost bool
}

// MoveWorker changes a worker's activity if the worker is still the version with the ETag. reject
// also rejects the worker's pending reservations, for an unavailable activity. The move is not made
// if the worker was changed meanwhile; Twilio then answers 412. err is a *Error or a *SIDError; a
// retry is safe.
// https://www.twilio.com/docs/taskrouter/api/worker#update-a-worker-resource
func (c *Client) MoveWorker(ctx context.Context, worker Worker, activity string, reject bool) (move Move, err error) {
	if err := c.checkTaskRouter("move worker", sid{"WK", worker.SID}, sid{"WA", activity}); err != nil {
		return Move{}, err
	}
	params := &taskrouter.UpdateWorkerParams{}
	params.SetActivitySid(activity)
	if worker.ETag != "" {
		params.SetIfMatch(worker.ETag)
	}
	if reject {
		params.SetRejectPendingReservations(true)
	}
	tries := 0
	err = c.request(ctx, "move worker "+worker.SID, (*Error).Transient, func(s services) error {
		tries++
		updated, err := s.taskrouter.UpdateWorker(c.WorkspaceSID, worker.SID, params)
		if err == nil {
			move = Move{Made: true, Since: moment(updated.DateStatusChanged)}
		}
		return err
	})
	if hasStatus(err, http.StatusPreconditionFailed, http.StatusConflict, http.StatusNotFound) {
		return Move{Lost: tries > 1}, nil
	}
	return move, err
}

// OnCall reports whether a worker has an accepted reservation. err is a *Error or a *SIDError; a
// retry is safe.
// https://www.twilio.com/docs/taskrouter/api/worker-reservation-resource
func (c *Client) OnCall(ctx context.Context, worker string) (onCall bool, err error) {
	if err := c.checkTaskRouter("list reservations of worker", sid{"WK", worker}); err != nil {
		return false, err
	}
	params := &taskrouter.ListWorkerReservationParams{}
	params.SetReservationStatus("accepted")
	params.SetPageSize(1)
	err = c.request(ctx, "list reservations of worker "+worker, (*Error).Transient, func(s services) error {
		page, err := s.taskrouter.PageWorkerReservation(c.WorkspaceSID, worker, params, "", "")
		if err == nil {
			onCall = len(page.Reservations) > 0
		}
		return err
	})
	return onCall, err
}

// RoutineActivities lists the activities into which TaskRouter itself moves workers whom it
// reserves or assigns, as the workspace's task queues name them. Only single-tasking workspaces use
// them. https://www.twilio.com/docs/taskrouter/api/task-queue
func (c *Client) RoutineActivities(ctx context.Context) (activities []string, err error) {
	const what = "list task queues"
	if err := c.checkTaskRouter(what); err != nil {
		return nil, err
	}
	params := &taskrouter.ListTaskQueueParams{}
	params.SetPageSize(1000)
	err = c.request(ctx, what, (*Error).Transient, func(s services) error {
		activities = nil // of a try before
		return everyPage(func(token, number string) (*string, error) {
			page, err := s.taskrouter.PageTaskQueue(c.WorkspaceSID, params, token, number)
			if err != nil {
				return nil, err
			}
			for _, each := range page.TaskQueues {
				for _, activity := range []string{text(each.ReservationActivitySid), text(each.AssignmentActivitySid)} {
					if own.ValidSID("WA", activity) {
						activities = append(activities, activity)
					}
				}
			}
			return page.Meta.NextPageUrl, CheckItems(len(activities))
		})
	})
	return activities, err
}

func workerOf(resource taskrouter.TaskrouterV1Worker) Worker {
	return Worker{
		SID: text(resource.Sid), Name: text(resource.FriendlyName),
		ActivitySID: text(resource.ActivitySid), ActivityName: text(resource.ActivityName),
		Available: resource.Available != nil && *resource.Available, Since: moment(resource.DateStatusChanged),
		Lead: own.IsLead(text(resource.Attributes)),
	}
}
