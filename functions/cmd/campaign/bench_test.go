package main

import (
	"io"
	"testing"
)

// BenchmarkCalls runs b.N calls as the campaign does, so that time and memory are those of one
// call. 100,000 calls a minute are 600 µs each.
func BenchmarkCalls(b *testing.B) {
	b.ReportAllocs()
	if _, err := sound(7).run(b.Context(), b.N, 1, io.Discard); err != nil {
		b.Fatal(err)
	}
}
