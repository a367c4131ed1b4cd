package main

import (
	"context"
	"fmt"
	"time"

	"switchboard/functions/sweeper"
	"switchboard/shared/simulator/clock"
)

// sweepPeriod is how often the sweeper runs (template.yaml).
const sweepPeriod = 5 * time.Minute

// patrol runs the sweeper on its schedule until it has twice found nothing that goes on: what is younger than a minute it does not see.
type patrol struct {
	loop    *clock.Loop
	sweeper interface {
		Handle(context.Context) (sweeper.Report, error)
	}
	reports []sweeper.Report
	err     error     // of a run that could look at nothing
	busy    bool      // a run is under way
	quiet   int       // runs that found nothing, one after the other
	until   time.Time // people do something until then, so that runs that find nothing do not count
}

func (p *patrol) start(ctx context.Context) {
	p.loop.After(sweepPeriod, func() {
		p.busy = true
		report, err := p.sweeper.Handle(ctx)
		p.busy = false
		if err != nil {
			p.err = err
		}
		p.reports = append(p.reports, report)
		if p.quiet++; report.OpenCalls+report.Tasks+report.LiveCalls > 0 || err != nil || p.loop.Now().Before(p.until) {
			p.quiet = 0
		}
		if p.quiet < 2 && ctx.Err() == nil {
			p.start(ctx)
		}
	})
}

// mended lists what the sweeper had to mend, and what it could not: nothing where no webhook is lost.
func (p *patrol) mended() []string {
	var mended []string
	if p.err != nil {
		mended = append(mended, p.err.Error())
	}
	if last := p.reports[len(p.reports)-1]; last.OpenCalls > 0 {
		mended = append(mended, fmt.Sprintf("%d calls are still open", last.OpenCalls))
	}
	for _, report := range p.reports {
		for _, findings := range [][]sweeper.Finding{report.Done, report.Left, report.Failed} {
			for _, finding := range findings {
				if finding.What != sweeper.CallClosed {
					mended = append(mended, fmt.Sprintf("%s: %s", finding.What, finding.Why))
				}
			}
		}
	}
	return mended
}
