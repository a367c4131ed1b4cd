package roster

import "testing"

func TestFiveHelpTextsInARow(t *testing.T) {
	t.Parallel()
	record := Record{WorkerSID: "WK00000000000000000000000000000001"}
	for i, message := range []string{"SM1", "SM2", "SM3", "SM4", "SM5"} {
		due, changed := record.CountHelp(message)
		if again, counted := record.CountHelp(message); !due || !changed || !again || counted {
			t.Errorf("message %d: due %t, counted %t; the same once more: due %t, counted %t", i+1, due, changed, again, counted)
		}
	}
	if due, changed := record.CountHelp("SM6"); due || changed {
		t.Errorf("the sixth message: due %t, counted %t", due, changed)
	}
	if !record.Understood() || record.Understood() {
		t.Error("a word that was understood does not reset the count, once")
	}
	if due, _ := record.CountHelp("SM5"); !due {
		t.Error("no help text after a word that was understood")
	}
}

func TestTextsStopForOneNumber(t *testing.T) {
	t.Parallel()
	const number, other = "+14155550199", "+14155550198"
	record := Record{WorkerSID: "WK00000000000000000000000000000001"}
	if !record.MayText(number) || record.AllowTexts() {
		t.Error("a record without facts refuses texts")
	}
	if !record.StopTexts(number, 21610) || record.StopTexts(number, 21610) {
		t.Error("a refusal is not recorded once")
	}
	if record.MayText(number) || !record.MayText(other) || record.NoTextsFor != 21610 {
		t.Errorf("record = %+v: texts may be sent to the number: %t, to another: %t", record, record.MayText(number), record.MayText(other))
	}
	if kept := decode(record.WorkerSID, 1, encode(record)); kept.MayText(number) {
		t.Error("the item does not keep the refusal")
	}
	if !record.AllowTexts() || !record.MayText(number) {
		t.Error("the refusal is not taken back")
	}
}
