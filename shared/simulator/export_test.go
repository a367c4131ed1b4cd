package simulator

import "strings"

// DocumentedParameters returns the parameters that the simulator accepts as documented, by method
// and OpenAPI path template.
func DocumentedParameters(asked string) (names []string, known bool) {
	method, template, _ := strings.Cut(asked, " ")
	rest, found := strings.CutPrefix(strings.TrimSuffix(template, ".json"), "/2010-04-01/Accounts/{AccountSid}/")
	if !found {
		rest, found = strings.CutPrefix(template, "/v1/")
	}
	if !found {
		return nil, false
	}
	list, known := documentedParameters[pattern(method, strings.Split(rest, "/"))]
	return strings.Fields(list), known
}
