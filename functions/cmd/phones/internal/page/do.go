package page

import (
	"encoding/json"
	"fmt"
	"net/http"

	"switchboard/functions/cmd/phones/internal/stage"
)

// deed is what a person does on the page. Do selects it; the other fields are its arguments.
type deed struct {
	Do    string  `json:"do"`
	Call  string  `json:"call"` // SID
	Phone string  `json:"phone"`
	To    string  `json:"to"`
	Key   string  `json:"key"`
	Words string  `json:"words"`
	Name  string  `json:"name"`
	Of    string  `json:"of"`
	Text  string  `json:"text"`
	Pace  float64 `json:"pace"`
}

// refusal is the answer to a deed that fails. Line is the faulty line of a scenario, 0 = none.
type refusal struct {
	Error string `json:"error"`
	Line  int    `json:"line,omitempty"`
}

// maxDeed is the maximum size of a deed in bytes: a scenario, escaped for JSON.
const maxDeed = 2 * maxScenario

func (t *Theater) do(w http.ResponseWriter, r *http.Request) {
	var d deed
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxDeed)).Decode(&d); err != nil {
		refuse(w, refusal{Error: err.Error()})
		return
	}
	current, _, _ := t.stage()
	err := d.onStage(current)
	if err == errOther {
		err = t.direct(d)
	}
	if err != nil {
		refuse(w, refusal{err.Error(), lineOf(d.Name, err)})
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func refuse(w http.ResponseWriter, why refusal) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusUnprocessableEntity)
	_ = json.NewEncoder(w).Encode(why)
}

var errOther = fmt.Errorf("no deed on the stage")

// onStage does what a person does with phones, time and faults.
func (d deed) onStage(s *stage.Stage) error {
	switch d.Do {
	case "dial":
		return s.Dial(d.Phone, d.To)
	case "pick up":
		return s.PickUp(d.Call)
	case "decline":
		return s.Decline(d.Call)
	case "hang up":
		return s.HangUp(d.Call)
	case "press":
		return s.Press(d.Call, d.Key)
	case "say":
		return s.Say(d.Call, d.Words)
	case "speak":
		return s.Speak(d.Call)
	case "fall silent":
		return s.FallSilent(d.Call)
	case "sign on":
		return s.SignOn(d.Phone)
	case "sign off":
		return s.SignOff(d.Phone)
	case "pace":
		return s.SetPace(d.Pace)
	case "step":
		return s.Step()
	case "fault":
		return s.SetFault(d.Name, d.Of)
	}
	return errOther
}

// direct does what replaces the stage.
func (t *Theater) direct(d deed) error {
	switch d.Do {
	case "restart":
		return t.Restart()
	case "play":
		return t.PlayText(d.Name, d.Text)
	case "play file":
		text, err := t.scenario(d.Name)
		if err != nil {
			return err
		}
		return t.PlayText(d.Name, text)
	}
	return fmt.Errorf("the page has no %q", d.Do)
}
