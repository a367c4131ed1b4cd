package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/scenario"
	"switchboard/shared/yamlfile"
)

// Application is a TaskRouter application other than Switchboard, in any language, behind signed
// webhooks. Its file has these keys, all of which have defaults; URLs may be relative to VoiceURL.
type Application struct {
	VoiceURL string // from the command line

	AssignmentURL         string   `yaml:"assignment_url"` // default: /assignment
	FallbackAssignmentURL string   `yaml:"fallback_assignment_url"`
	EventURL              string   `yaml:"event_url"`
	FallbackURL           string   `yaml:"fallback_url"` // of the number
	StatusCallback        string   `yaml:"status_callback"`
	SMSURL                string   `yaml:"sms_url"`
	Number                string   `yaml:"number"`              // that callers dial; default: account.OurNumber
	ReservationTimeout    int      `yaml:"reservation_timeout"` // in seconds; default: 120
	Workers               []Worker `yaml:"workers"`             // default: Alice and Bob
}

// Worker is a worker at a phone that people answer.
type Worker struct {
	Name       string          `yaml:"name"`
	ContactURI string          `yaml:"contact_uri"`
	Attributes scenario.Object `yaml:"attributes"` // without contact_uri
}

// ReadApplication reads an application's file; with path "" all keys have their defaults. Errors
// in it have file, line and field.
func ReadApplication(path, voiceURL string) (Application, error) {
	var a Application
	if path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return a, fmt.Errorf("read application file: %w", err)
		}
		node, err := yamlfile.Parse(path, data)
		if err != nil {
			return a, err
		}
		if node != nil {
			if err := yamlfile.Decode(path, node, &a); err != nil {
				return a, err
			}
		}
	}
	a.VoiceURL = voiceURL
	return a.complete()
}

func (a Application) complete() (Application, error) {
	base, err := url.Parse(a.VoiceURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return a, fmt.Errorf("the voice URL %q is not like http://127.0.0.1:3000/voice", a.VoiceURL)
	}
	if a.AssignmentURL == "" {
		a.AssignmentURL = "/assignment"
	}
	if a.Number == "" {
		a.Number = account.OurNumber
	}
	if a.Workers == nil {
		a.Workers = []Worker{{Name: "Alice", ContactURI: "+14155550191"}, {Name: "Bob", ContactURI: "+14155550192"}}
	}
	for _, ref := range []*string{&a.AssignmentURL, &a.FallbackAssignmentURL, &a.EventURL, &a.FallbackURL, &a.StatusCallback, &a.SMSURL} {
		if *ref == "" {
			continue
		}
		target, err := base.Parse(*ref)
		if err != nil {
			return a, fmt.Errorf("the application's URL %q: %w", *ref, err)
		}
		*ref = target.String()
	}
	return a, nil
}

// site is the application's side of the account.
func (a Application) site() scenario.Site {
	return scenario.Site{
		VoiceURL: a.VoiceURL, FallbackURL: a.FallbackURL, StatusCallback: a.StatusCallback, SMSURL: a.SMSURL,
		AssignmentCallbackURL: a.AssignmentURL, FallbackAssignmentCallbackURL: a.FallbackAssignmentURL, EventCallbackURL: a.EventURL,
		WorkflowSID: account.WorkflowSID, Activities: account.Example.Activities(),
	}
}

// new returns a stage for the application whose account has nothing yet.
func (a Application) new(title string, change func(simulator.Config) simulator.Config) *Stage {
	s := newStage(title, origin(a.VoiceURL))
	s.web = network()
	s.Twilio = simulator.New(change(s.config(simulator.Config{
		AccountSID: account.SID, WorkspaceSID: account.WorkspaceSID, AuthToken: AuthToken, Seed: 1,
	}, s.web)))
	return s
}

// AuthToken signs the webhooks to another application, and opens its REST API: the example of
// Twilio's documentation.
const AuthToken = "12345"

// network carries webhooks without a proxy of the environment, as Twilio would not use one.
func network() *http.Transport {
	return &http.Transport{DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext, IdleConnTimeout: time.Minute}
}

// ByHand returns a running stage on which people take both ends of the application's calls.
func (a Application) ByHand(ctx context.Context) (*Stage, error) {
	s := a.new("Both ends of a call", func(c simulator.Config) simulator.Config { return c })
	if err := a.setUp(s); err != nil {
		return nil, fmt.Errorf("set the account up: %w", err)
	}
	s.journal.take()
	s.start(ctx)
	return s, nil
}

func (a Application) setUp(s *Stage) error {
	var faults []error
	for _, activity := range account.Example.Activities() {
		_, err := s.AddActivity(activity)
		faults = append(faults, err)
	}
	queue, err := s.AddTaskQueue(simulator.TaskQueue{Name: "Everyone", TargetWorkers: "1==1"})
	_, flawed := s.AddWorkflow(simulator.Workflow{
		SID: account.WorkflowSID, Name: "Calls",
		Configuration:         fmt.Sprintf(`{"task_routing":{"default_filter":{"queue":%q}}}`, queue),
		AssignmentCallbackURL: a.AssignmentURL, FallbackAssignmentCallbackURL: a.FallbackAssignmentURL,
		ReservationTimeout: time.Duration(a.ReservationTimeout) * time.Second,
	})
	faults = append(faults, err, flawed)
	s.AddNumber(simulator.Number{Number: a.Number, VoiceURL: a.VoiceURL, FallbackURL: a.FallbackURL, StatusCallback: a.StatusCallback, SMSURL: a.SMSURL})
	s.numbers, s.on, s.off = []Number{{Number: a.Number}}, account.AvailableSID, account.OfflineSID
	s.people = []person{{name: "The caller", address: callerNumber, role: roleCaller}}
	for _, worker := range a.Workers {
		attributes, err := worker.attributes()
		if err == nil {
			_, err = s.AddWorker(simulator.Worker{Name: worker.Name, Attributes: attributes, Activity: s.on})
		}
		faults = append(faults, err)
		s.hire(worker.Name, worker.ContactURI)
	}
	// The URL comes last: the set-up is no event for the application.
	return errors.Join(append(faults, s.SetWorkspace(simulator.Workspace{
		Name: "Support", EventCallbackURL: a.EventURL, TimeoutActivity: account.OfflineSID,
	}))...)
}

func (w Worker) attributes() (string, error) {
	attributes := map[string]any{}
	if w.Attributes != "" {
		if err := json.Unmarshal([]byte(w.Attributes), &attributes); err != nil {
			return "", fmt.Errorf("read attributes of worker %q: %w", w.Name, err)
		}
	}
	attributes["contact_uri"] = w.ContactURI
	text, err := json.Marshal(attributes)
	return string(text), err
}

// Play returns a running stage on which a scenario's people follow their scripts.
func (a Application) Play(ctx context.Context, file *scenario.Scenario) (*Stage, error) {
	s := a.new(file.Title, file.Config)
	if err := s.perform(file, a.site()); err != nil {
		return nil, err
	}
	s.start(ctx)
	return s, nil
}

// Recording returns the URL of the recording that a line plays, if the application can serve it.
// found is false for any other line.
func (s *Stage) Recording(id int) (address string, found bool) {
	lines, _ := s.Lines(id - 1)
	i := slices.IndexFunc(lines, func(l Line) bool { return l.ID == id && l.Playable })
	if i < 0 {
		return "", false
	}
	return lines[i].recording, true
}

// Fetch requests one of the application's recordings.
func (s *Stage) Fetch(r *http.Request) (*http.Response, error) { return s.web.RoundTrip(r) }
