package simulator_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"switchboard/shared/simulator"
)

func TestStepsReadLikeACall(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want simulator.Step
	}{
		{`hears "position 2"`, simulator.Hears("position 2")},
		{`hears "he said \"no\""`, simulator.Hears(`he said "no"`)},
		{"presses 1", simulator.Presses("1")},
		{"presses *", simulator.Presses("*")},
		{`presses "#"`, simulator.Presses("#")},
		{"presses nothing", simulator.PressesNothing()},
		{`says "five"`, simulator.Says("five")},
		{"records for 4 s", simulator.Records(4 * time.Second)},
		{"waits 3 s", simulator.Waits(3 * time.Second)},
		{"until bridged", simulator.Until(simulator.Bridged)},
		{"until worker's phone rings", simulator.Until(simulator.WorkerRings)},
		{"talks 2 min", simulator.Talks(2 * time.Minute)},
		{"hangs up", simulator.HangsUp()},
		{"hangs up after 40 s", simulator.HangsUpAfter(40 * time.Second)},
		{"stays on", simulator.StaysOn()},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			got, err := simulator.ParseStep(test.text)
			if err != nil || got != test.want {
				t.Errorf("ParseStep = %v, %v, want %v", got, err, test.want)
			}
			if got.String() != test.text {
				t.Errorf("String = %s", got)
			}
		})
	}
}

func TestStepsInOtherWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]simulator.Step{
		"  Hangs up  ":                 simulator.HangsUp(),
		"records 4s":                   simulator.Records(4 * time.Second),
		"waits for 1.5 seconds":        simulator.Waits(1500 * time.Millisecond),
		"talks for 1 min 30 s":         simulator.Talks(90 * time.Second),
		"until the worker is reserved": simulator.Until(simulator.WorkerReserved),
		"presses #":                    simulator.Presses("#"),
	} {
		if got, err := simulator.ParseStep(text); err != nil || got != want {
			t.Errorf("ParseStep(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestErrorsSayWhatToWrite(t *testing.T) {
	t.Parallel()
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
		{"hangs up soon", "nothing stands after hangs up"},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			_, err := simulator.ParseSteps("# a comment\nhears \"beep\"\n\n" + test.text)
			var script *simulator.ScriptError
			if !errors.As(err, &script) || script.Line != 4 || script.Text != test.text || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want line 4 and %q", err, test.want)
			}
		})
	}
}

func TestPhonesReadLikeACall(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want simulator.Phone
	}{
		{"answers after 4 s", simulator.AnswersAfter(4 * time.Second)},
		{"answers after 4 s\nhears \"press 1\"\npresses 1", simulator.AnswersAfter(4*time.Second, simulator.Hears("press 1"), simulator.Presses("1"))},
		{"voicemail answers after 10 s", simulator.Voicemail(10 * time.Second)},
		{"answers after 10 s\nhangs up after 2 s", simulator.AnswersAfter(10*time.Second, simulator.HangsUpAfter(2*time.Second))},
		{"never answers", simulator.NeverAnswers()},
		{"is busy", simulator.Busy()},
		{"fails", simulator.Fails()},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			got, err := simulator.ParsePhone(test.text)
			if err != nil || got.String() != test.want.String() {
				t.Errorf("ParsePhone = %q, %v, want %q", got, err, test.want)
			}
			if got.String() != test.text {
				t.Errorf("String = %q", got)
			}
		})
	}
}

func TestAMailboxMayHaveStepsOfItsOwn(t *testing.T) {
	t.Parallel()
	got, err := simulator.ParsePhone("voicemail answers after 10 s\nhears \"press 1\"\npresses nothing")
	want := simulator.AnswersAfter(10*time.Second, simulator.Hears("press 1"), simulator.PressesNothing())
	if err != nil || got.String() != want.String() {
		t.Errorf("ParsePhone = %q, %v, want %q", got, err, want)
	}
}

func TestPhonesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                            "a phone begins with one of",
		"hears \"x\"":                 "a phone begins with one of",
		"answers after a while":       "a time is a number",
		"is busy today":               "nothing stands after is busy",
		"is busy\nhangs up":           "line 2: `hangs up`: nobody is there to do that: begin the phone with answers after 4 s instead of is busy",
		"answers after 1 s\nis quiet": "line 2",
	} {
		if _, err := simulator.ParsePhone(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParsePhone(%q): error %v, want %q", text, err, want)
		}
	}
}

// anyStep draws a step that a script can hold.
func anyStep(random *rand.Rand) simulator.Step {
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
	moments := []simulator.Moment{
		simulator.Enqueued, simulator.WorkerReserved, simulator.WorkerRings, simulator.WorkerAnswers, simulator.Bridged, simulator.TaskCanceled,
	}
	all := []simulator.Step{
		simulator.Hears(string(words)), simulator.Says(string(words)), simulator.Presses(keys), simulator.Presses(keys[1:] + "#"), simulator.PressesNothing(),
		simulator.Records(span), simulator.Waits(span), simulator.Talks(span), simulator.HangsUpAfter(span), simulator.HangsUp(), simulator.StaysOn(),
		simulator.Until(moments[random.IntN(len(moments))]),
	}
	return all[random.IntN(len(all))]
}

func TestStepsSurviveBeingWrittenAndRead(t *testing.T) {
	t.Parallel()
	survives := func(seed uint64) bool {
		want := anyStep(rand.New(rand.NewPCG(seed, 0)))
		got, err := simulator.ParseStep(want.String())
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
		steps, err := simulator.ParseSteps(text)
		if err != nil {
			var script *simulator.ScriptError
			if !errors.As(err, &script) || script.Line < 1 || script.Want == "" {
				t.Fatalf("error %v without a place or a remedy", err)
			}
			return
		}
		for _, step := range steps {
			if again, err := simulator.ParseStep(step.String()); err != nil || again != step {
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
		phone, err := simulator.ParsePhone(text)
		if err != nil {
			return
		}
		if again, err := simulator.ParsePhone(phone.String()); err != nil || again.String() != phone.String() {
			t.Errorf("%q came back as %q, %v", phone, again, err)
		}
	})
}
