package taskrouter

import "testing"

func TestEventsThatContradictThemselves(t *testing.T) {
	t.Parallel()
	const otherTask, otherReservation = "WT000000000000000000000000000000ff", "WR000000000000000000000000000000ff"
	form := fixture(t, "event-reservation-accepted.json")
	tests := []struct {
		name     string
		resource string
		wantErr  bool
	}{
		{
			name:     "its reservation",
			resource: form.Get("ReservationSid"),
			wantErr:  false,
		},
		{
			name:     "its task",
			resource: form.Get("TaskSid"),
			wantErr:  false,
		},
		{
			name:     "absent",
			resource: "",
			wantErr:  false,
		},
		{
			name:     "a worker",
			resource: form.Get("WorkerSid"),
			wantErr:  false,
		},
		{
			name:     "another reservation",
			resource: otherReservation,
			wantErr:  true,
		},
		{
			name:     "another task",
			resource: otherTask,
			wantErr:  true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseEvent(with(form, "ResourceSid", test.resource))
			if (err != nil) != test.wantErr {
				t.Errorf("err = %v, want one: %t", err, test.wantErr)
			}
		})
	}
}

// TestHiddenEventSID has events with the signature of one whose Sid follows ResourceType.
func TestHiddenEventSID(t *testing.T) {
	t.Parallel()
	form := fixture(t, "event-reservation-accepted.json")
	sid := form.Get("Sid")
	tests := []struct {
		name, parameter, value string
		wantErr                bool
	}{
		{
			name:      "in the value before",
			parameter: "ResourceType",
			value:     "reservationSid" + sid,
			wantErr:   true,
		},
		{
			name:      "with a longer name",
			parameter: "SidEV",
			value:     sid[2:],
			wantErr:   true,
		},
		{
			name:      "with a shorter name",
			parameter: "Si",
			value:     "d" + sid,
			wantErr:   true,
		},
		{
			name:      "not sent",
			parameter: "ResourceType",
			value:     "reservation",
		},
		{
			name:      "in other people's text",
			parameter: "WorkerAttributes",
			value:     `{"note":"Sid` + sid + `"}`,
		},
	}
	for _, test := range tests {
		_, err := ParseEvent(with(with(form, "Sid", ""), test.parameter, test.value))
		if (err != nil) != test.wantErr {
			t.Errorf("%s: %v, want an error: %t", test.name, err, test.wantErr)
		}
	}
}
