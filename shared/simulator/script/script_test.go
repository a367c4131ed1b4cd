package script_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"switchboard/shared/simulator/script"
)

func TestParseStep(t *testing.T) {
	tests := []struct {
		text string
		want script.Step
	}{
		{`hears "position 2"`, script.Hears("position 2")},
		{`hears "he said \"no\""`, script.Hears(`he said "no"`)},
		{"presses 1", script.Presses("1")},
		{"presses *", script.Presses("*")},
		{`presses "#"`, script.Presses("#")},
		{"presses nothing", script.PressesNothing()},
		{`says "five"`, script.Says("five")},
		{"records for 4 s", script.Records(4 * time.Second)},
		{"waits 3 s", script.Waits(3 * time.Second)},
		{"until bridged", script.Until(script.Bridged)},
		{"until worker's phone rings", script.Until(script.WorkerRings)},
		{"talks 2 min", script.Talks(2 * time.Minute)},
		{"hangs up", script.HangsUp()},
		{"hangs up after 40 s", script.HangsUpAfter(40 * time.Second)},
		{"stays on", script.StaysOn()},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			got, err := script.ParseStep(test.text)
			if err != nil || got != test.want {
				t.Errorf("ParseStep = %v, %v, want %v", got, err, test.want)
			}
			if got.String() != test.text {
				t.Errorf("String = %s", got)
			}
		})
	}
}

func TestParseStepVariants(t *testing.T) {
	for text, want := range map[string]script.Step{
		"  Hangs up  ":                 script.HangsUp(),
		"records 4s":                   script.Records(4 * time.Second),
		"waits for 1.5 seconds":        script.Waits(1500 * time.Millisecond),
		"talks for 1 min 30 s":         script.Talks(90 * time.Second),
		"until the worker is reserved": script.Until(script.WorkerReserved),
		"presses #":                    script.Presses("#"),
	} {
		if got, err := script.ParseStep(text); err != nil || got != want {
			t.Errorf("ParseStep(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestParseStepsErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"hangup", "did you mean hangs up?"},
		{"hear beep", `did you mean hears "words"?`},
		{"press 1", "did you mean presses 1?"},
		{"dances", "a step is one of: hears"},
		{"hears beep", "double quotes"},
		{`hears "beep`, "double quotes"},
		{"presses one", "keys are 0 to 9"},
		{"presses", `presses "#"`},
		{"waits", "a time is a number and ms, s, min or h"},
		{"waits 3", "a time is a number"},
		{"talks -1 s", "a time is a number"},
		{"until noon", "until worker's phone rings"},
		{"hangs up soon", "nothing follows hangs up"},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			_, err := script.ParseSteps("# a comment\nhears \"beep\"\n\n" + test.text)
			var faulty *script.Error
			if !errors.As(err, &faulty) || faulty.Line != 4 || faulty.Text != test.text || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want line 4 and %q", err, test.want)
			}
		})
	}
}

func TestParsePhone(t *testing.T) {
	tests := []struct {
		text string
		want script.Phone
	}{
		{"answers after 4 s", script.AnswersAfter(4 * time.Second)},
		{"answers after 4 s\nhears \"press 1\"\npresses 1", script.AnswersAfter(4*time.Second, script.Hears("press 1"), script.Presses("1"))},
		{"voicemail answers after 10 s", script.Voicemail(10 * time.Second)},
		{"answers after 10 s\nhangs up after 2 s", script.AnswersAfter(10*time.Second, script.HangsUpAfter(2*time.Second))},
		{"never answers", script.NeverAnswers()},
		{"is busy", script.Busy()},
		{"fails", script.Fails()},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			got, err := script.ParsePhone(test.text)
			if err != nil || got.String() != test.want.String() {
				t.Errorf("ParsePhone = %q, %v, want %q", got, err, test.want)
			}
			if got.String() != test.text {
				t.Errorf("String = %q", got)
			}
		})
	}
}

func TestVoicemailTakesSteps(t *testing.T) {
	got, err := script.ParsePhone("voicemail answers after 10 s\nhears \"press 1\"\npresses nothing")
	want := script.AnswersAfter(10*time.Second, script.Hears("press 1"), script.PressesNothing())
	if err != nil || got.String() != want.String() {
		t.Errorf("ParsePhone = %q, %v, want %q", got, err, want)
	}
}

func TestParsePhoneErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "a phone begins with one of",
		"hears \"x\"":                 "a phone begins with one of",
		"answers after a while":       "a time is a number",
		"is busy today":               "nothing follows is busy",
		"is busy\nhangs up":           "line 2: `hangs up`: no person answers this phone: begin it with answers after 4 s instead of is busy",
		"answers after 1 s\nis quiet": "line 2",
	} {
		if _, err := script.ParsePhone(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParsePhone(%q): error %v, want %q", text, err, want)
		}
	}
}

// anyStep returns a random step.
func anyStep(random *rand.Rand) script.Step {
	words := make([]byte, random.IntN(9))
	for i := range words {
		words[i] = byte(random.UintN(256))
	}
	keys := "1"
	for range random.IntN(4) {
		keys += string("0123456789*#"[random.IntN(12)])
	}
	unit := []time.Duration{1, time.Millisecond, time.Second, time.Minute, time.Hour}[random.IntN(5)]
	span := time.Duration(random.Int64N(100_000)) * unit
	moments := []script.Moment{
		script.Enqueued, script.WorkerReserved, script.WorkerRings, script.WorkerAnswers, script.Bridged, script.TaskCanceled,
	}
	all := []script.Step{
		script.Hears(string(words)), script.Says(string(words)), script.Presses(keys), script.Presses(keys[1:] + "#"), script.PressesNothing(),
		script.Records(span), script.Waits(span), script.Talks(span), script.HangsUpAfter(span), script.HangsUp(), script.StaysOn(),
		script.Until(moments[random.IntN(len(moments))]),
	}
	return all[random.IntN(len(all))]
}

func TestParseStepReversesString(t *testing.T) {
	survives := func(seed uint64) bool {
		want := anyStep(rand.New(rand.NewPCG(seed, 0)))
		got, err := script.ParseStep(want.String())
		if err != nil || got != want {
			t.Logf("%s came back as %s, %v", want, got, err)
		}
		return err == nil && got == want
	}
	if err := quick.Check(survives, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}

func FuzzParseSteps(f *testing.F) {
	for _, seed := range []string{"hears \"x\"\npresses 1", "waits 1e9 h", "hangs up after 0 s", "until the bridged", "talks 1 min 1 min", "presses nothing #", "# only this"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		steps, err := script.ParseSteps(text)
		if err != nil {
			var faulty *script.Error
			if !errors.As(err, &faulty) || faulty.Line < 1 || faulty.Want == "" {
				t.Fatalf("error %v without a place or a remedy", err)
			}
			return
		}
		for _, step := range steps {
			if again, err := script.ParseStep(step.String()); err != nil || again != step {
				t.Errorf("%s came back as %s, %v", step, again, err)
			}
		}
	})
}

func FuzzParsePhone(f *testing.F) {
	for _, seed := range []string{"answers after 4 s\nhangs up", "voicemail answers after 1 s", "is busy", "voicemail answers after 1 s\nhangs up after 2 s"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		phone, err := script.ParsePhone(text)
		if err != nil {
			return
		}
		if again, err := script.ParsePhone(phone.String()); err != nil || again.String() != phone.String() {
			t.Errorf("%q came back as %q, %v", phone, again, err)
		}
	})
}
