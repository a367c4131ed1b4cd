package prompt

var english = language{
	name:   English,
	plus:   "plus",
	scores: "one, two, three, four, five, 1, 2, 3, 4, 5",
	voices: map[string]string{
		"en-US": "Danielle Gregory Ivy Joanna Joey Justin Kendra Kevin Kimberly Matthew Patrick Ruth Salli Stephen",
		"en-GB": "Amy Arthur Brian Emma",
		"en-AU": "Nicole Olivia Russell",
		"en-IE": "Niamh",
		"en-IN": "Aditi Kajal Raveena",
		"en-NZ": "Aria",
		"en-SG": "Jasmine",
		"en-ZA": "Ayanda",
	},
	texts: map[Name]string{
		Closed:      "We are closed at the moment.",
		ClosedToday: "We are closed today: {reason}.",
		NoWorkers:   "None of our colleagues can take calls at the moment.",
		Connecting:  "Please hold while we connect you to another number.",
		MenuAgain:   "Sorry, I did not get that.",

		Waiting:       "Thank you for waiting.",
		NextInLine:    "You are next in line.",
		Position:      "You are number {position} in line.",
		WaitOneMinute: "Callers who were just answered waited about one minute.",
		WaitMinutes:   "Callers who were just answered waited about {minutes} minutes.",
		WaitUpTo:      "Callers who were just answered waited up to {minutes} minutes.",
		WaitOverHour:  "Callers who were just answered waited more than an hour.",
		StillWaiting:  "Please stay on the line. We will take your call as soon as we can.",
		LongWait:      "We are sorry that this takes so long.",
		OfferMessage:  "To leave a message instead of waiting, press star.",

		Busy:            "All our lines are busy.",
		NotTaken:        "We are sorry that we could not take your call.",
		Apology:         "We are sorry, something went wrong.",
		CallAgain:       "Please call again later. Goodbye.",
		RecordingNotice: "",
		AskMessage:      "Please leave a message after the tone, then press pound.",
		NoMessage:       "We did not hear a message. Goodbye.",

		Score:      "How would you rate this call, from 1 to 5? Press or say a number, where 5 is best.",
		ScoreAgain: "Sorry, I did not get that. Please press or say a number from 1 to 5, where 5 is best.",
		Remark:     "After the tone leave a remark, then press pound. To skip, press pound or hang up.",
		Thanks:     "Thank you. Goodbye.",
		Goodbye:    "Goodbye.",
	},
}
