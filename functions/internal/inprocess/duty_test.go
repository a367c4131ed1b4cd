package inprocess

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/shared/simulator"
	"switchboard/shared/simulator/script"
)

// TestWorkerSignsOnAndOff: a worker signs on by text, takes a call, signs off and on by phone, and
// off by text.
func TestWorkerSignsOnAndOff(t *testing.T) {
	t.Parallel()
	const alice, staffNumber = "+14155550191", account.StaffNumber
	o := newOneCaller(t, 0, "+14155550101", account.OurNumber, nil)
	worker := simulator.Worker{Name: "Alice", Attributes: `{"contact_uri":"` + alice + `"}`, Activity: account.OfflineSID}
	if _, err := o.AddWorker(worker); err != nil {
		t.Fatal(err)
	}
	o.SetPhone(alice, pressesOne(2*time.Second, 20*time.Second))
	for at, text := range map[time.Duration]string{5: "Status?", 10: "On!", 15: "thanks", 240: "OFF", 245: "HELP"} {
		o.SendTextAfter(at*time.Second, alice, staffNumber, text)
	}
	o.SendTextAfter(20*time.Second, "+14155550111", staffNumber, "on")
	press := func(at time.Duration, from string, steps ...script.Step) {
		o.CallAfter(at*time.Second, from, staffNumber, steps...)
	}
	press(100, alice, script.Hears("You are signed on."), script.Presses("2"), script.Hears("You are signed off. Goodbye."))
	press(150, alice, script.Hears("You are signed off."), script.Presses("3"), script.Hears("sign on, press 1"),
		script.Presses("1"), script.Hears("You are signed on. Goodbye."))
	press(200, "+14155550111", script.Hears("This line is for staff. Goodbye."))
	activities := map[time.Duration]string{4: "Offline", 11: "Available", 110: "Offline", 190: "Available", 250: "Offline"}
	for at, want := range activities {
		o.loop.After(at*time.Second, func() {
			if got := o.Workers()[0].ActivityName; got != want {
				t.Errorf("after %d s Alice is in %s, want %s", at, got, want)
			}
		})
	}
	if err := o.loop.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	var replies []string
	for _, text := range o.Texts() {
		if text.From == staffNumber {
			replies = append(replies, fmt.Sprintf("%.40s", text.Body))
		}
	}
	want := []string{
		"You are in the activity Offline. Sign on", "You are signed on.", "ON signs you on, OFF signs you off, STAT", "You are signed off.",
	}
	if !slices.Equal(replies[:min(len(want), len(replies))], want) {
		t.Errorf("replies = %q, want %q", replies, want)
	}
	if o.record(t, o.line).Bridged.IsZero() {
		t.Error("the caller was not served")
	}
	for _, problem := range o.Problems() {
		t.Errorf("%+v", problem)
	}
	for _, alert := range o.Debugger() {
		t.Errorf("%+v", alert)
	}
}
