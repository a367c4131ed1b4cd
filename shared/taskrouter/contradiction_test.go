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
