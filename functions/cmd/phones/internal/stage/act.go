package stage

import (
	"fmt"
	"slices"
)

// Dial places a call from a phone of the stage to one of its numbers.
func (s *Stage) Dial(from, to string) error {
	known := slices.ContainsFunc(s.people, func(p person) bool { return p.address == from })
	if !known || !slices.ContainsFunc(s.numbers, func(n Number) bool { return n.Number == to }) {
		return fmt.Errorf("%q cannot dial %q", from, to)
	}
	s.Call(from, to)
	return nil
}

// SetPace makes time run at 0 (step by step), 1 or 4 times the machine's.
func (s *Stage) SetPace(pace float64) error {
	if !slices.Contains([]float64{0, 1, 4}, pace) {
		return fmt.Errorf("pace %v: want 0, 1 or 4", pace)
	}
	s.faults.change(func(*Faults) { s.pace = pace })
	s.loop.SetPace(pace)
	s.journal.rouse()
	return nil
}

// Step moves a clock that stands still to the next event. While the application has not answered a
// webhook, the next event is the answer, which needs no step.
func (s *Stage) Step() error {
	if s.busy() {
		return fmt.Errorf("the application has not answered yet: step again")
	}
	if !s.loop.Step() {
		return fmt.Errorf("nothing is going to happen: place a call")
	}
	passed := make(chan struct{})
	s.loop.Post(func() { close(passed) }) // runs after the events that are due now
	select {
	case <-passed:
	case <-s.done:
	}
	s.journal.rouse()
	return nil
}

func (s *Stage) busy() bool {
	return s.Waiting() || s.functions != nil && s.functions.running.Load() > 0
}

// SetFault asks for a fault, or ends it with of = "". name is lose, double, kill, crm or ssm. of
// names the target of the first three, "any" = the next one; it is "once" or "down" for crm, and
// "down" for ssm.
func (s *Stage) SetFault(name, of string) error {
	if s.functions == nil && name != "lose" && name != "double" {
		return fmt.Errorf("the application is not Switchboard, so the page cannot break its %s", name)
	}
	known := s.Targets()
	if name == "crm" || name == "ssm" {
		known = []string{"down", "once"}
	}
	if of != "" && !slices.Contains(known, of) {
		return fmt.Errorf("the fault %s has no target %q", name, of)
	}
	if of == bridgeFunction && name != "kill" {
		return fmt.Errorf("no webhook reaches the bridge, only SQS: kill the function")
	}
	waiting := map[string]func(*Faults) *string{
		"lose":   func(f *Faults) *string { return &f.Lose },
		"double": func(f *Faults) *string { return &f.Double },
		"kill":   func(f *Faults) *string { return &f.Kill },
	}
	switch field := waiting[name]; {
	case field != nil:
		s.faults.change(func(f *Faults) { *field(f) = of })
	case name == "crm":
		s.faults.change(func(f *Faults) { f.CRM = of })
		s.tell("The CRM %s", map[string]string{"": "works again", "once": "fails for the next worker", "down": "is down"}[of])
	case name == "ssm":
		s.faults.change(func(f *Faults) { f.SSM = of != "" })
		s.functions.coldStart() // functions keep their secrets while they live
		s.tell("SSM %s, and each function starts again", map[bool]string{false: "works again", true: "is down"}[of != ""])
	default:
		return fmt.Errorf("no fault is called %q", name)
	}
	s.journal.rouse()
	return nil
}

// Targets lists the targets of faults.
func (s *Stage) Targets() []string {
	if s.functions == nil {
		return []string{Any}
	}
	return []string{Any, "enqueue", "hold", "assignment", bridgeFunction, "worker", "survey", "events", "duty"}
}

// SignOn and SignOff move a worker of the stage, as a supervisor does in the console.
func (s *Stage) SignOn(worker string) error  { return s.move(worker, s.on) }
func (s *Stage) SignOff(worker string) error { return s.move(worker, s.off) }

func (s *Stage) move(worker, activity string) error {
	if activity == "" {
		return fmt.Errorf("the people of a scenario follow their scripts")
	}
	return s.SetWorkerActivity(worker, activity)
}
