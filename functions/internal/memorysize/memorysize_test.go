package memorysize

import (
	"testing"
	"time"

	"switchboard/functions/internal/templatetest"
)

func TestProcessorTimeGrowsWaitStays(t *testing.T) {
	t.Parallel()
	for megabytes, want := range map[int]time.Duration{
		1769: 15 * time.Millisecond,
		3538: 10 * time.Millisecond,
		128:  5*time.Millisecond + 10*time.Millisecond*1769/128,
	} {
		if got := Duration(megabytes, 10*time.Millisecond, 5*time.Millisecond); got != want {
			t.Errorf("%d MB: %s, want %s", megabytes, got, want)
		}
	}
}

func TestMegabytesAreTheTemplates(t *testing.T) {
	t.Parallel()
	if got := templatetest.At(templatetest.Read(t), "Globals", "Function", "MemorySize"); got != Megabytes {
		t.Errorf("template.yaml has %v MB, this package %d", got, Megabytes)
	}
}
