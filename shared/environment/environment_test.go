package environment

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func reader(value string) *Reader {
	return &Reader{Lookup: func(name string) string {
		if name == "X" {
			return value
		}
		return ""
	}}
}

func TestReader(t *testing.T) {
	t.Parallel()
	deref := func(v any) any {
		switch v := v.(type) {
		case *int:
			if v == nil {
				return "nil"
			}
			return *v
		case *time.Duration:
			if v == nil {
				return "nil"
			}
			return *v
		}
		return v
	}
	text := func(r *Reader) any { return r.Text("X") }
	required := func(r *Reader) any { return r.Required("X") }
	mode := func(r *Reader) any { return r.OneOf("X", "deferred", "dequeue") }
	whole := func(r *Reader) any { return r.Int("X", 1, 5000) }
	optional := func(r *Reader) any { return r.OptionalInt("X", -3, 900) }
	seconds := func(r *Reader) any { return r.Seconds("X", 0, 900) }
	optionalSeconds := func(r *Reader) any { return r.OptionalSeconds("X", 0, 900) }
	tests := []struct {
		name   string
		read   func(*Reader) any
		value  string
		want   any // nil = not asked, since it is wrong
		wantIn string
	}{
		{"text", text, " as it is ", " as it is ", ""},
		{"text absent", text, "", "", ""},
		{"required", required, "AC1", "AC1", ""},
		{"required absent", required, "", nil, "X must be set"},
		{"one of", mode, "dequeue", "dequeue", ""},
		{"one of, another", mode, "Dequeue", nil, `X must be one of ["deferred" "dequeue"]`},
		{"one of, absent", mode, "", nil, "X must be one of"},
		{"lowest", whole, "1", 1, ""},
		{"highest", whole, "5000", 5000, ""},
		{"too low", whole, "0", nil, "X must be a whole number from 1 to 5000"},
		{"too high", whole, "5001", nil, "from 1 to 5000"},
		{"absent", whole, "", nil, "whole number"},
		{"fraction", whole, "1.5", nil, "whole number"},
		{"unit", whole, "15s", nil, "whole number"},
		{"space", whole, " 15", nil, "whole number"},
		{"hexadecimal", whole, "0x10", nil, "whole number"},
		{"out of range", whole, "99999999999999999999", nil, "whole number"},
		{"optional", optional, "7", 7, ""},
		{"optional zero is not absent", optional, "0", 0, ""},
		{"optional negative", optional, "-3", -3, ""},
		{"optional absent", optional, "", "nil", ""},
		{"optional junk", optional, "x", nil, "whole number"},
		{"seconds", seconds, "15", 15 * time.Second, ""},
		{"seconds absent", seconds, "", nil, "whole number"},
		{"optional seconds", optionalSeconds, "30", 30 * time.Second, ""},
		{"optional zero seconds", optionalSeconds, "0", time.Duration(0), ""},
		{"optional seconds absent", optionalSeconds, "", "nil", ""},
		{"optional seconds too high", optionalSeconds, "901", nil, "from 0 to 900"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := reader(test.value)
			got := deref(test.read(r))
			err := r.Err()
			switch {
			case test.wantIn == "" && err != nil:
				t.Errorf("err = %v, want none", err)
			case test.wantIn != "" && (err == nil || !strings.Contains(err.Error(), test.wantIn)):
				t.Errorf("err = %v, want one with %q", err, test.wantIn)
			case test.want != nil && got != test.want:
				t.Errorf("read %v, want %v", got, test.want)
			}
		})
	}
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	tests := []struct {
		url   string
		right bool
	}{
		{"", true},
		{"https://api.dublin.ie1.twilio.com", true},
		{"https://voice.example:8443/switchboard/", true},
		{"http://localhost:4010", true},
		{"http://127.0.0.1:4010", true},
		{"http://127.8.9.10", true},
		{"http://[::1]:4010", true},
		{"http://10.0.0.1", true},
		{"http://172.17.0.1:4010", true},
		{"http://192.168.1.2", true},
		{"http://[fd00::1]:4010", true},
		{"http://api.twilio.com", false},
		{"http://8.8.8.8", false},
		{"http://172.32.0.1", false},
		{"http://localhost.example", false},
		{"http://127.0.0.1.example", false},
		{"ftp://127.0.0.1", false},
		{"//voice.example", false},
		{"voice.example", false},
		{"https:", false},
		{"https:///path", false},
		{"/path", false},
		{"https://[::1", false},
		{"https://voice example", false},
		{"javascript:alert(1)", false},
		{"https://user:hunter2@voice.example", false},
		{"https://user@voice.example", false},
		{"http://user:hunter2@127.0.0.1", false},
	}
	for _, test := range tests {
		t.Run(test.url, func(t *testing.T) {
			t.Parallel()
			r := reader(test.url)
			got := r.BaseURL("X")
			if (r.Err() == nil) != test.right {
				t.Errorf("err = %v, want one: %t", r.Err(), !test.right)
			}
			if test.right && got != test.url {
				t.Errorf("read %q, want %q", got, test.url)
			}
		})
	}
}

func TestBaseURLHasNoQuery(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"https://voice.example/?x=1", "https://voice.example#top", "https://:443"} {
		r := reader(url)
		if r.BaseURL("X"); r.Err() == nil {
			t.Errorf("%s passes", url)
		}
	}
}

func TestErrNamesEveryFault(t *testing.T) {
	t.Parallel()
	r := &Reader{Lookup: func(string) string { return "" }}
	r.Required("WORKFLOW_SID")
	r.Text("CRM_URL")
	r.Int("QUEUE_MAX_SIZE", 1, 5000)
	r.OneOf("BRIDGE_MODE", "deferred", "dequeue")
	r.Check("WORKER_ANNOUNCEMENT", errors.New("a brace too many"))
	r.Check("NUMBER_ATTRIBUTES", nil)
	if lines := strings.Split(fmt.Sprint(r.Err()), "\n"); len(lines) != 4 || !strings.Contains(lines[0], "WORKFLOW_SID") || !strings.Contains(lines[1], "QUEUE_MAX_SIZE") ||
		!strings.Contains(lines[2], "BRIDGE_MODE") || !strings.Contains(lines[3], "WORKER_ANNOUNCEMENT cannot be used: a brace too many") {
		t.Errorf("err = %v, want four lines, one a variable", r.Err())
	}
}
