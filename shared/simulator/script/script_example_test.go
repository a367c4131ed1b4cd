package script_test

import (
	"fmt"

	"switchboard/shared/simulator/script"
)

func ExampleParseSteps() {
	_, err := script.ParseSteps(`
		hears "press 1"
		press 1
		hangs up`)
	fmt.Println(err)

	steps, err := script.ParseSteps(`
		# a caller who answers the survey
		until bridged
		hears "from 1 to 5"
		presses 5
		hangs up after 2 s`)
	fmt.Println(len(steps), steps[3], err)
	// Output:
	// line 3: `press 1`: a step is one of: hears "words", presses 1, presses nothing, says "words",
	// records for 4 s, waits 3 s, until bridged, talks 40 s, hangs up, hangs up after 40 s, stays
	// on; did you mean presses 1? 4 hangs up after 2 s <nil>
}

func ExampleParsePhone() {
	phone, err := script.ParsePhone("voicemail answers after 10 s\nhears \"press 1\"\npresses nothing\nhangs up after 30 s")
	fmt.Println(err)
	fmt.Println(phone)
	// Output:
	// <nil>
	// answers after 10 s
	// hears "press 1"
	// presses nothing
	// hangs up after 30 s
}
