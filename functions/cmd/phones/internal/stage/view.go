package stage

import (
	"slices"
	"time"

	"switchboard/shared/simulator"
)

// Roles of people with a phone.
const (
	roleCaller = "caller"
	roleWorker = "worker"
)

// View is what a stage looks like now.
type View struct {
	Title    string        `json:"title"`
	Now      time.Time     `json:"now"`
	Pace     float64       `json:"pace"`
	Scenario bool          `json:"scenario"`
	Own      bool          `json:"own"` // Switchboard is behind it
	Faults   Faults        `json:"faults"`
	Targets  []string      `json:"targets"`
	Numbers  []Number      `json:"numbers"`
	Phones   []Phone       `json:"phones"`
	More     int           `json:"more"` // people whose phones are left out
	Queue    []Waiting     `json:"queue"`
	Tasks    []Task        `json:"tasks"`
	Offers   []Reservation `json:"reservations"`
	Over     bool          `json:"over"`  // the scenario has ended
	Unmet    []string      `json:"unmet"` // its expectations that were not met
}

// Number is a number that a phone can dial. Duty marks the one by which workers sign on and off.
type Number struct {
	Number string `json:"number"`
	Duty   bool   `json:"duty"`
}

// Phone is a person's phone. Call is its latest call; nil = none yet.
type Phone struct {
	Address   string    `json:"address"`
	Name      string    `json:"name"`
	Role      string    `json:"role"`
	Scripted  bool      `json:"scripted"`
	Call      *Call     `json:"call"`
	Worker    string    `json:"worker,omitempty"` // SID
	Activity  string    `json:"activity,omitempty"`
	Available bool      `json:"available"`
	Since     time.Time `json:"since,omitzero"` // in the activity
	Movable   bool      `json:"movable"`
}

// Call is a phone's call. State is dialing, ringing, waiting (in a queue), talking, connected
// (to the application) or over.
type Call struct {
	SID       string    `json:"sid"`
	State     string    `json:"state"`
	Outgoing  bool      `json:"outgoing"` // the phone dialed
	With      string    `json:"with"`     // who talks to it, while they talk
	Since     time.Time `json:"since"`
	Recording bool      `json:"recording"`
}

// Waiting is a caller in the queue.
type Waiting struct {
	Name  string    `json:"name"`
	Since time.Time `json:"since"`
}

// Task is a TaskRouter task.
type Task struct {
	SID      string `json:"sid"`
	Caller   string `json:"caller"`
	Status   string `json:"status"`
	Reason   string `json:"reason,omitempty"`
	Priority int    `json:"priority"`
}

// Reservation offers a task to a worker.
type Reservation struct {
	SID      string    `json:"sid"`
	Worker   string    `json:"worker"`
	Caller   string    `json:"caller"`
	Status   string    `json:"status"`
	Deadline time.Time `json:"deadline"`
}

// shown is the number of tasks and reservations that a view has: the latest ones.
const shown = 6

// View returns what the stage looks like now.
func (s *Stage) View() View {
	faults := s.faults.now()
	v := View{
		Title: s.title, Now: s.loop.Now(), Scenario: s.cast != nil, Own: s.functions != nil, Faults: faults, Targets: s.Targets(), Numbers: s.numbers, More: s.more,
		Queue: []Waiting{}, Tasks: []Task{}, Offers: []Reservation{}, Unmet: []string{},
	}
	s.faults.change(func(*Faults) { v.Pace = s.pace })
	calls, tasks, reservations := s.Calls(), s.Tasks(), s.Reservations()
	names := s.names(calls)
	workers := map[string]simulator.WorkerRecord{}
	for _, worker := range s.Workers() {
		workers[worker.SID] = worker
	}
	for _, p := range s.people {
		phone := Phone{Address: p.address, Name: p.name, Role: p.role, Scripted: p.scripted, Worker: p.sid}
		if worker, found := workers[p.sid]; found {
			phone.Activity, phone.Available, phone.Since = worker.ActivityName, worker.Available, worker.Since
			phone.Movable = s.on != ""
		}
		phone.Call = callOf(p, calls, names)
		v.Phones = append(v.Phones, phone)
	}
	byCall := map[string]string{} // the task's caller by task SID
	for _, task := range tasks {
		byCall[task.SID] = names.call[task.CallSID]
	}
	for _, task := range slices.Backward(tasks) {
		if len(v.Tasks) < shown {
			v.Tasks = append(v.Tasks, Task{SID: task.SID, Caller: names.call[task.CallSID], Status: task.Status, Reason: task.Reason, Priority: task.Priority})
		}
	}
	for _, r := range slices.Backward(reservations) {
		if len(v.Offers) < shown {
			v.Offers = append(v.Offers, Reservation{SID: r.SID, Worker: r.WorkerName, Caller: byCall[r.TaskSID], Status: r.Status, Deadline: r.Deadline})
		}
	}
	for _, call := range calls {
		if state(call) == "waiting" {
			v.Queue = append(v.Queue, Waiting{Name: names.call[call.SID], Since: call.Queued})
		}
	}
	if s.cast != nil && s.cast.Over() && s.loop.Now().Sub(s.started) > s.cast.LastAction() {
		v.Over, v.Unmet = true, append(v.Unmet, s.cast.Unmet()...)
	}
	return v
}

// callOf returns the latest call of a person, nil if there is none.
func callOf(p person, calls []simulator.CallRecord, names names) *Call {
	for _, call := range slices.Backward(calls) {
		outgoing := call.Direction == inbound
		if outgoing && call.From != p.address || !outgoing && call.To != p.address && call.To+"x"+call.SendDigits != p.address {
			continue
		}
		made := &Call{SID: call.SID, State: state(call), Outgoing: outgoing, Since: call.Created, Recording: call.Recording}
		switch made.State {
		case "talking":
			made.With, made.Since = names.call[call.PeerSID], call.Bridged
		case "over":
			made.Since = call.Ended
		case "connected":
			made.Since = call.Answered
		}
		return made
	}
	return nil
}

// inbound is the direction of a call that a person dialed.
const inbound = "inbound"

func state(call simulator.CallRecord) string {
	switch {
	case !call.Ended.IsZero():
		return "over"
	case !call.Bridged.IsZero() && call.BridgeEnded.Before(call.Bridged):
		return "talking"
	case !call.Queued.IsZero():
		return "waiting"
	case call.Status == "in-progress":
		return "connected"
	case call.Status == "ringing" && call.Direction != inbound:
		return "ringing"
	}
	return "dialing"
}

// names has the names of people by the SID of their calls.
type names struct {
	call map[string]string
}

func (s *Stage) names(calls []simulator.CallRecord) names {
	n := names{map[string]string{}}
	for _, call := range calls {
		address := call.To
		if call.Direction == inbound {
			address = call.From
		}
		n.call[call.SID] = s.nameOf(address)
	}
	return n
}

// nameOf returns a person's name in the middle of a sentence.
func (s *Stage) nameOf(address string) string {
	for _, p := range s.people {
		if p.address == address || len(p.address) > len(address) && p.address[:len(address)] == address && p.address[len(address)] == 'x' {
			if p.name == "The caller" {
				return "the caller"
			}
			return p.name
		}
	}
	return address
}
