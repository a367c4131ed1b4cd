package describe

import (
	"switchboard/functions/cmd/twilioctl/plan"
	"switchboard/functions/cmd/twilioctl/workspacefile"
	"switchboard/shared/exactjson"
)

// configuration is a workflow's configuration as plan.ReadRouting gives it.
type configuration struct {
	TaskRouting struct {
		Filters []struct {
			Name       string   `json:"filter_friendly_name"`
			Expression string   `json:"expression"`
			Targets    []target `json:"targets"`
		} `json:"filters"`
		Default *target `json:"default_filter"`
	} `json:"task_routing"`
}

type target struct {
	Queue           string `json:"queue"`
	Priority        *int   `json:"priority"`
	Timeout         *int   `json:"timeout"`
	Expression      string `json:"expression"`
	OrderBy         string `json:"order_by"`
	SkipIf          string `json:"skip_if"`
	KnownWorkerSID  string `json:"known_worker_sid"`
	KnownWorkerName string `json:"known_worker_friendly_name"`
}

// route writes a configuration into a workflow. The error names a member that a file has no key for.
func route(read plan.Routing, into *workspacefile.Workflow) error {
	var c configuration
	if err := exactjson.UnmarshalStrict([]byte(read.String()), &c); err != nil {
		return err
	}
	for _, f := range c.TaskRouting.Filters {
		described := workspacefile.Filter{Name: f.Name, Expression: f.Expression}
		for _, t := range f.Targets {
			described.Targets = append(described.Targets, workspacefile.Target(t))
		}
		into.Filters = append(into.Filters, described)
	}
	if c.TaskRouting.Default == nil {
		into.NoDefault = true
		return nil
	}
	standard := workspacefile.Target(*c.TaskRouting.Default)
	into.Default = &standard
	return nil
}
