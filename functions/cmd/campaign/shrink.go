package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// explain removes faults from a world while its first broken rule still breaks, and then tells what
// happens in the smallest world, with the flags that run the world again.
func (c campaign) explain(ctx context.Context, e *example) (string, error) {
	s := shrinking{campaign: c, index: e.index, rule: e.broken[0].rule, without: map[fault]bool{}}
	if err := s.withoutKinds(ctx); err != nil {
		return "", err
	}
	if err := s.withoutFaults(ctx); err != nil {
		return "", err
	}
	flags := fmt.Sprintf("-seed %d -call %d -v", c.seed, e.index)
	if !c.hostile {
		flags += " -hostile=false"
	}
	var timeline strings.Builder
	w, err := s.take(ctx, e.index, s.without, tell(&timeline))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s\n  %s\n  faults needed: %v\n\n%s",
		flags, strings.Join(rulesOf(w.broken), "\n  "), w.faults.struck, &timeline), nil
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
