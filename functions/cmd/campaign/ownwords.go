package main

import (
	"switchboard/shared/outlook"
	words "switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/twiml"
)

// ownTexts are a desk's own texts in one language. No text is part of another language's.
type ownTexts struct {
	welcome, first, second, third, fourth string // in menus
	word                                  string // that callers say for the first
	thisLanguage                          string // offers the language itself
	comfort, reason, voice                string
	prompts                               map[string]string // by name; a recording's URL has the language in it
}

func ownWords() map[string]ownTexts {
	recording := func(language, name string) string { return recordingsURL + language + "/" + name + ".mp3" }
	return map[string]ownTexts{
		"en": {
			welcome: "Welcome to the shop.", first: "For a bill, press 1.", second: "For anything else, press 2.",
			third: "For a phone, press 1.", fourth: "For a tablet, press 2.", word: "bill", thisLanguage: "For English, press 9.",
			comfort: "It is a busy day.", reason: "There is a fire alarm.", voice: "Polly.Joanna-Neural",
			prompts: map[string]string{
				"closed":        "The shop is shut.",
				"waiting":       "How good of you to call.",
				"next_in_line":  "Your call is the next one.",
				"position":      "Your place is {position}.",
				"still_waiting": recording("en", "still_waiting"),
				"ask_message":   recording("en", "ask_message"),
				"thanks":        "Good day from all of us.",
			},
		},
		"es": {
			welcome: "Bienvenido a la tienda.", first: "Para una factura, oprima el uno.", second: "Para lo demás, oprima el dos.",
			third: "Para un teléfono, oprima el uno.", fourth: "Para una tableta, oprima el dos.", word: "factura", thisLanguage: "Para español, oprima el nueve.",
			comfort: "Es un día de mucho trabajo.", reason: "Hay una alarma de incendio.", voice: "Polly.Lupe-Neural",
			prompts: map[string]string{
				"closed":        "La tienda no abre ahora.",
				"waiting":       "Qué bueno que llama.",
				"next_in_line":  "No hay nadie antes que usted.",
				"position":      "Su lugar es el {position}.",
				"still_waiting": recording("es", "still_waiting"),
				"ask_message":   recording("es", "ask_message"),
				"thanks":        "Buenos días de parte de todos.",
			},
		},
		"de": {
			welcome: "Willkommen im Laden.", first: "Für eine Rechnung drücken Sie die 1.", second: "Für alles andere drücken Sie die 2.",
			third: "Für ein Telefon drücken Sie die 1.", fourth: "Für ein Tablet drücken Sie die 2.", word: "Rechnung", thisLanguage: "Für Deutsch drücken Sie die 9.",
			comfort: "Heute ist viel los.", reason: "Es gibt einen Feueralarm.", voice: "Polly.Vicki-Neural",
			prompts: map[string]string{
				"closed":        "Der Laden ist zu.",
				"waiting":       "Schön, dass Sie anrufen.",
				"next_in_line":  "Vor Ihnen ist niemand.",
				"position":      "Ihr Platz ist die {position}.",
				"still_waiting": recording("de", "still_waiting"),
				"ask_message":   recording("de", "ask_message"),
				"thanks":        "Einen schönen Tag von uns allen.",
			},
		},
	}
}

// heard is a line as the simulator records it: its text, or its recording's URL.
func heard(line twiml.Line) string {
	if line.URL != "" {
		return line.URL
	}
	return line.Text
}

// cues are what a caller hears in a language.
func (o *ownDesk) cues(language string) cues {
	book := o.read.Book(language)
	return cues{
		place:   heard(book.Line(words.OfferMessage, nil)),
		message: heard(book.Line(words.AskMessage, nil)),
		score:   heard(book.Line(words.Score, nil)),
		remark:  heard(book.Line(words.Remark, nil)),
	}
}

// place is a number for which no prompt has another use.
const place = 77

// someNumber is that of which a desk says that it can call it; a caller hears another.
const someNumber = "+14155550199"

// lines lists all that a desk says in a language, with place for the caller's place.
func (o *ownDesk) lines(language string) []string {
	book, texts := o.read.Book(language), o.texts[language]
	lines := []string{
		texts.welcome, texts.first, texts.second, texts.third, texts.fourth, texts.thisLanguage, texts.comfort, texts.reason,
		heard(book.Position(place)),
	}
	for _, each := range outlook.Ranges() {
		lines = append(lines, heard(book.Wait(each.From, each.To)))
	}
	for _, question := range o.read.Survey.Questions {
		lines = append(lines, question.Say[language])
		for _, choice := range question.Choices {
			lines = append(lines, choice.Say[language])
		}
	}
	for _, name := range words.Names() {
		lines = append(lines, heard(book.Line(name, map[string]string{"reason": holiday})))
	}
	return lines
}

// farewells are the last lines of a call that we end, in all languages.
func (o *ownDesk) farewells() (lines []string) {
	for language := range o.texts {
		for _, name := range []words.Name{words.Thanks, words.Goodbye, words.NoMessage, words.CallAgain, words.MessageSent, words.CallbackPromise, words.CallbackOpening} {
			lines = append(lines, heard(o.read.Book(language).Line(name, nil)))
		}
	}
	return lines
}

// chosenBy returns the language that a caller of a number chooses in its menu by a key, "" = none.
func (o *ownDesk) chosenBy(number settings.Number, key string) string {
	for _, choice := range o.read.Menus[number.Menu].Choices {
		if choice.Key == key {
			return choice.Language
		}
	}
	return ""
}
