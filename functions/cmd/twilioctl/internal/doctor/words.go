package doctor

import (
	"fmt"
	"strings"
	"time"
)

// counted returns a number of things: "1 alarm", "2 alarms".
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// listed joins up to five names, and counts the others.
func listed(names []string) string {
	const maximum = 5
	if len(names) > maximum {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maximum], ", "), len(names)-maximum)
	}
	return strings.Join(names, ", ")
}

// inSeconds returns a time as the console's fields show it.
func inSeconds(d time.Duration) string { return fmt.Sprintf("%d s", int(d.Seconds())) }
