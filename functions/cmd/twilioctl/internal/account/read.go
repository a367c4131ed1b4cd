package account

import (
	"context"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"
	taskrouter "github.com/twilio/twilio-go/rest/taskrouter/v1"

	"switchboard/shared/twilio"
)

const (
	pageSize = 1000                // items; Twilio's maximum
	maxItems = twilio.MaxItems + 1 // of a list; one more than allowed shows that it is too long
)

// Read reads the workspace of that name with its resources, and the account's numbers and voice
// queues. err is an *AmbiguousError if several workspaces have the name.
func (c *Client) Read(ctx context.Context, workspace string) (Snapshot, error) {
	all, err := c.Workspaces(ctx)
	if err != nil {
		return Snapshot{}, err
	}
	var found *Workspace
	var others []string
	for _, each := range all {
		if each.Name != workspace {
			others = append(others, each.Name)
			continue
		}
		if found != nil {
			return Snapshot{}, &AmbiguousError{Kind: "workspace", Name: workspace, SIDs: [2]string{found.SID, each.SID}}
		}
		found = &each
	}
	snapshot, err := c.ReadWorkspace(ctx, found)
	snapshot.Others = others
	return snapshot, err
}

// ReadWorkspace is Read for a workspace that the caller has read; nil = none.
func (c *Client) ReadWorkspace(ctx context.Context, workspace *Workspace) (Snapshot, error) {
	snapshot := Snapshot{AccountSID: c.AccountSID, Workspace: workspace}
	reads := []func() error{
		into(&snapshot.Numbers, func() ([]Number, error) { return c.Numbers(ctx) }),
		into(&snapshot.Queues, func() ([]Queue, error) { return c.Queues(ctx) }),
	}
	if workspace != nil {
		sid := workspace.SID
		reads = append(reads,
			into(&snapshot.Activities, func() ([]Activity, error) { return c.Activities(ctx, sid) }),
			into(&snapshot.TaskQueues, func() ([]TaskQueue, error) { return c.TaskQueues(ctx, sid) }),
			into(&snapshot.Workflows, func() ([]Workflow, error) { return c.Workflows(ctx, sid) }),
			into(&snapshot.Workers, func() ([]Worker, error) { return c.Workers(ctx, sid) }))
	}
	for _, read := range reads {
		if err := read(); err != nil {
			return Snapshot{}, err
		}
	}
	return snapshot, nil
}

func into[T any](to *[]T, read func() ([]T, error)) func() error {
	return func() (err error) {
		*to, err = read()
		return err
	}
}

// Workspaces lists the account's workspaces.
func (c *Client) Workspaces(ctx context.Context) ([]Workspace, error) {
	return list(ctx, c, "list workspaces", func(rest client.BaseClient) ([]taskrouter.TaskrouterV1Workspace, error) {
		params := &taskrouter.ListWorkspaceParams{}
		params.SetPageSize(pageSize)
		params.SetLimit(maxItems)
		return taskrouter.NewApiServiceWithClient(rest).ListWorkspace(params)
	}, workspaceOf)
}

// Workspace fetches a workspace by its SID.
func (c *Client) Workspace(ctx context.Context, named string) (*Workspace, error) {
	if err := twilio.CheckSID("fetch workspace", "WS", named); err != nil {
		return nil, err
	}
	found, err := list(ctx, c, "fetch workspace "+named,
		func(rest client.BaseClient) ([]taskrouter.TaskrouterV1Workspace, error) {
			one, err := taskrouter.NewApiServiceWithClient(rest).FetchWorkspace(named)
			if err != nil {
				return nil, err
			}
			return []taskrouter.TaskrouterV1Workspace{*one}, nil
		}, workspaceOf)
	if err != nil {
		return nil, err
	}
	return &found[0], nil
}

func workspaceOf(w taskrouter.TaskrouterV1Workspace) Workspace {
	return Workspace{
		SID: value(w.Sid), Name: value(w.FriendlyName), EventCallbackURL: value(w.EventCallbackUrl), EventsFilter: value(w.EventsFilter),
		DefaultActivitySID: value(w.DefaultActivitySid), TimeoutActivitySID: value(w.TimeoutActivitySid), MultiTask: value(w.MultiTaskEnabled),
		DefaultActivityName: value(w.DefaultActivityName), TimeoutActivityName: value(w.TimeoutActivityName),
	}
}

// Activities lists a workspace's activities.
func (c *Client) Activities(ctx context.Context, workspace string) ([]Activity, error) {
	if err := twilio.CheckSID("list activities", "WS", workspace); err != nil {
		return nil, err
	}
	return list(ctx, c, "list activities", func(rest client.BaseClient) ([]taskrouter.TaskrouterV1Activity, error) {
		params := &taskrouter.ListActivityParams{}
		params.SetPageSize(pageSize)
		params.SetLimit(maxItems)
		return taskrouter.NewApiServiceWithClient(rest).ListActivity(workspace, params)
	}, func(a taskrouter.TaskrouterV1Activity) Activity {
		return Activity{SID: value(a.Sid), Name: value(a.FriendlyName), Available: value(a.Available)}
	})
}

