package account

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/twilio/twilio-go/client"
	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	"switchboard/shared/cause"
	own "switchboard/shared/taskrouter"
	"switchboard/shared/twilio"
)

// Kind is a kind of resource, for people.
type Kind string

// Kinds.
const (
	KindWorkspace  Kind = "workspace"
	KindActivity   Kind = "activity"
	KindTaskQueue  Kind = "task queue"
	KindWorkflow   Kind = "workflow"
	KindWorker     Kind = "worker"
	KindNumber     Kind = "number"
	KindVoiceQueue Kind = "voice queue"
)

// prefixes are the prefixes of the kinds' SIDs.
var prefixes = map[Kind]string{
	KindWorkspace:  "WS",
	KindActivity:   "WA",
	KindTaskQueue:  "WQ",
	KindWorkflow:   "WW",
	KindWorker:     "WK",
	KindNumber:     "PN",
	KindVoiceQueue: "QU",
}

// lists are the path segments of the kinds' lists. Workspaces are part of the base address.
var lists = map[Kind]string{
	KindActivity:   "Activities",
	KindTaskQueue:  "TaskQueues",
	KindWorkflow:   "Workflows",
	KindWorker:     "Workers",
	KindNumber:     "IncomingPhoneNumbers",
	KindVoiceQueue: "Queues",
}

// Resource identifies a resource. SID is "" for one to be created; Workspace is the SID of its
// workspace, if it has one.
type Resource struct {
	Kind           Kind
	Workspace, SID string
	Name           string // for errors
}

func (r Resource) String() string { return fmt.Sprintf("%s %q", r.Kind, r.Name) }

// url returns the address of the resource, or of the list for one to be created. twilio-go's own
// functions for writing have a type for each resource; a change has Twilio's parameter names.
func (c *Client) url(r Resource) (string, error) {
	base := "https://taskrouter.twilio.com/v1/Workspaces"
	list := lists[r.Kind]
	var suffix string
	switch r.Kind {
	case KindWorkspace:
	case KindNumber, KindVoiceQueue:
		base = "https://api.twilio.com/2010-04-01/Accounts/" + c.AccountSID
		suffix = ".json"
	default:
		if err := twilio.CheckSID(r.String(), "WS", r.Workspace); err != nil {
			return "", err
		}
		base += "/" + r.Workspace
	}
	if list != "" {
		base += "/" + list
	}
	if r.SID != "" {
		if err := twilio.CheckSID(r.String(), prefixes[r.Kind], r.SID); err != nil {
			return "", err
		}
		base += "/" + r.SID
	}
	return base + suffix, nil
}

const errNoSID = cause.Text("the answer has no SID")

// Create creates a resource from parameters by Twilio's names for them, and returns its SID. After
// a *twilio.Error that is Unknown the resource may exist.
func (c *Client) Create(ctx context.Context, r Resource, parameters url.Values) (sid string, err error) {
	err = c.write(ctx, "create "+r.String(), http.MethodPost, r, parameters, func(answer *http.Response) error {
		var made map[string]any // its keys are exact, which those of a struct are not
		if err := json.NewDecoder(answer.Body).Decode(&made); err != nil {
			return err
		}
		text, _ := made["sid"].(string)
		if !own.ValidSID(prefixes[r.Kind], text) {
			return errNoSID
		}
		sid = text
		return nil
	})
	return sid, err
}

// Update sets parameters of a resource. Others stay unchanged.
func (c *Client) Update(ctx context.Context, r Resource, parameters url.Values) error {
	return c.write(ctx, "update "+r.String(), http.MethodPost, r, parameters, func(*http.Response) error { return nil })
}

// Delete deletes a resource. err is an *InUseError for a task queue with tasks or a worker with
// reservations.
func (c *Client) Delete(ctx context.Context, r Resource) error {
	if _, err := c.url(r); err != nil {
		return err
	}
	if err := c.inUse(ctx, r); err != nil {
		return err
	}
	return c.write(ctx, "delete "+r.String(), http.MethodDelete, r, nil, func(*http.Response) error { return nil })
}

func (c *Client) write(ctx context.Context, what, method string, r Resource, parameters url.Values,
	read func(*http.Response) error) error {
	address, err := c.url(r)
	if err != nil {
		return err
	}
	// Only a write that Twilio throttled is repeated: it may have processed any other.
	return c.do(ctx, what, (*twilio.Error).Throttled, func(rest client.BaseClient) error {
		// The handler applies TWILIO_REGION and TWILIO_EDGE, as twilio-go's own functions do.
		handler := client.NewRequestHandler(rest)
		region, err := handler.BuildUrl(address)
		if err != nil {
			return err
		}
		answer, err := rest.SendRequest(method, region, parameters,
			map[string]any{"Content-Type": "application/x-www-form-urlencoded"})
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		return read(answer)
	})
}

// InUseError says that a resource has tasks or reservations, which twilioctl never ends.
type InUseError struct {
	Resource Resource
	By       string
}

// Error says which.
func (e *InUseError) Error() string {
	return fmt.Sprintf("delete %s: it has %s; try again after they end", e.Resource, e.By)
}

// inUse looks for open tasks of a task queue and for open reservations of a worker.
func (c *Client) inUse(ctx context.Context, r Resource) error {
	switch r.Kind {
	case KindTaskQueue:
		return c.openTasks(ctx, r)
	case KindWorker:
		return c.openReservations(ctx, r)
	}
	return nil
}

func (c *Client) openTasks(ctx context.Context, r Resource) error {
	params := &taskrouter.ListTaskParams{}
	params.SetTaskQueueSid(r.SID)
	params.SetAssignmentStatus(own.OpenTask())
	params.SetLimit(1)
	var open int
	err := c.Do(ctx, "look for tasks of "+r.String(), func(rest client.BaseClient) error {
		found, err := taskrouter.NewApiServiceWithClient(rest).ListTask(r.Workspace, params)
		open = len(found)
		return err
	})
	if err == nil && open > 0 {
		return &InUseError{r, "open tasks"}
	}
	return err
}

func (c *Client) openReservations(ctx context.Context, r Resource) error {
	for _, status := range []string{"pending", "accepted", "wrapping"} {
		params := &taskrouter.ListWorkerReservationParams{}
		params.SetReservationStatus(status)
		params.SetLimit(1)
		var open int
		err := c.Do(ctx, "look for reservations of "+r.String(), func(rest client.BaseClient) error {
			found, err := taskrouter.NewApiServiceWithClient(rest).ListWorkerReservation(r.Workspace, r.SID, params)
			open = len(found)
			return err
		})
		if err != nil {
			return err
		}
		if open > 0 {
			return &InUseError{r, status + " reservations"}
		}
	}
	return nil
}
