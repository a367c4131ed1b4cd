package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// table is text in columns. The first and the last column are aligned left, the others right.
type table [][]string

// String ends each row with a newline and without trailing spaces.
func (t table) String() string {
	widths := map[int]int{}
	for _, row := range t {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var text strings.Builder
	for _, row := range t {
		var line strings.Builder
		for i, cell := range row {
			padding := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			switch i {
			case 0:
				line.WriteString(cell + padding)
			case len(row) - 1:
				line.WriteString("  " + cell)
			default:
				line.WriteString("  " + padding + cell)
			}
		}
		text.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return text.String()
}

// tableOf returns a row for each result. A cell marks a missed aim.
func tableOf(measured []result) table {
	rows := table{{"function", "init ms", "first ms", "cold ×", "warm µs", "warm ×", "memory MB", "memory ×", "zip arm64 MB", "zip x86_64 MB", "network calls: cold | warm"}}
	for _, r := range measured {
		memory := "n/a"
		if r.MemoryMB > 0 {
			memory = fmt.Sprintf("%.1f", r.MemoryMB)
		}
		rows = append(rows, []string{
			r.Name,
			fmt.Sprintf("%.2f", r.InitMS),
			fmt.Sprintf("%.2f", r.FirstMS),
			ratioCell(r.Cold),
			fmt.Sprintf("%.0f", r.WarmUS),
			ratioCell(r.Warm),
			memory,
			ratioCell(r.Memory),
			zipCell(r, "arm64"),
			zipCell(r, "x86_64"),
			callsCell(r.ColdCalls) + " | " + callsCell(r.WarmCalls),
		})
	}
	return rows
}

func ratioCell(r ratio) string {
	if r.ToHello == 0 {
		return "n/a"
	}
	return aimed(r.ToHello, r.over())
}

func zipCell(r result, architecture string) string {
	size := r.ZipMB[architecture]
	return aimed(size, r.ZipAim > 0 && size >= r.ZipAim+0.005)
}

// aimed formats a value with the mark, or with as many spaces, so that the numbers stay aligned.
func aimed(value float64, over bool) string {
	mark := "    "
	if over {
		mark = "over"
	}
	return fmt.Sprintf("%.2f %s", value, mark)
}

// callsCell lists counts by service, such as "DynamoDB 2, Twilio 1"; "none" if there are none.
func callsCell(counts map[string]float64) string {
	var cells []string
	for _, service := range slices.Sorted(maps.Keys(counts)) {
		cells = append(cells, fmt.Sprintf("%s %.3g", service, counts[service]))
	}
	if len(cells) == 0 {
		return "none"
	}
	return strings.Join(cells, ", ")
}

// aimsNote says what the mark "over" means.
func aimsNote() string {
	return fmt.Sprintf(`Aims: cold (init plus first invoke) at most %.0f × hello, %.0f × with REST or DynamoDB;
warm %.1f ×, memory %.0f ×, zip %.1f MB. A warm invoke with a network call is always over, even on loopback.
`, twimlAim, clientAim, warmAim, memoryAim, zipAim)
}
