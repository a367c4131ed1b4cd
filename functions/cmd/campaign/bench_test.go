package main

import (
	"io"
	"testing"
)

// BenchmarkCalls takes calls as the campaign does, so that time and memory are those of one call:
// 100,000 a minute are 600 µs.
func BenchmarkCalls(b *testing.B) {
	b.ReportAllocs()
	if _, err := sound(7).run(b.Context(), b.N, 1, io.Discard); err != nil {
		b.Fatal(err)
	}
}
