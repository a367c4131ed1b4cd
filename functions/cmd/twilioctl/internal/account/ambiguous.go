package account

import "fmt"

// AmbiguousError says that two resources have the same friendly name.
type AmbiguousError struct {
	Kind, Name string
	SIDs       [2]string
}

// Error names both.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("two %ss are named %q, %s and %s: rename or delete one of them in the console, because names identify resources", e.Kind, e.Name, e.SIDs[0], e.SIDs[1])
}
