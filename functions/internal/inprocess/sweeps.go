package inprocess

import (
	"context"
	"fmt"
	"slices"
	"time"

	"switchboard/functions/internal/trigger"
	"switchboard/functions/sweeper"
	"switchboard/shared/simulator/clock"
)

// Sweeps runs the sweeper until two runs in a row find nothing open: the sweeper ignores what is
// younger than a minute.
type Sweeps struct {
	Loop    *clock.Loop
	Sweeper trigger.Sweeper
	Until   time.Time // the runs do not end before: people still act

	Reports []sweeper.Report
	Err     error // of the last run that failed
	Running bool
	quiet   int // number of runs in a row that found nothing open
}

// Start runs the sweeper on its schedule.
func (s *Sweeps) Start(ctx context.Context) {
	trigger.Schedule(s.Loop, trigger.Period, func() (again bool) {
		s.Running = true
		report, err := s.Sweeper.Handle(ctx)
		s.Running = false
		if err != nil {
			s.Err = err
		}
		s.Reports = append(s.Reports, report)
		// A request whose task waits for a worker needs nothing from the sweeper, for two weeks.
		open := report.OpenCalls+report.OpenRequests+report.Tasks+report.LiveCalls > 2*report.WaitingRequests
		if s.quiet++; open || err != nil || s.Loop.Now().Before(s.Until) {
			s.quiet = 0
		}
		return s.quiet < 2 && ctx.Err() == nil
	})
}

// Findings lists what the sweeper repaired and what it could not repair. It is empty if no webhook
// was lost.
func (s *Sweeps) Findings() []string {
	var findings []string
	if s.Err != nil {
		findings = append(findings, s.Err.Error())
	}
	if last := s.Reports[len(s.Reports)-1]; last.OpenCalls > 0 {
		findings = append(findings, fmt.Sprintf("%d calls are still open", last.OpenCalls))
	}
	if last := s.Reports[len(s.Reports)-1]; last.OpenRequests > last.WaitingRequests {
		findings = append(findings, fmt.Sprintf("%d requests are still open", last.OpenRequests))
	}
	for _, report := range s.Reports {
		for _, list := range [][]sweeper.Finding{report.Done, report.Left, report.Failed} {
			for _, finding := range list {
				if !slices.Contains([]string{sweeper.CallClosed, sweeper.RequestCreated, sweeper.RequestGivenUp}, finding.What) {
					findings = append(findings, fmt.Sprintf("%s: %s", finding.What, finding.Why))
				}
			}
		}
	}
	return findings
}
