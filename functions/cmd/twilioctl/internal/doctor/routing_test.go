package doctor

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/shared/settings"
	"switchboard/shared/simulator"
)

func TestUnknownStepsAreNotBroken(t *testing.T) {
	t.Parallel()
	for name, configuration := range map[string]string{
		"step over the caller's country": routes(billing(`{"queue":"`+billingSID+`","expression":"worker.skills HAS task.from_country"}`), leadsTo(everybodySID)),
		"filter over the caller's city":  routes(`{"expression":"from_city == 'OAKLAND'","targets":[{"queue":"`+billingSID+`","expression":"worker.skills HAS task.from_city"}]}`, leadsTo(everybodySID)),
		"step over the activity":         routes(billing(`{"queue":"`+billingSID+`","expression":"worker.activity_name == 'On call'"}`), leadsTo(everybodySID)),
		"step over another channel":      routes(billing(`{"queue":"`+billingSID+`","expression":"worker.channel.chat.assigned_tasks == 0"}`), leadsTo(everybodySID)),
		"step over the capacity":         routes(billing(`{"queue":"`+billingSID+`","expression":"worker.skills HAS 'billing' AND worker.channel.voice.available_capacity_percentage = 100"}`), leadsTo(everybodySID)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := healthy(t)
			p.workflow(func(w *simulator.Workflow) { w.Configuration = configuration })
			p.wants(map[string]Level{"workflow-filters": Skipped})
			p.says("workflow-filters", "unknown")
		})
	}
}

func TestUnknownQueuesAreNotBroken(t *testing.T) {
	t.Parallel()
	for name, expression := range map[string]string{
		"the moment": "channel.chat.assigned_tasks == 0",
		"activity":   "activity_name == 'On call'",
		"syntax":     "skills =~ 'bill.*'",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := healthy(t)
			known := p.doctor.Account.Transport
			p.doctor.Account.Transport = rewritten{known, `"target_workers":"1==1"`, `"target_workers":"` + expression + `"`}
			p.wants(map[string]Level{"workflow-filters": Skipped})
			p.says("workflow-filters", "unknown")
		})
	}
}

// The skill is known: the settings set it for each call.
func TestKnownTaskAttribute(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.workflow(func(w *simulator.Workflow) {
		w.Configuration = routes(billing(`{"queue":"`+billingSID+`","expression":"worker.skills HAS task.skill"}`), leadsTo(everybodySID))
	})
	p.wants(map[string]Level{})
}

// A menu can lead callers past every filter, and the default filter is missing.
func TestMenusChangeTasks(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.settings(func(s *settings.Settings) {
		s.Numbers = map[string]settings.Number{ourNumber: {Menu: "main"}}
		say := map[string]string{"en": "Press it."}
		s.Menus = map[string]settings.Menu{
			"main": {Default: "1", Choices: []settings.Choice{
				{Key: "1", Say: say, Attributes: json.RawMessage(`{"skill":"billing"}`)},
				{Key: "2", Say: say, Menu: "other"},
			}},
			"other": {Choices: []settings.Choice{{Key: "7", Say: say, Attributes: json.RawMessage(`{"skill":"sales"}`)}}},
		}
	})
	p.workflow(func(w *simulator.Workflow) { w.Configuration = routes(billing(leadsTo(billingSID)), "") })
	p.wants(map[string]Level{"default-filter": Error})
	p.says("default-filter", "calls to "+ourNumber+" → 2 → 7: they end")
}

// A step that cannot be read is unknown. The next step matches no worker, which is an error of its
// own.
func TestUnknownSyntaxOfAStep(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.workflow(func(w *simulator.Workflow) {
		w.Configuration = routes(billing(`{"queue":"`+billingSID+`","expression":"worker.level > 5"},{"queue":"`+billingSID+`","expression":"worker.level > 6"}`), leadsTo(everybodySID))
	})
	p.doctor.Account.Transport = rewritten{p.doctor.Account.Transport, `worker.level \u003e 6`, `worker.level ~ 6`}
	p.wants(map[string]Level{"workflow-filters": Warning})
	p.says("workflow-filters", "unknown")
}

// rewritten is a transport that replaces a text in the answers, because the simulator keeps no
// expression that it cannot read.
type rewritten struct {
	http.RoundTripper
	from, to string
}

func (r rewritten) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := r.RoundTripper.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	text := strings.ReplaceAll(string(body), r.from, r.to)
	response.Body, response.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
	return response, err
}

// says reports an error unless a finding of the check has the text.
func (p *patient) says(check, text string) {
	p.Helper()
	if !slices.ContainsFunc(p.doctor.Examine(p.Context()), func(f Finding) bool { return f.Check == check && strings.Contains(f.Detail, text) }) {
		p.Errorf("no finding of %s says %q", check, text)
	}
}

func TestRoutingByExactKeys(t *testing.T) {
	t.Parallel()
	const queue, other = "WQ00000000000000000000000000000001", "WQ00000000000000000000000000000002"
	e := evidence{workflow: &account.Workflow{Configuration: `{"task_routing":{
		"filters":[{"expression":"1==1","Expression":"1==2","targets":[{"queue":"` + queue + `","QUEUE":"` + other + `"}],"Targets":[]}],
		"default_filter":{"queue":"` + queue + `"},"Default_Filter":{"queue":"` + other + `"}},"Task_Routing":{}}`}}
	got, err := e.routing()
	if err != nil || len(got.Filters) != 1 || got.Filters[0].Expression != "1==1" || len(got.Filters[0].Targets) != 1 ||
		got.Filters[0].Targets[0].Queue != queue || got.Default == nil || got.Default.Queue != queue {
		t.Errorf("routing = %+v, %v; want what the exact keys say", got, err)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	expression := `(worker.skills HAS task.skill.first AND worker.level >= 3) OR task.note == "worker.x AND 'y'" OR task.tags[0] NOT IN ['a', 'b'] OR task.vip == TRUE`
	want := nameList{{"worker", "skills"}, {"task", "skill"}, {"worker", "level"}, {"task", "note"}, {"task", "tags"}, {"task", "vip"}}
	if got := qualified(expression); !slices.Equal(got, want) {
		t.Errorf("qualified: %v, want %v", got, want)
	}
	want = nameList{{"", "skill"}, {"", "address"}, {"", "age"}}
	if got := unqualified(`skill in ["billing", "sales"] and address.city != null and age>-1`); !slices.Equal(got, want) {
		t.Errorf("unqualified: %v, want %v", got, want)
	}
}
