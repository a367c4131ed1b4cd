package limits

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"switchboard/functions/internal/meter"
	"switchboard/shared/ledger"
	"switchboard/shared/simulator/clock"
)

func newNetwork() Network {
	return Network{Loop: clock.NewVirtual(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)), Random: rand.New(rand.NewPCG(1, 1))}
}

// at runs functions at the same moment, and then the loop to its end.
func at(t *testing.T, loop *clock.Loop, n int, fn func()) {
	t.Helper()
	for range n {
		loop.Go(fn)
	}
	if err := loop.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestRate(t *testing.T) {
	t.Parallel()
	loop := newNetwork().Loop
	rate := &Rate{Loop: loop, PerSecond: 10, Burst: 25}
	var admitted []int
	for range 4 {
		n := 0
		for range 100 {
			if rate.Take() {
				n++
			}
		}
		admitted = append(admitted, n)
		if err := loop.RunFor(t.Context(), 2*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	if admitted[0] != 25 || admitted[1] != 20 || admitted[3] != 20 {
		t.Errorf("admitted %v every two seconds, want 25, then 20", admitted)
	}
}

func TestEnvironmentServesOneAtATime(t *testing.T) {
	t.Parallel()
	network := newNetwork()
	account := &Account{Concurrency: 40}
	created := 0
	function := &Function[int]{Network: network, Account: account, Start: func() int { created++; return created }}
	invoke := func() {
		function.Invoke(func(context.Context, int) { network.Loop.Sleep(time.Second) })
	}
	at(t, network.Loop, 50, invoke)
	at(t, network.Loop, 30, invoke)
	if created != 40 || function.Throttled != 10 || account.Most != 40 || function.Invocations != 70 {
		t.Errorf("%d environments, %d throttled, %d at a time, %d invocations", created, function.Throttled, account.Most, function.Invocations)
	}
}

type parameters struct{}

func (parameters) GetParameters(context.Context, *ssm.GetParametersInput, ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	return &ssm.GetParametersOutput{}, nil
}

func (parameters) PutParameter(context.Context, *ssm.PutParameterInput, ...func(*ssm.Options)) (*ssm.PutParameterOutput, error) {
	return &ssm.PutParameterOutput{}, nil
}

// TestSSMServesAllEnvironmentsInTime has 200 environments begin in one instant. Each reads for
// 8 s at most.
func TestSSMServesAllEnvironmentsInTime(t *testing.T) {
	t.Parallel()
	network := newNetwork()
	store := &SSM{Network: network, Next: parameters{}, Rate: &Rate{Loop: network.Loop, PerSecond: ParameterReads}}
	began := network.Loop.Now()
	at(t, network.Loop, 200, func() {
		ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
		defer cancel()
		_, _ = store.GetParameters(ctx, &ssm.GetParametersInput{})
	})
	if took := network.Loop.Now().Sub(began); store.Failed > 0 || store.Throttled == 0 || took > 6*time.Second {
		t.Errorf("%d reads failed, %d tries were throttled, all took %s", store.Failed, store.Throttled, took)
	}
}

// TestFullIndexRefusesWrite has 1,500 calls begin in one instant: by-day has one key a day.
func TestFullIndexRefusesWrite(t *testing.T) {
	t.Parallel()
	network := newNetwork()
	table := NewTable(network)
	n := 0
	at(t, network.Loop, 1500, func() {
		n++
		call := "CA" + strings.Repeat("0", n%7) + time.Duration(n).String()
		_, _, _ = table.Apply(t.Context(), ledger.Change{CallSID: call, Once: ledger.Fields{"day": "2026-11-24", "first_seen": call}})
	})
	if table.Throttled["by-day"] < 400 || table.Throttled[meter.OfTable] > 0 || table.Busiest["by-day"].Most < PartitionWrites {
		t.Errorf("throttled %v, busiest second %v", table.Throttled, table.Busiest["by-day"])
	}
	units := int(table.Units().Writes)
	if made := 1500 - table.Failed; units != 2*made || table.Hottest()["by-day"] != made {
		t.Errorf("%d write units, and %d on the day, for %d writes", units, table.Hottest()["by-day"], made)
	}
}
