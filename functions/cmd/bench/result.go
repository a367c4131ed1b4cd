package main

import (
	"slices"
	"time"
)

// result has the medians of a target over its processes.
type result struct {
	Name      string             `json:"name"`
	InitMS    float64            `json:"init_ms"`
	FirstMS   float64            `json:"first_ms"`
	Cold      ratio              `json:"cold"` // init plus first invoke
	WarmUS    float64            `json:"warm_us"`
	Warm      ratio              `json:"warm"`
	MemoryMB  float64            `json:"memory_mb,omitempty"` // 0 = unknown
	Memory    ratio              `json:"memory"`
	ZipMB     map[string]float64 `json:"zip_mb"` // by Lambda architecture
	ZipAim    float64            `json:"zip_aim_mb,omitempty"`
	ColdCalls map[string]float64 `json:"cold_calls"` // network calls by service, up to the first answer
	WarmCalls map[string]float64 `json:"warm_calls"` // by service, of one further invoke
}

// ratio compares a value with hello's, and has the aim for it.
type ratio struct {
	ToHello float64 `json:"to_hello"` // 0 = unknown
	Aim     float64 `json:"aim,omitempty"`
}

// over reports whether the ratio misses the aim, in the two decimals that the table shows.
func (r ratio) over() bool { return r.Aim > 0 && r.ToHello >= r.Aim+0.005 }

// results returns hello's result and one for each target.
func results(chosen []target, samples map[string][]sample, builds map[string]binary) []result {
	base := resultOf(hello(), samples[hello().name], builds)
	all := []result{base}
	for _, each := range chosen {
		r := resultOf(each, samples[each.name], builds)
		r.Cold = ratio{coldOf(samples[each.name]) / coldOf(samples[base.Name]), each.coldAim}
		r.Warm = ratio{r.WarmUS / base.WarmUS, warmAim}
		if base.MemoryMB > 0 {
			r.Memory = ratio{r.MemoryMB / base.MemoryMB, memoryAim}
		}
		r.ZipAim = zipAim
		all = append(all, r)
	}
	return all
}

func resultOf(t target, taken []sample, builds map[string]binary) result {
	r := result{
		Name:      t.name,
		InitMS:    milliseconds(medianOf(taken, func(s sample) time.Duration { return s.init })),
		FirstMS:   milliseconds(medianOf(taken, func(s sample) time.Duration { return s.first })),
		Cold:      ratio{ToHello: 1},
		WarmUS:    1000 * milliseconds(medianOf(taken, func(s sample) time.Duration { return s.warm })),
		Warm:      ratio{ToHello: 1},
		MemoryMB:  float64(medianOf(taken, func(s sample) int64 { return s.memory })) / 1e6,
		ZipMB:     map[string]float64{},
		ColdCalls: map[string]float64{},
		WarmCalls: map[string]float64{},
	}
	if r.MemoryMB > 0 {
		r.Memory.ToHello = 1
	}
	for architecture, size := range builds[t.function].zips {
		r.ZipMB[architecture] = float64(size) / 1e6
	}
	invokes := 0
	for _, s := range taken {
		invokes += s.invokes
	}
	for _, s := range taken {
		for service, count := range s.coldCalls {
			r.ColdCalls[service] += float64(count) / float64(len(taken))
		}
		for service, count := range s.warmCalls {
			r.WarmCalls[service] += float64(count) / float64(invokes)
		}
	}
	return r
}

// coldOf returns the median of init plus first invoke: a caller waits for both.
func coldOf(taken []sample) float64 {
	return milliseconds(medianOf(taken, func(s sample) time.Duration { return s.init + s.first }))
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func medianOf[T int64 | time.Duration](taken []sample, field func(sample) T) T {
	values := make([]T, len(taken))
	for i, s := range taken {
		values[i] = field(s)
	}
	return median(values)
}

// median returns the median of at least one value; of two in the middle, the larger.
func median[T int64 | time.Duration](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}
