package enqueue

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"switchboard/shared/prompt"
	"switchboard/shared/settings"
	"switchboard/shared/twiml"
	"switchboard/shared/webhook"
)

// menuStop is where Twilio posts a caller's answer to a menu: menu/{language}/{tries}/{keys}, with
// the caller's language and the keys that they have pressed in menus before, each "-" for none.
const menuStop = "menu"

// none stands for an empty segment, which no URL has.
const none = "-"

// defaultTries is how often a menu is asked.
const defaultTries = 2

// ask asks a menu, to which the keys have led. tries is how often the caller gave no answer.
func (a arrival) ask(menu settings.Menu, keys string, tries int) twiml.Document {
	book := a.book()
	var lines []twiml.Line
	if tries > 0 {
		lines = append(lines, book.Line(prompt.MenuAgain, nil))
	}
	if text := settings.SayIn(menu.Say, a.language); text != "" {
		lines = append(lines, book.Say(text, nil))
	}
	var words []string
	for _, choice := range menu.Choices {
		lines = append(lines, a.offer(choice))
		words = append(words, choice.Words[a.spoken()]...)
	}
	path := strings.Join([]string{"/enqueue", menuStop, cmp.Or(a.language, none), strconv.Itoa(tries), cmp.Or(keys, none)}, "/")
	return twiml.Ask(twiml.Question{
		Lines:     lines,
		ActionURL: a.request.URL(path),
		Speech:    menu.Speech,
		Hints:     strings.Join(words, ", "),
		Language:  book.Locale(),
	})
}

// offer is what a caller hears of a choice. A choice of another language is offered in that.
func (a arrival) offer(choice settings.Choice) twiml.Line {
	if text, found := choice.Say[a.spoken()]; found {
		return a.book().Say(text, nil)
	}
	if text, found := choice.Say[choice.Language]; found {
		return a.settings.Book(choice.Language).Say(text, nil)
	}
	return a.book().Say(settings.SayIn(choice.Say, a.language), nil)
}

// spoken is the caller's language by its name.
func (a arrival) spoken() string { return cmp.Or(a.language, string(prompt.English)) }

// answered takes the choice of a caller, which leads to the second menu or into the queue. A caller
// who makes no choice is asked again, and then gets the menu's default.
func (a arrival) answered(ctx context.Context, segments []string) webhook.Answer {
	if len(segments) != 3 || !isLanguage(segments[0]) {
		return webhook.NotFound()
	}
	tries, err := strconv.Atoi(segments[1])
	if err != nil || tries < 0 {
		return webhook.NotFound()
	}
	a.language = strings.TrimSuffix(segments[0], none)
	keys := strings.TrimSuffix(segments[2], none)
	menu, chosen, found := a.follow(keys)
	if !found { // the desk has changed its menus meanwhile
		return webhook.TwiML(a.enqueue(ctx, chosen))
	}
	choice, found := a.choice(menu)
	if !found && tries+1 < cmp.Or(menu.Tries, defaultTries) {
		return webhook.TwiML(a.ask(menu, keys, tries+1))
	}
	if !found {
		if choice, found = byKey(menu, menu.Default); !found {
			return webhook.TwiML(a.enqueue(ctx, chosen))
		}
	}
	if choice.Language != "" {
		a.language = choice.Language
	}
	if next, found := a.settings.Menus[choice.Menu]; found && keys == "" {
		return webhook.TwiML(a.ask(next, choice.Key, 0))
	}
	return webhook.TwiML(a.enqueue(ctx, append(chosen, choice)))
}

func isLanguage(segment string) bool {
	return segment == none || prompt.IsLanguage(segment)
}

// follow returns the menu to which keys lead from the number's, and the choices on the way.
func (a arrival) follow(keys string) (menu settings.Menu, chosen []settings.Choice, found bool) {
	menu, found = a.settings.Menus[a.number.Menu]
	for _, key := range strings.Split(keys, "") {
		choice, known := byKey(menu, key)
		if !known {
			return settings.Menu{}, chosen, false
		}
		chosen = append(chosen, choice)
		menu, found = a.settings.Menus[choice.Menu]
	}
	return menu, chosen, found
}

// choice returns the choice whose key the caller has pressed, or whose words they have said.
func (a arrival) choice(menu settings.Menu) (choice settings.Choice, found bool) {
	if digits := a.request.Form.Get("Digits"); digits != "" {
		return byKey(menu, digits)
	}
	said := words(a.request.Form.Get("SpeechResult"))
	for _, each := range menu.Choices {
		for _, phrase := range each.Words[a.spoken()] {
			if spelled := words(phrase); spelled != "" && strings.Contains(said, spelled) {
				if found {
					return settings.Choice{}, false // two choices are none
				}
				choice, found = each, true
				break
			}
		}
	}
	return choice, found
}

// words returns a text in lower case, with one space before, between and after its words, so that
// one text can be looked for in another.
func words(text string) string {
	split := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(split) == 0 {
		return ""
	}
	return " " + strings.Join(split, " ") + " "
}

func byKey(menu settings.Menu, key string) (settings.Choice, bool) {
	i := slices.IndexFunc(menu.Choices, func(c settings.Choice) bool { return c.Key == key })
	if i < 0 {
		return settings.Choice{}, false
	}
	return menu.Choices[i], true
}
