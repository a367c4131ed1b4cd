package doctor

import (
	"slices"
	"testing"

	"switchboard/functions/twilioctl/account"
	"switchboard/shared/simulator"
)

func TestWhatTheTaskHasIsUnknown(t *testing.T) {
	t.Parallel()
	for name, configuration := range map[string]string{
		"step over the caller's country": routes(billing(`{"queue":"`+billingSID+`","expression":"worker.skills HAS task.from_country"}`), leadsTo(everybodySID)),
		"filter over the caller's city":  routes(`{"expression":"from_city == 'OAKLAND'","targets":[{"queue":"`+billingSID+`","expression":"worker.skills HAS task.from_city"}]}`, leadsTo(everybodySID)),
		"step over the activity":         routes(billing(`{"queue":"`+billingSID+`","expression":"worker.activity_name == 'On call'"}`), leadsTo(everybodySID)),
		"step over the skill":            routes(billing(`{"queue":"`+billingSID+`","expression":"worker.skills HAS task.skill"}`), leadsTo(everybodySID)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := healthy(t)
			p.workflow(func(w *simulator.Workflow) { w.Configuration = configuration })
			p.wants(map[string]Level{})
		})
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
