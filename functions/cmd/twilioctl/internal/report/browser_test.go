//go:build browser

package report

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"switchboard/functions/cmd/twilioctl/internal/figures"
	"switchboard/functions/internal/browsertest"
)

// show opens the page of figures.
func show(t *testing.T, f figures.Figures) *browsertest.Browser {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(write(t, f)), 0o600); err != nil {
		t.Fatal(err)
	}
	b := browsertest.Open(t)
	b.Go("file://" + path)
	return b
}

// TestNothingHindersReaders has axe-core look at the page, light and dark, wide and narrow.
func TestNothingHindersReaders(t *testing.T) {
	path := os.Getenv("AXE")
	if path == "" {
		t.Fatal("AXE does not name axe-core's script: run make browser")
	}
	script, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b := show(t, of(t, "2026-11-24", "2026-11-24", mixed()...))
	for _, width := range []int{1440, 500} {
		for _, scheme := range []string{"dark", "light"} {
			b.Command("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}})
			b.Resize(width, 900)
			b.Script(string(script)+"\nwindow.axe = axe", nil)
			var found []string
			b.Script(`return axe.run().then(({violations}) => violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target + ": " + n.failureSummary)))`, &found)
			for _, violation := range found {
				t.Errorf("%s, %d pixels: %s", scheme, width, violation)
			}
		}
		var wide bool
		if b.Script("return document.documentElement.scrollWidth > innerWidth", &wide); wide {
			t.Errorf("the page is cut off at its right side at %d pixels", width)
		}
	}
	var colors []string
	b.Script(`const fill = () => getComputedStyle(document.querySelector("path.served")).fill; return [fill(), getComputedStyle(document.querySelector("svg text")).fill]`, &colors)
	if colors[0] != "rgb(0, 114, 178)" || colors[1] == "rgb(1, 1, 1)" {
		t.Errorf("a chart has the colors %q", colors)
	}
	if complaints := b.Complaints(); len(complaints) > 0 {
		t.Errorf("the browser complains: %q", complaints)
	}
}

// TestDayPrintsOnTwoSheets prints a day of calls around the clock, with forty numbers and thirty
// workers.
func TestDayPrintsOnTwoSheets(t *testing.T) {
	b := show(t, of(t, "2026-11-24", "2026-11-24", mixed()...))
	for name, size := range map[string][2]float64{"A4": {21, 29.7}, "Letter": {21.59, 27.94}} {
		paper := b.Print(size[0], size[1])
		if sheets := len(regexp.MustCompile(`/Type\s*/Page\b[^s]`).FindAll(paper, -1)); sheets != 2 {
			t.Errorf("%s: %d sheets", name, sheets)
			_ = os.WriteFile(filepath.Join(os.TempDir(), "report-"+name+".pdf"), paper, 0o600)
		}
	}
}
