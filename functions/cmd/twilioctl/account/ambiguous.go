package account

import "fmt"

// AmbiguousError says that a friendly name does not tell which resource is meant.
type AmbiguousError struct {
	Kind, Name string
	SIDs       [2]string
}

// Error names both.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("two %ss are named %q, %s and %s: rename or delete one of them in the console, for resources are found by their names", e.Kind, e.Name, e.SIDs[0], e.SIDs[1])
}
