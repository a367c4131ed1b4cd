package doctor

import (
	"encoding/json"
	"maps"
	"slices"

	"switchboard/shared/expression"
	"switchboard/shared/settings"
)

// task is what is known of the tasks of some calls.
type task struct {
	of         string // the number that callers dial, and the keys that they press, such as +12065550100 → 2; "" = any other number
	attributes expression.Attributes
}

// tasks returns the attributes that the settings give to tasks: by number, and by the choices of
// its menu.
func (e *evidence) tasks() []task {
	all := e.settings.value
	var tasks []task
	for _, dialed := range slices.Sorted(maps.Keys(all.Numbers)) {
		number := all.Numbers[dialed]
		base := task{of: dialed, attributes: attributesOf(number.Attributes)}
		if dialed == settings.OtherNumbers {
			base.of = ""
		} else {
			base.attributes["to"], base.attributes["called"] = dialed, dialed
		}
		tasks = append(tasks, chosen(all, base, number.Menu, 2)...)
	}
	return tasks
}

// chosen returns the tasks of callers who hear a menu, and up to levels of menus in all.
func chosen(all settings.Settings, base task, name string, levels int) []task {
	menu, found := all.Menus[name]
	if !found || levels == 0 {
		return []task{base}
	}
	var tasks []task
	if menu.Default == "" {
		tasks = append(tasks, base)
	}
	for _, choice := range menu.Choices {
		next := task{of: base.of, attributes: maps.Clone(base.attributes)}
		maps.Copy(next.attributes, attributesOf(choice.Attributes))
		if base.of != "" {
			next.of += " → " + choice.Key
		}
		tasks = append(tasks, chosen(all, next, choice.Menu, levels-1)...)
	}
	return tasks
}

func attributesOf(object json.RawMessage) expression.Attributes {
	attributes := expression.Attributes{}
	_ = json.Unmarshal(object, &attributes) // "" has none, and anything else was checked
	return attributes
}
