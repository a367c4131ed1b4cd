package outlook_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"switchboard/shared/environment"
	"switchboard/shared/outlook"
)

const parameter = "/desk/outlook"

// parameters stands in for SSM.
type parameters struct {
	values  map[string]string
	written int
	err     error
}

func (p *parameters) GetParameters(_ context.Context, input *ssm.GetParametersInput, _ ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	var output ssm.GetParametersOutput
	for _, name := range input.Names {
		if value, found := p.values[name]; found {
			output.Parameters = append(output.Parameters, types.Parameter{Name: aws.String(name), Value: aws.String(value)})
		}
	}
	return &output, nil
}

func (p *parameters) PutParameter(_ context.Context, input *ssm.PutParameterInput, _ ...func(*ssm.Options)) (*ssm.PutParameterOutput, error) {
	if p.err != nil {
		return nil, p.err
	}
	if input.Type != types.ParameterTypeString || !aws.ToBool(input.Overwrite) {
		return nil, errors.New("wrong parameter")
	}
	p.written++
	p.values[aws.ToString(input.Name)] = aws.ToString(input.Value)
	return &ssm.PutParameterOutput{}, nil
}

// held is what SSM holds.
func (p *parameters) held(t *testing.T) outlook.Outlook {
	t.Helper()
	read, err := outlook.Decode(p.values[parameter])
	if err != nil {
		t.Fatal(err)
	}
	return read
}

type desk struct {
	*outlook.Writer
	ssm *parameters
	now time.Time
	log strings.Builder
}

// newDesk returns the writer of an environment that got its first event half a minute before noon.
func newDesk(t *testing.T) *desk {
	t.Helper()
	d := newDeskAt(t, noon().Add(-30*time.Second))
	d.Note(t.Context(), outlook.Outlook{})
	d.now = noon()
	return d
}

func newDeskAt(t *testing.T, now time.Time) *desk {
	t.Helper()
	d := &desk{ssm: &parameters{values: map[string]string{}}, now: now}
	env := &environment.Reader{Lookup: func(name string) string { return map[string]string{"SECRETS_PREFIX": "/desk"}[name] }}
	d.Writer = outlook.NewWriter(env, d.ssm, func() time.Time { return d.now }, slog.New(slog.NewTextHandler(&d.log, nil)))
	if err := env.Err(); err != nil {
		t.Fatal(err)
	}
	return d
}

func answered(at time.Time, waited int) outlook.Outlook {
	return outlook.Outlook{Answered: at, Waited: waited}
}

func TestEventsAreWrittenOnceAMinute(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i, step := range []struct {
		after  time.Duration
		facts  outlook.Outlook
		writes int // until then
		waited int // in SSM
	}{
		{0, outlook.Outlook{}, 0, 0},
		{0, answered(noon(), 60), 1, 60},
		{45 * time.Second, answered(noon().Add(45*time.Second), 70), 1, 60},
		{time.Minute, outlook.Outlook{}, 2, 70}, // any event brings what is owed
		{3 * time.Minute, outlook.Outlook{}, 2, 70},
		{3 * time.Minute, answered(noon().Add(time.Second), 80), 3, 70}, // an event that arrives late
	} {
		d.now = noon().Add(step.after)
		d.Note(t.Context(), step.facts)
		if d.ssm.written != step.writes || d.ssm.held(t).Waited != step.waited {
			t.Errorf("step %d: %d writes of %+v, want %d of a wait of %d s", i, d.ssm.written, d.ssm.held(t), step.writes, step.waited)
		}
	}
}

// TestEnvironmentsWriteAtDifferentTimes has 100 environments begin within a second, each of which
// gets an event a second.
func TestEnvironmentsWriteAtDifferentTimes(t *testing.T) {
	t.Parallel()
	var perSecond [120]int
	for n := range 100 {
		d := newDeskAt(t, noon().Add(time.Duration(n)*10*time.Millisecond))
		for second := range perSecond {
			before := d.ssm.written
			d.Note(t.Context(), answered(d.now, 60+second))
			perSecond[second] += d.ssm.written - before
			d.now = d.now.Add(time.Second)
		}
		if d.ssm.written < 2 || d.ssm.written > 3 {
			t.Fatalf("environment %d wrote %d times in two minutes", n, d.ssm.written)
		}
	}
	if most := slices.Max(perSecond[:]); most > 15 {
		t.Errorf("%d environments wrote in the same second: %v", most, perSecond)
	}
}

func TestFailedWriteIsOnlyLogged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ssm.err = errors.New("denied for +14155550123")
	d.Note(t.Context(), answered(noon(), 60))
	if log := d.log.String(); !strings.Contains(log, "outlook not written") || strings.Contains(log, "4155550123") {
		t.Errorf("log %q", log)
	}
	d.ssm.err = nil
	d.now = noon().Add(time.Minute)
	d.Note(t.Context(), outlook.Outlook{})
	if got := d.ssm.held(t); got.Waited != 60 {
		t.Errorf("held %+v after the next event", got)
	}
}

func TestWritersKeepEachOthersFacts(t *testing.T) {
	t.Parallel()
	events, sweeper := newDesk(t), newDesk(t)
	sweeper.ssm = events.ssm
	sweeper.Client = events.ssm
	events.Note(t.Context(), answered(noon(), 60))
	if err := sweeper.Change(t.Context(), func(o outlook.Outlook) outlook.Outlook { return o.Count(4, noon()) }); err != nil {
		t.Fatal(err)
	}
	want := outlook.Outlook{Answered: noon(), Waited: 60, Counted: noon(), Workers: 4}
	if got := events.ssm.held(t); got != want {
		t.Errorf("held %+v, want %+v", got, want)
	}
	events.ssm.values[parameter] = "{"
	if err := sweeper.Change(t.Context(), func(o outlook.Outlook) outlook.Outlook { return o.Count(3, noon()) }); err != nil {
		t.Fatal(err)
	}
	if got := events.ssm.held(t); got != (outlook.Outlook{Counted: noon(), Workers: 3}) {
		t.Errorf("held %+v after an unreadable text", got)
	}
}

// TestFirstEventShowsWorker has a quiet desk, whose next event may come much later.
func TestFirstEventShowsWorker(t *testing.T) {
	t.Parallel()
	d := newDeskAt(t, noon())
	d.Note(t.Context(), outlook.Outlook{Seen: noon()})
	if d.ssm.written != 1 {
		t.Errorf("written %d times, want once without delay", d.ssm.written)
	}
}
