package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/memorysize"
	"switchboard/functions/internal/templatetest"
	"switchboard/functions/internal/workday"
)

// shortDay has the load of the whole day.
func shortDay(mode string) workday.Plan {
	return workday.Plan{Size: workday.Size{Workers: 6, Callers: 60, Length: time.Hour}, Desk: account.Multitasking, Mode: mode, Seed: 1}
}

func examplePrices(t *testing.T) priceFile {
	t.Helper()
	prices, err := readPrices("prices.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return prices
}

// TestReadmeHasTheComputedTables takes the whole day. Figures may differ by two percent.
func TestReadmeHasTheComputedTables(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-prices", "prices.yaml"}, &out, &out); err != nil {
		t.Fatal(err)
	}
	written := map[string]string{} // rows, by their first cell
	for line := range strings.Lines(string(readme)) {
		written[firstCell(line)] = line
	}
	for line := range strings.Lines(out.String()) {
		if strings.HasPrefix(line, "| ---") {
			continue
		}
		if got := written[firstCell(line)]; !alike(got, line) {
			t.Errorf("README.md has\n%s, make cost prints\n%s", got, line)
		}
	}
}

func firstCell(line string) string {
	cells := strings.SplitN(line, "|", 3)
	if len(cells) < 3 {
		return strings.Join(strings.Fields(line)[:min(3, len(strings.Fields(line)))], " ")
	}
	return strings.TrimSpace(cells[1])
}

// alike reports whether two lines have the same words, and numbers that differ by two percent at
// most.
func alike(a, b string) bool {
	return slices.EqualFunc(strings.Fields(a), strings.Fields(b), func(x, y string) bool {
		clean := strings.NewReplacer("$", "", ",", "", "*", "", "%", "")
		m, noNumber := strconv.ParseFloat(clean.Replace(x), 64)
		n, neither := strconv.ParseFloat(clean.Replace(y), 64)
		if noNumber != nil || neither != nil {
			return x == y
		}
		return math.Abs(m-n) <= 0.02*max(math.Abs(m), math.Abs(n), 0.05)
	})
}

func TestCostFollowsPrices(t *testing.T) {
	t.Parallel()
	prices := examplePrices(t)
	day, used, err := take(t.Context(), shortDay("deferred"))
	if err != nil {
		t.Fatal(err)
	}
	usual, err := write(day, used, prices, memorysize.Megabytes)
	if err != nil {
		t.Fatal(err)
	}
	for i := range prices.Prices {
		changed := prices
		changed.Prices = slices.Clone(prices.Prices)
		changed.Prices[i].USD *= 2
		dear, err := write(day, used, changed, memorysize.Megabytes)
		if err != nil {
			t.Fatal(err)
		}
		more := 0.0
		for _, part := range [][2][]line{{usual.AWS, dear.AWS}, {usual.Twilio, dear.Twilio}, {usual.Month, dear.Month}} {
			before, _ := sum(part[0])
			after, _ := sum(part[1])
			more += after - before
		}
		if more <= 0 {
			t.Errorf("twice the price of %q costs %v more", prices.Prices[i].Key, more)
		}
	}
	changed := prices
	changed.Prices = prices.Prices[1:]
	if _, err := write(day, used, changed, memorysize.Megabytes); err == nil || !strings.Contains(err.Error(), "lambda request") {
		t.Errorf("a price file without a price: %v", err)
	}
}

func TestModesAndSizesDiffer(t *testing.T) {
	t.Parallel()
	prices := examplePrices(t)
	cost := func(mode string, megabytes int) (aws, inNode float64) {
		day, used, err := take(t.Context(), shortDay(mode))
		if err != nil {
			t.Fatal(err)
		}
		b, err := write(day, used, prices, megabytes)
		if err != nil {
			t.Fatal(err)
		}
		return sum(b.AWS)
	}
	deferred, inNode := cost("deferred", 256)
	dequeue, _ := cost("dequeue", 256)
	small, _ := cost("deferred", 128)
	if dequeue >= deferred || small >= deferred || inNode <= deferred {
		t.Errorf("deferred %v, in Node %v, dequeue %v, with 128 MB %v", deferred, inNode, dequeue, small)
	}
}

func TestPriceFileIsChecked(t *testing.T) {
	t.Parallel()
	good, err := os.ReadFile("prices.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"no source":       {"source: https://aws.amazon.com/sqs/pricing/, ", ""},
		"unknown key":     {"pollers: 5", "pullers: 5"},
		"zero assumption": {"days: 22", "days: 0"},
		"price of none":   {"per: 10000,", "per: 0,"},
	} {
		path := filepath.Join(t.TempDir(), "prices.yaml")
		text := strings.Replace(string(good), change[0], change[1], 1)
		if text == string(good) {
			t.Errorf("%s: prices.yaml has no %q", name, change[0])
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readPrices(path); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestEnvironmentsAreReused has three invocations at the same time, and later ones.
func TestEnvironmentsAreReused(t *testing.T) {
	t.Parallel()
	step := func(cpu time.Duration) memorysize.Step { return memorysize.Step{Mean: cpu} }
	r := runtime{megabytes: 1769, idle: time.Minute, needs: []memorysize.Need{{
		Name: "hold", Init: step(30 * time.Millisecond), First: step(10 * time.Millisecond), Warm: step(1500 * time.Microsecond),
	}}}
	at := func(after time.Duration) invocation { return invocation{at: account.Morning.Add(after)} }
	got, err := r.bill("hold", []invocation{at(0), at(0), at(0), at(time.Second), at(30 * time.Second), at(2 * time.Minute)})
	want := billed{requests: 6, cold: 4, gigabyteSecs: (4*0.040 + 2*0.002) * 1769 / 1024}
	if err != nil || got.requests != want.requests || got.cold != want.cold || math.Abs(got.gigabyteSecs-want.gigabyteSecs) > 1e-9 {
		t.Errorf("billed %+v, %v, want %+v", got, err, want)
	}
	if _, err := r.bill("unmeasured", nil); err == nil {
		t.Error("a function without measurements is billed")
	}
}

// TestTemplateHasWhatIsBilled compares with template.yaml what the bill takes from it.
func TestTemplateHasWhatIsBilled(t *testing.T) {
	t.Parallel()
	template := templatetest.Read(t)
	count := 0
	for _, alarm := range templatetest.Resources(template, "AWS::CloudWatch::Alarm") {
		expressions, _ := alarm["Metrics"].([]any)
		if expressions == nil {
			count++
		}
		for _, each := range expressions {
			if templatetest.At(each, "MetricStat") != nil {
				count++
			}
		}
	}
	if count != watched {
		t.Errorf("alarms watch %d metrics, the bill has %d", count, watched)
	}
	for _, api := range templatetest.Resources(template, "AWS::Serverless::HttpApi") {
		format, _ := templatetest.At(api, "AccessLogSettings", "Format").(string)
		if got, want := keysOf(accessLine), keysOf(format); !slices.Equal(got, want) {
			t.Errorf("a line of the access log has %q, in the template %q", got, want)
		}
	}
}

// keysOf returns the names of a JSON object's members, which may have values that are no JSON.
func keysOf(object string) (keys []string) {
	for member := range strings.SplitSeq(object, ",") {
		key, _, _ := strings.Cut(strings.Trim(strings.TrimSpace(member), "{}"), `":`)
		keys = append(keys, strings.Trim(key, `"`))
	}
	return keys
}
