package metric

import (
	"bytes"
	"testing"
	"time"

	"switchboard/shared/environment"
)

func TestRecord(t *testing.T) {
	t.Parallel()
	at := func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }
	tests := []struct {
		name   string
		record func(*Recorder)
		want   string
	}{
		{
			name:   "two values",
			record: func(r *Recorder) { r.Record(Seconds(Wait, 42*time.Second), Count(CallersWaiting, 3)) },
			want: `{"CallersWaiting":3,"Wait":42,"_aws":{"CloudWatchMetrics":[{"Namespace":"Switchboard/desk","Dimensions":[[]],` +
				`"Metrics":[{"Name":"Wait","Unit":"Seconds"},{"Name":"CallersWaiting","Unit":"Count"}]}],"Timestamp":1795521600000}}` + "\n",
		},
		{
			name:   "a service",
			record: func(r *Recorder) { r.RecordService(SSM, Count(AWSErrors, 1)) },
			want: `{"AwsErrors":1,"Service":"SSM","_aws":{"CloudWatchMetrics":[{"Namespace":"Switchboard/desk","Dimensions":[[],["Service"]],` +
				`"Metrics":[{"Name":"AwsErrors","Unit":"Count"}]}],"Timestamp":1795521600000}}` + "\n",
		},
		{
			name:   "a flag and milliseconds",
			record: func(r *Recorder) { r.Record(Flag(Abandoned, true), Milliseconds(BridgeDelay, 1500*time.Microsecond)) },
			want: `{"Abandoned":1,"BridgeDelay":1.5,"_aws":{"CloudWatchMetrics":[{"Namespace":"Switchboard/desk","Dimensions":[[]],` +
				`"Metrics":[{"Name":"Abandoned","Unit":"Count"},{"Name":"BridgeDelay","Unit":"Milliseconds"}]}],"Timestamp":1795521600000}}` + "\n",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			test.record(&Recorder{Out: &out, Namespace: "Switchboard/desk", Now: at})
			if out.String() != test.want {
				t.Errorf("wrote %s\nwant  %s", out.String(), test.want)
			}
		})
	}
}

func TestNoNamespaceNoMetrics(t *testing.T) {
	t.Parallel()
	env := &environment.Reader{Lookup: func(string) string { return "" }}
	Read(env).Record(Count(CallersWaiting, 1))
	if Read(env) != nil || env.Err() != nil {
		t.Errorf("a recorder without a namespace (%v)", env.Err())
	}
}
