package main

import (
	"strings"

	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/section"
	"switchboard/shared/simulator/reading"
	"switchboard/shared/simulator/scenario"
)

// variant says how a file is played.
type variant struct {
	seed     uint64
	mode     string      // bridge mode; "" = the file's
	readings reading.Set // the file's own readings win
	desk     string      // "" = the file's
}

// String returns the mode and the desk, without those that come from the file.
func (v variant) String() string { return strings.Trim(v.mode+" "+v.desk, " ") }

// variantsOf lists the modes and desks in which a file is played. base has no desk. A file that
// cannot be read is played once, to report why.
func variantsOf(file string, base variant) []variant {
	var set section.Section
	if read, err := scenario.Read(file); err == nil {
		set, _ = section.Read(read)
	}
	modes := set.Modes
	if base.mode != "" || len(modes) == 0 {
		modes = scenario.Texts{base.mode}
	}
	desks := set.Desks
	if len(desks) == 0 {
		desks = scenario.Texts{""}
	}
	var variants []variant
	for _, desk := range desks {
		for _, mode := range modes {
			each := base
			each.mode, each.desk = mode, desk
			variants = append(variants, each)
		}
	}
	return variants
}

// change sets the parameters and the account to the mode and the desk.
func (v variant) change(set bundle.Environment, file *scenario.Scenario) {
	section.Vary(set, file, v.mode, v.desk)
}
