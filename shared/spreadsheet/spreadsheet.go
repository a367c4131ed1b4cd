// Package spreadsheet writes CSV that people open in a spreadsheet.
package spreadsheet

import (
	"encoding/csv"
	"fmt"
	"strings"
)

// Line returns one RFC 4180 record, with CRLF at its end (https://www.rfc-editor.org/rfc/rfc4180).
// A cell that a spreadsheet would take for a formula has an apostrophe before it.
func Line(cells []string) (string, error) {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = inert(cell)
	}
	var line strings.Builder
	writer := csv.NewWriter(&line)
	writer.UseCRLF = true
	if err := writer.Write(safe); err != nil {
		return "", fmt.Errorf("write CSV record: %w", err)
	}
	writer.Flush()
	return line.String(), writer.Error()
}

// inert puts an apostrophe before a text that a spreadsheet would take for a formula
// (https://owasp.org/www-community/attacks/CSV_Injection).
func inert(cell string) string {
	if strings.IndexAny(cell, "=+-@\t\r\n＝＋－＠") == 0 {
		return "'" + cell
	}
	return cell
}