// TaskQueues lists a workspace's task queues.
func (c *Client) TaskQueues(ctx context.Context, workspace string) ([]TaskQueue, error) {
	if err := twilio.CheckSID("list task queues", "WS", workspace); err != nil {
		return nil, err
	}
	return list(ctx, c, "list task queues", func(rest client.BaseClient) ([]taskrouter.TaskrouterV1TaskQueue, error) {
		params := &taskrouter.ListTaskQueueParams{}
		params.SetPageSize(pageSize)
		params.SetLimit(maxItems)
		return taskrouter.NewApiServiceWithClient(rest).ListTaskQueue(workspace, params)
	}, func(q taskrouter.TaskrouterV1TaskQueue) TaskQueue {
		return TaskQueue{
			SID: value(q.Sid), Name: value(q.FriendlyName), TargetWorkers: value(q.TargetWorkers), TaskOrder: value(q.TaskOrder),
			MaxReservedWorkers: q.MaxReservedWorkers,
		}
	})
}

// Workflows lists a workspace's workflows.
func (c *Client) Workflows(ctx context.Context, workspace string) ([]Workflow, error) {
	if err := twilio.CheckSID("list workflows", "WS", workspace); err != nil {
		return nil, err
	}
	return list(ctx, c, "list workflows", func(rest client.BaseClient) ([]taskrouter.TaskrouterV1Workflow, error) {
		params := &taskrouter.ListWorkflowParams{}
		params.SetPageSize(pageSize)
		params.SetLimit(maxItems)
		return taskrouter.NewApiServiceWithClient(rest).ListWorkflow(workspace, params)
	}, func(w taskrouter.TaskrouterV1Workflow) Workflow {
		return Workflow{
			SID: value(w.Sid), Name: value(w.FriendlyName), Configuration: value(w.Configuration),
			AssignmentCallbackURL: value(w.AssignmentCallbackUrl), FallbackAssignmentCallbackURL: value(w.FallbackAssignmentCallbackUrl),
			ReservationTimeout: time.Duration(w.TaskReservationTimeout) * time.Second,
		}
	})
}

// Workers lists a workspace's workers.
func (c *Client) Workers(ctx context.Context, workspace string) ([]Worker, error) {
	if err := twilio.CheckSID("list workers", "WS", workspace); err != nil {
		return nil, err
	}
	return list(ctx, c, "list workers", func(rest client.BaseClient) ([]taskrouter.TaskrouterV1Worker, error) {
		params := &taskrouter.ListWorkerParams{}
		params.SetPageSize(pageSize)
		params.SetLimit(maxItems)
		return taskrouter.NewApiServiceWithClient(rest).ListWorker(workspace, params)
	}, func(w taskrouter.TaskrouterV1Worker) Worker {
		return Worker{
			SID: value(w.Sid), Name: value(w.FriendlyName), Attributes: value(w.Attributes), ActivitySID: value(w.ActivitySid),
			ActivityName: value(w.ActivityName), Available: value(w.Available), StatusChanged: value(w.DateStatusChanged),
		}
	})
}

// Numbers lists the account's phone numbers.
func (c *Client) Numbers(ctx context.Context) ([]Number, error) {
	return list(ctx, c, "list phone numbers", func(rest client.BaseClient) ([]api.ApiV2010IncomingPhoneNumber, error) {
		params := &api.ListIncomingPhoneNumberParams{}
		params.SetPageSize(pageSize)
		params.SetLimit(maxItems)
		return api.NewApiServiceWithClient(rest).ListIncomingPhoneNumber(params)
	}, func(n api.ApiV2010IncomingPhoneNumber) Number {
		return Number{
			SID: value(n.Sid), Number: value(n.PhoneNumber), VoiceURL: value(n.VoiceUrl), VoiceMethod: value(n.VoiceMethod),
			FallbackURL: value(n.VoiceFallbackUrl), FallbackMethod: value(n.VoiceFallbackMethod),
			ApplicationSID: value(n.VoiceApplicationSid), TrunkSID: value(n.TrunkSid),
			TextURL: value(n.SmsUrl), TextMethod: value(n.SmsMethod), TextApplicationSID: value(n.SmsApplicationSid),
			Texts: value(n.Capabilities).Sms,
		}
	})
}

// Queues lists the account's voice queues.
func (c *Client) Queues(ctx context.Context) ([]Queue, error) {
	return list(ctx, c, "list voice queues", func(rest client.BaseClient) ([]api.ApiV2010Queue, error) {
		params := &api.ListQueueParams{}
		params.SetPageSize(pageSize)
		params.SetLimit(maxItems)
		return api.NewApiServiceWithClient(rest).ListQueue(params)
	}, func(q api.ApiV2010Queue) Queue {
		return Queue{SID: value(q.Sid), Name: value(q.FriendlyName), MaxSize: q.MaxSize, Size: q.CurrentSize}
	})
}

// list reads all pages and converts the items.
func list[From, To any](ctx context.Context, c *Client, what string, read func(client.BaseClient) ([]From, error),
	of func(From) To) ([]To, error) {
	var found []To
	err := c.Do(ctx, what, func(rest client.BaseClient) error {
		all, err := read(rest)
		if err := twilio.CheckItems(len(all)); err != nil {
			return err
		}
		found = nil // of a try that failed
		for _, each := range all {
			found = append(found, of(each))
		}
		return err
	})
	return found, err
}

func value[T any](pointer *T) (v T) {
	if pointer != nil {
		v = *pointer
	}
	return v
}
