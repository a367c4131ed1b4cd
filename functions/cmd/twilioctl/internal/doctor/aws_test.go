package doctor

import (
	"errors"
	"testing"

	"switchboard/functions/cmd/twilioctl/internal/deployment"
)

func TestUnreadableAlarms(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.doctor.StackName = "another"
	p.wants(map[string]Level{"alarms": Error})
	if got := (&evidence{doctor: p.doctor, alarms: fact[[]deployment.Alarm]{err: errors.New("AccessDenied")}}).checkAlarms(); got[0].Level != Error {
		t.Errorf("%+v", got)
	}
}
