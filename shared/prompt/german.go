package prompt

// german is with Sie.
var german = language{
	name:   German,
	locale: "de-DE",
	plus:   "plus",
	scores: "eins, zwei, drei, vier, fünf, 1, 2, 3, 4, 5",
	voices: map[string]string{
		"de-DE": "Daniel Hans Marlene Vicki",
		"de-AT": "Hannah",
		"de-CH": "Sabrina",
	},
	said: said{
		digits:  [10]string{"null", "eins", "zwei, zwo", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"},
		yes:     "ja, ja bitte, jawohl, genau, natürlich, auf jeden Fall, klar",
		no:      "nein, nee, nö, gar nicht, überhaupt nicht, auf keinen Fall",
		fillers: "äh, ähm, also, gut, bitte, danke, danke schön, vielen Dank, ich sage, ich würde sagen, ich gebe, ich denke, das war, eine, ein, die, Sterne, Punkte, von fünf, von 5",
	},
	texts: map[Name]string{
		Closed:      "Wir haben zurzeit geschlossen.",
		ClosedToday: "Wir haben heute geschlossen: {reason}.",
		NoWorkers:   "Zurzeit kann leider niemand aus unserem Team Anrufe entgegennehmen.",
		Connecting:  "Bitte bleiben Sie am Apparat, wir verbinden Sie mit einer anderen Nummer.",
		MenuAgain:   "Entschuldigung, das habe ich nicht verstanden.",

		Waiting:       "Vielen Dank, dass Sie warten.",
		NextInLine:    "Sie sind als Nächstes an der Reihe.",
		Position:      "Sie sind Nummer {position} in der Warteschlange.",
		WaitOneMinute: "Wer gerade an die Reihe kam, hat etwa eine Minute gewartet.",
		WaitMinutes:   "Wer gerade an die Reihe kam, hat etwa {minutes} Minuten gewartet.",
		WaitUpTo:      "Wer gerade an die Reihe kam, hat bis zu {minutes} Minuten gewartet.",
		WaitOverHour:  "Wer gerade an die Reihe kam, hat mehr als eine Stunde gewartet.",
		StillWaiting:  "Bitte bleiben Sie in der Leitung. Wir nehmen Ihren Anruf so bald wie möglich entgegen.",
		LongWait:      "Es tut uns leid, dass es so lange dauert.",
		OfferMessage:  "Wenn Sie lieber eine Nachricht hinterlassen möchten, drücken Sie die Sterntaste.",

		Busy:            "Zurzeit sind alle unsere Leitungen belegt.",
		NotTaken:        "Es tut uns leid, dass wir Ihren Anruf nicht entgegennehmen konnten.",
		Apology:         "Es tut uns leid, etwas ist schiefgegangen.",
		CallAgain:       "Bitte rufen Sie später noch einmal an. Auf Wiederhören.",
		RecordingNotice: "",
		AskMessage:      "Bitte hinterlassen Sie nach dem Signalton eine Nachricht und drücken Sie dann die Rautetaste.",
		NoMessage:       "Wir haben keine Nachricht gehört. Auf Wiederhören.",

		Score:      "Wie bewerten Sie diesen Anruf auf einer Skala von 1 bis 5? Drücken oder sagen Sie eine Zahl; 5 ist die beste Bewertung.",
		ScoreAgain: "Entschuldigung, das habe ich nicht verstanden. Bitte drücken oder sagen Sie eine Zahl von 1 bis 5; 5 ist die beste Bewertung.",
		Remark:     "Hinterlassen Sie nach dem Signalton eine Anmerkung und drücken Sie dann die Rautetaste. Zum Überspringen drücken Sie die Rautetaste oder legen Sie auf.",
		Thanks:     "Vielen Dank. Auf Wiederhören.",
		Goodbye:    "Auf Wiederhören.",
	},
}
