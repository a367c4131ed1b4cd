package doctor

import (
	"fmt"
	"strings"
	"time"
)

// counted is a number of things: "1 alarm", "2 alarms".
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// listed joins names; after five it only counts.
func listed(names []string) string {
	const most = 5
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// inSeconds is a time as the console's fields have it.
func inSeconds(d time.Duration) string { return fmt.Sprintf("%d s", int(d.Seconds())) }
