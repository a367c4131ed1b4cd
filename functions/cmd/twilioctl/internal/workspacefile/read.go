package workspacefile

import (
	"fmt"
	"io"
	"os"
	"slices"

	"switchboard/functions/cmd/twilioctl/internal/deployment"
	"switchboard/functions/cmd/twilioctl/internal/workflow"
	"switchboard/shared/settings"
	"switchboard/shared/yamlfile"
)

// The default connection overrides
// (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides). Twilio requests a
// voice URL three times before its fallback, within its limit of 15 s. It delivers an event again
// if we did not accept it. It documents no overrides for assignment callbacks, whose limit is 5 s.
const (
	VoiceOverrides = "rc=2&rp=ct,rt,5xx&ct=2000&rt=4000"
	EventOverrides = "rc=2&rp=all"
)

// maxFile is the maximum size in bytes. A workspace of 5,000 workers needs a fraction of it.
const maxFile = 32 << 20

// AllEvents in an event filter means all of them.
const AllEvents = "all"

// Read reads a file. Errors in its contents are joined *yamlfile.Error, with file, line and field.
func Read(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read workspace file: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read workspace file: %w", err)
	case len(data) > maxFile:
		return nil, &yamlfile.Error{File: path, Text: fmt.Sprintf("the file is longer than %d MiB", maxFile>>20)}
	}
	return Parse(path, data)
}

// Parse is Read for a file's contents.
func Parse(name string, data []byte) (*File, error) {
	document, err := yamlfile.Parse(name, data)
	if err != nil {
		return nil, err
	}
	file := &File{name: name, document: document}
	if document != nil {
		if err := yamlfile.Decode(name, document, file); err != nil {
			return nil, err
		}
	}
	check := &checker{file: file}
	check.values()
	file.fill()
	check.names()
	return file, check.err()
}

// fill sets defaults.
func (f *File) fill() {
	preset(&f.Workspace, "Switchboard")
	a := &f.Activities
	if a.Available == nil {
		a.Available = []string{"Available"}
	}
	if len(a.Available) > 0 {
		preset(&a.SignedOn, a.Available[0])
	}
	if a.Unavailable == nil {
		a.Unavailable = []string{"Offline", "Unavailable"}
		preset(&a.SignedOff, "Offline")
	}
	preset(&a.NewWorkers, "Offline")
	preset(&a.Rejected, "Unavailable")
	// The sweeper brings back a worker whose reservation timed out only from there.
	preset(&a.TimedOut, a.Rejected)
	if f.TaskQueues == nil {
		f.TaskQueues = []TaskQueue{{Name: "Everyone"}}
	}
	for i := range f.TaskQueues {
		q := &f.TaskQueues[i]
		presetPointer(&q.Workers, "1==1")
		preset(&q.Order, "FIFO")
		presetPointer(&q.MaxReservedWorkers, 1)
	}
	preset(&f.Workflow.Name, "Calls")
	presetPointer(&f.Workflow.ReservationTimeout, 120)
	if f.Workflow.Default == nil && !f.Workflow.NoDefault && len(f.TaskQueues) > 0 && f.TaskQueues[0].Name != "" {
		f.Workflow.Default = &workflow.Target{Queue: f.TaskQueues[0].Name}
	}
	for i := range f.Workers {
		preset(&f.Workers[i].Activity, a.NewWorkers)
	}
	for i := range f.Numbers {
		if f.Numbers[i].Number != settings.OtherNumbers {
			presetPointer(&f.Numbers[i].Overrides, VoiceOverrides)
		}
	}
	presetPointer(&f.EventCallback.Overrides, EventOverrides)
	if f.EventCallback.Filter == nil {
		f.EventCallback.Filter = slices.Clone(deployment.Events)
	}
}

func preset[T comparable](field *T, standard T) {
	var zero T
	if *field == zero {
		*field = standard
	}
}

func presetPointer[T any](field **T, standard T) {
	if *field == nil {
		*field = &standard
	}
}
