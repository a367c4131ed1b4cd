package script_test

import (
	"errors"
	"fmt"

	"switchboard/shared/simulator/script"
)

func ExampleParseSteps() {
	_, err := script.ParseSteps(`
		hears "press 1"
		press 1
		hangs up`)
	if fault := new(script.Error); errors.As(err, &fault) {
		fmt.Printf("line %d: %s\n", fault.Line, fault.Text)
	}

	steps, err := script.ParseSteps(`
		# a caller who answers the survey
		until bridged
		hears "from 1 to 5"
		presses 5
		hangs up after 2 s`)
	fmt.Println(len(steps), steps[3], err)
	// Output:
	// line 3: press 1
	// 4 hangs up after 2 s <nil>
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
