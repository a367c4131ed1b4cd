package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"switchboard/shared/simulator"
)

// explanation shows a broken rule with as few faults as break it.
type explanation struct {
	Seed     uint64   `json:"seed"`
	Call     uint64   `json:"call"`
	Flags    string   `json:"flags"` // flags that run the world again
	Broken   []string `json:"broken"`
	Faults   []string `json:"faults"`
	Timeline []string `json:"timeline"`
}

// explain removes faults from a world while its first broken rule still breaks, and then records
// the timeline of the smallest world.
func (c campaign) explain(ctx context.Context, e *example) (*explanation, error) {
	s := shrinking{campaign: c, index: e.index, rule: e.broken[0].rule, without: map[fault]bool{}}
	if err := s.withoutKinds(ctx); err != nil {
		return nil, err
	}
	if err := s.withoutFaults(ctx); err != nil {
		return nil, err
	}
	told := &explanation{Seed: c.seed, Call: e.index, Flags: fmt.Sprintf("-seed %d -call %d -v", c.seed, e.index)}
	if !c.hostile {
		told.Flags += " -hostile=false"
	}
	w, err := s.take(ctx, e.index, s.without, func(entry simulator.Entry) { told.Timeline = append(told.Timeline, lines(entry)...) })
	if err != nil {
		return nil, err
	}
	for _, b := range w.broken {
		told.Broken = append(told.Broken, b.String())
	}
	for _, f := range w.faults.struck {
		told.Faults = append(told.Faults, f.String())
	}
	return told, nil
}

func (e *explanation) String() string {
	return fmt.Sprintf("%s\n  %s\n  faults needed: %v\n\n%s\n",
		e.Flags, strings.Join(e.Broken, "\n  "), e.Faults, strings.Join(e.Timeline, "\n"))
}

// shrinking is a world in which a rule breaks, and the faults that it has left out so far.
type shrinking struct {
	campaign
	index   uint64
	rule    string
	without map[fault]bool
}

// breaks runs the world again and reports whether the rule still breaks.
func (s *shrinking) breaks(ctx context.Context) (*world, bool, error) {
	w, err := s.take(ctx, s.index, s.without, nil)
	if err != nil {
		return nil, false, err
	}
	return w, slices.ContainsFunc(w.broken, func(b broken) bool { return b.rule == s.rule }), nil
}

// withoutKinds leaves out whole kinds of faults.
func (s *shrinking) withoutKinds(ctx context.Context) error {
	for k := range s.rates {
		before, fewer := s.rates, *s.rates
		fewer[k] = 0
		s.rates = &fewer
		_, still, err := s.breaks(ctx)
		if err != nil {
			return err
		}
		if !still {
			s.rates = before
		}
	}
	return nil
}

// withoutFaults leaves out single faults, one after the other. Each omission may change which
// others strike.
func (s *shrinking) withoutFaults(ctx context.Context) error {
	w, _, err := s.breaks(ctx)
	if err != nil {
		return err
	}
	for tried := 0; tried < len(w.faults.struck); {
		f := w.faults.struck[tried]
		s.without[f] = true
		fewer, still, err := s.breaks(ctx)
		switch {
		case err != nil:
			return err
		case still:
			w, tried = fewer, 0
		default:
			delete(s.without, f)
			tried++
		}
	}
	return nil
}
