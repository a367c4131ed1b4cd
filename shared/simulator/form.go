package simulator

import (
	"net/url"
	"slices"
	"strings"
)

// form is what url.Values is, for the one writer and the one reader that the parameters of a webhook have: a list needs no hashing.
type form struct{ parameters []parameter }

type parameter struct{ name, value string }

func newForm(size int) *form { return &form{make([]parameter, 0, size)} }

// set adds a parameter that the form does not have.
func (f *form) set(name, value string) {
	f.parameters = append(f.parameters, parameter{name, value})
}

// replace sets a parameter that the form may have.
func (f *form) replace(name, value string) {
	if i := f.index(name); i >= 0 {
		f.parameters[i].value = value
		return
	}
	f.set(name, value)
}

// replaceAll takes over parameters of one value each.
func (f *form) replaceAll(params url.Values) {
	for name := range params {
		f.replace(name, params.Get(name))
	}
}

// Get is like that of url.Values.
func (f *form) Get(name string) string {
	if i := f.index(name); i >= 0 {
		return f.parameters[i].value
	}
	return ""
}

func (f *form) index(name string) int {
	return slices.IndexFunc(f.parameters, func(p parameter) bool { return p.name == name })
}

// sort puts the form into the order in which Twilio sends and signs it.
func (f *form) sort() {
	slices.SortFunc(f.parameters, func(a, b parameter) int { return strings.Compare(a.name, b.name) })
}

func (f *form) values() url.Values {
	values := make(url.Values, len(f.parameters))
	for _, p := range f.parameters {
		values.Add(p.name, p.value)
	}
	return values
}
