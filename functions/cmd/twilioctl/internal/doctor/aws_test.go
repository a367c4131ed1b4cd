package doctor

import (
	"errors"
	"testing"
)

func TestUnreadableAlarms(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.doctor.StackName = "another"
	p.wants(map[string]Level{"alarms": Error})
	if got := (&evidence{doctor: p.doctor, alarms: fact[[]alarm]{err: errors.New("AccessDenied")}}).checkAlarms(); got[0].Level != Error {
		t.Errorf("%+v", got)
	}
}
