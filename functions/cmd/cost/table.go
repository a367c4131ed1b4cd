package main

import (
	"fmt"
	"io"
	"strings"
)

// writeTables prints the bill as Markdown.
func writeTables(out io.Writer, b bill, days int) error {
	var text strings.Builder
	aws, awsInNode := sum(b.AWS)
	twilio, _ := sum(b.Twilio)
	fmt.Fprintf(&text, "| %s mode | per call | list price | a million calls | share of AWS | in %s |\n", b.Mode, b.Node)
	text.WriteString("| --- | ---: | --- | ---: | ---: | ---: |\n")
	for _, each := range b.AWS {
		fmt.Fprintf(&text, "| %s | %s | %s | %s | %.1f%% | %s |\n", each.Item, number(each.Units), each.Price, dollars(each.USD), 100*each.USD/aws, dollars(each.Node))
	}
	fmt.Fprintf(&text, "| **AWS** in %s | | | **%s** | | **%s** |\n", b.Go, dollars(aws), dollars(awsInNode))
	for _, each := range b.Twilio {
		fmt.Fprintf(&text, "| %s | %s | %s | %s | | the same |\n", each.Item, number(each.Units), each.Price, dollars(each.USD))
	}
	fmt.Fprintf(&text, "| **Twilio** | | | **%s** | | |\n\n", dollars(twilio))
	month, monthInNode := sum(b.Month)
	fmt.Fprintf(&text, "| a month, with or without calls | units | list price | | in %s |\n| --- | ---: | --- | ---: | ---: |\n", b.Node)
	for _, each := range b.Month {
		fmt.Fprintf(&text, "| %s | %s | %s | %s | %s |\n", each.Item, number(each.Units), each.Price, dollars(each.USD), dollars(each.Node))
	}
	fmt.Fprintf(&text, "| **together** | | | **%s** | **%s** |\n\n", dollars(month), dollars(monthInNode))
	calls := float64(b.Calls * days)
	fmt.Fprintf(&text, "A desk with %s calls on %d days a month pays AWS %s a month, %s for 1,000 calls; %.2f%% of its invocations are cold starts.\n",
		grouped(float64(b.Calls), 0), days, dollars(aws*calls/million+month), dollars((aws/million+month/calls)*1000), 100*b.coldShare())
	_, err := io.WriteString(out, text.String())
	return err
}

// coldShare returns the share of the invocations that are the first of their environment.
func (b bill) coldShare() float64 {
	all := 0.0
	for function, each := range b.Invocations {
		if function != "sweeper" {
			all += each
		}
	}
	return b.ColdStarts / all
}

// writeCounts prints what a call makes, by kind.
func writeCounts(out io.Writer, b bill) error {
	for _, part := range []struct {
		name   string
		counts map[string]float64
	}{{"webhooks", b.Webhooks}, {"SQS messages", b.Messages}, {"invocations", b.Invocations}} {
		all := 0.0
		for _, each := range part.counts {
			all += each
		}
		if _, err := fmt.Fprintf(out, "\n| %s | %.2f per call |\n| --- | ---: |\n", part.name, all); err != nil {
			return err
		}
		for _, kind := range sorted(part.counts) {
			if _, err := fmt.Fprintf(out, "| %s | %.3f |\n", kind, part.counts[kind]); err != nil {
				return err
			}
		}
	}
	return nil
}

func dollars(usd float64) string {
	switch {
	case usd >= 1000:
		return "$" + grouped(usd, 0)
	case usd >= 0.1:
		return "$" + grouped(usd, 2)
	}
	return fmt.Sprintf("$%.3f", usd)
}

// number prints units: with four digits, or as a power of ten where that is shorter to read.
func number(units float64) string {
	switch {
	case units >= 1000:
		return grouped(units, 0)
	case units >= 0.001:
		return fmt.Sprintf("%.4g", units)
	}
	return fmt.Sprintf("%.2e", units)
}

// grouped prints a number with a comma after each three digits.
func grouped(value float64, decimals int) string {
	whole, rest, _ := strings.Cut(fmt.Sprintf("%.*f", decimals, value), ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	if rest != "" {
		return whole + "." + rest
	}
	return whole
}
