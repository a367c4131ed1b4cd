package outlook_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"switchboard/shared/outlook"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
)

func TestTextOfAnOutlook(t *testing.T) {
	t.Parallel()
	o := outlook.Outlook{Answered: ago(time.Minute), Waited: 420, Counted: noon(), Workers: 5, None: ago(time.Second), Seen: ago(time.Hour)}
	text, err := o.Encode()
	want := `{"version":1,"answered":"2026-11-24T11:59:00Z","waited":420,"counted":"2026-11-24T12:00:00Z","workers":5,` +
		`"none":"2026-11-24T11:59:59Z","seen":"2026-11-24T11:00:00Z"}`
	if err != nil || text != want {
		t.Errorf("text %s, %v, want %s", text, err, want)
	}
	if read, err := outlook.Decode(text); err != nil || read != o {
		t.Errorf("read %+v, %v, want %+v", read, err, o)
	}
}

func TestTextsThatAreNotUsed(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"{", "[]", `{"version":2}`, `{}`, `{"version":1,"waited":-1}`, `{"version":1,"waited":1209601}`, `{"version":1,"workers":-1}`,
		`{"version":1,"answered":"yesterday"}`, `{"version":1,"waited":"+14155550123"}`,
	} {
		read, err := outlook.Decode(text)
		if err == nil || read != (outlook.Outlook{}) || strings.Contains(err.Error(), "4155550123") {
			t.Errorf("%s: %+v, %v", text, read, err)
		}
	}
}

func TestDesertedDeskIsLookedAtOften(t *testing.T) {
	t.Parallel()
	deserted, err := outlook.Outlook{}.Count(0, noon()).Encode()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]time.Duration{"": secrets.Fresh, "{": secrets.Fresh, `{"version":1}`: secrets.Fresh, deserted: time.Minute} {
		if got := outlook.Lasts(text); got != want {
			t.Errorf("%q lasts %s, want %s", text, got, want)
		}
	}
}

// FuzzDecode reads any text. What is accepted is written, fits into a parameter and is read again;
// and no caller hears a range that they have waited through.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{
		"", "{", "null", `{"version":1}`, `{"version":1,"answered":"2026-11-24T11:59:00+14:00","waited":1209600,"counted":"2026-11-24T12:00:00Z","workers":3}`,
		`{"version":1,"none":"9999-12-31T23:59:59.999999999Z","counted":"0001-01-01T00:00:00Z","seen":"0000-01-01T00:00:00Z"}`,
	} {
		f.Add(text, int64(0))
		f.Add(text, int64(7200))
	}
	f.Fuzz(func(t *testing.T, text string, seconds int64) {
		accepted, err := outlook.Decode(text)
		if err != nil {
			return
		}
		waited := time.Duration(max(seconds, 0)%1e6) * time.Second
		if wait, found := accepted.Wait(noon(), waited); found && wait.To > 0 && (wait.From >= wait.To || waited > time.Duration(wait.To)*time.Minute) {
			t.Errorf("after %s the caller hears %v", waited, wait)
		}
		if accepted.NoWorker(noon(), time.Minute) && accepted.Workers > 0 {
			t.Error("no worker, and some")
		}
		written, err := accepted.Encode()
		if err != nil {
			return // a time beyond the year 9999
		}
		read, err := outlook.Decode(written)
		if again, _ := read.Encode(); err != nil || again != written || len(written) > settings.MaxText {
			t.Errorf("written %s, read %s, %v", written, again, err)
		}
	})
}

// source is secrets.Store's part.
type source struct {
	text string
	err  error
}

func (s *source) Outlook(context.Context) (string, error) { return s.text, s.err }

func TestStoreReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	from := &source{}
	store := outlook.Store{Source: from, Logger: slog.New(slog.NewTextHandler(&log, nil))}
	for _, step := range []struct {
		text string
		err  error
		want int // workers
	}{
		{text: ""},
		{text: `{"version":1,"workers":3}`, want: 3},
		{text: `{"version":1,"workers":4}`, want: 4},
		{text: `{"version":9}`},
		{text: `{"version":9}`},
		{text: `{"version":1,"workers":4}`, err: errors.New("SSM does not answer")},
		{text: `{"version":1,"workers":5}`, want: 5},
	} {
		from.text, from.err = step.text, step.err
		if got := store.Get(t.Context()); got.Workers != step.want {
			t.Errorf("%s, %v: %+v, want %d workers", step.text, step.err, got, step.want)
		}
	}
	if lines := strings.Count(log.String(), "outlook ignored"); lines != 1 {
		t.Errorf("%d lines, want 1:\n%s", lines, log.String())
	}
}
