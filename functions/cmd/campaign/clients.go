package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"switchboard/shared/ledger"
)

// The errors that clients of a failing dependency return.
var (
	errFails      = errors.New("503: the service is not available")
	errAnswerLost = errors.New("connection reset by peer")
)

// dependency names the faults that can strike a request to one service. A zero kind means that the
// service has no such fault; no service has webhookTwice, the real zero.
type dependency struct{ slow, fails, lost kind }

// strikes is faults.strikes. It also records the fault for the invocation.
func (i *invocation) strikes(k kind) (uint64, bool) {
	dice, struck := i.world.faults.strikes(k)
	if struck {
		i.record(k)
	}
	return dice, struck
}

func (i *invocation) record(k kind) {
	last := i.world.faults.struck[len(i.world.faults.struck)-1]
	i.world.tell("fault", last.String()+" strikes "+i.path)
	if !k.harmless() {
		i.faults = append(i.faults, last)
	}
}

// reach sends a request to a dependency, or fails to. effect says that the request changes
// something.
func (d dependency) reach(ctx context.Context, effect bool, do func() error) error {
	i := invocationOf(ctx)
	if effect {
		i.effects++
	}
	if _, struck := i.strikes(killedBefore); struck {
		i.kill()
	}
	if err := d.arrive(ctx, i, do); err != nil {
		return err
	}
	if _, struck := i.strikes(d.fails); struck {
		return errFails
	}
	err := do()
	if _, struck := i.strikes(killedAfter); struck {
		i.kill()
	}
	if d.lost != 0 {
		if _, struck := i.strikes(d.lost); struck {
			return errAnswerLost
		}
	}
	return err
}

// arrive waits as long as a slow dependency takes. If the client gives up first, the dependency may
// still have done its work.
func (d dependency) arrive(ctx context.Context, i *invocation, do func() error) error {
	dice, struck := i.strikes(d.slow)
	if !struck {
		return nil
	}
	took, limit := between(dice, 100*time.Millisecond, slowestService), patience(ctx)
	if took < limit {
		i.sleep(took)
		return nil
	}
	if dice>>60&1 == 1 && d.lost != 0 {
		i.sleep(limit / 2)
		_ = do()
		limit -= limit / 2
	}
	i.sleep(limit)
	return context.DeadlineExceeded
}

// parameterStore is SSM.
type parameterStore struct{ world *world }

// GetParameters implements secrets.Parameters.
func (p parameterStore) GetParameters(ctx context.Context, input *ssm.GetParametersInput, options ...func(*ssm.Options)) (output *ssm.GetParametersOutput, err error) {
	err = dependency{slow: ssmSlow, fails: ssmFails}.reach(ctx, false, func() error {
		output, err = p.world.keys.GetParameters(ctx, input, options...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return output, nil
}

// PutParameter implements requests.Parameters.
func (p parameterStore) PutParameter(ctx context.Context, input *ssm.PutParameterInput, options ...func(*ssm.Options)) (output *ssm.PutParameterOutput, err error) {
	err = dependency{slow: ssmSlow, fails: ssmFails}.reach(ctx, false, func() error {
		output, err = p.world.keys.PutParameter(ctx, input, options...)
		return err
	})
	return output, err
}

// table is DynamoDB as a function's SDK sees it, with faults.
type table struct {
	world *world
	store ledger.Store
}

// Apply implements ledger.Store.
func (t table) Apply(ctx context.Context, change ledger.Change) (fields ledger.Fields, made bool, err error) {
	apply := func() error {
		fields, made, err = t.store.Apply(ctx, change)
		if err != nil {
			t.refuses(err)
			return err
		}
		t.world.watch(change, fields, made)
		return nil
	}
	err = dependency{slow: tableSlow, fails: tableFails, lost: tableAnswerLost}.reach(ctx, true, func() error {
		if _, struck := invocationOf(ctx).strikes(tableRetried); struck {
			// The SDK loses the first answer and retries.
			if err := apply(); err != nil {
				return err
			}
		}
		return apply()
	})
	if err != nil {
		if !errors.Is(err, ledger.ErrItemFull) {
			invocationOf(ctx).recordDamage(unwritten)
		}
		return nil, false, err
	}
	return fields, made, nil
}

// refuses breaks a rule for an error of the store itself, which no fault explains. The ledger
// handles a full item, so that one is no error.
func (t table) refuses(err error) {
	if err != nil && !errors.Is(err, ledger.ErrItemFull) {
		t.world.breaks(stored, "%v", err)
	}
}

// Get implements ledger.Store.
func (t table) Get(ctx context.Context, call string) (fields ledger.Fields, err error) {
	err = dependency{slow: tableSlow, fails: tableFails}.reach(ctx, false, func() error {
		fields, err = t.store.Get(ctx, call)
		t.refuses(err)
		return err
	})
	return fields, err
}

// Find implements ledger.Store.
func (t table) Find(ctx context.Context, index ledger.Index, value string) (found []ledger.Fields, err error) {
	err = dependency{slow: tableSlow, fails: tableFails}.reach(ctx, false, func() error {
		found, err = t.store.Find(ctx, index, value)
		t.refuses(err)
		return err
	})
	return found, err
}

// restAPI is Twilio's REST API behind a network.
type restAPI struct {
	world *world
	next  http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (a restAPI) RoundTrip(r *http.Request) (*http.Response, error) {
	i := invocationOf(r.Context())
	if asked := r.Method + r.URL.Path; asked != i.asked {
		i.asked, i.tries = asked, 0
	}
	i.tries++
	response, err := a.ask(i, r)
	if i.tries >= restTries && (err != nil || response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= 500) {
		i.recordDamage(unreached)
		i.throttled = i.throttled || err == nil && response.StatusCode == http.StatusTooManyRequests
	}
	return response, err
}

// restTries is how often shared/twilio sends a request.
const restTries = 3

func (a restAPI) ask(i *invocation, r *http.Request) (response *http.Response, err error) {
	if _, struck := i.strikes(restThrottles); struck {
		return refusal(r, http.StatusTooManyRequests, `{"code":20429,"message":"Too Many Requests","status":429}`), nil
	}
	err = dependency{slow: restSlow, fails: restFails, lost: restAnswerLost}.reach(r.Context(), true, func() error {
		response, err = a.next.RoundTrip(r)
		return err
	})
	switch {
	case errors.Is(err, errFails), errors.Is(err, errAnswerLost):
		return refusal(r, http.StatusInternalServerError, `{"code":20500,"message":"Internal Server Error","status":500}`), nil
	case err != nil:
		return nil, err
	}
	i.paused = 0
	if _, struck := i.strikes(restCut); struck {
		return nil, errAnswerLost
	}
	return response, nil
}

func refusal(r *http.Request, status int, body string) *http.Response {
	return answered(r, status, http.Header{"Content-Type": {"application/json"}}, body)
}

func answered(r *http.Request, status int, header http.Header, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}
}

// crmAPI is a CRM that accepts every call.
type crmAPI struct{ world *world }

// RoundTrip implements http.RoundTripper.
func (a crmAPI) RoundTrip(r *http.Request) (response *http.Response, err error) {
	status := http.StatusNoContent
	i, body := invocationOf(r.Context()), ""
	defer func() {
		i.crmFailed = i.crmFailed || err != nil || response == nil || response.StatusCode != http.StatusNoContent
		i.crmRefused = i.crmRefused || response != nil && response.StatusCode >= 400 && response.StatusCode < 500
	}()
	err = dependency{slow: crmSlow, fails: crmDown}.reach(r.Context(), true, func() error { return nil })
	if err != nil {
		return nil, err
	}
	if w := a.world; w.hostile != nil {
		if status := w.refuses(r); status != 0 {
			return refusal(r, status, body), nil
		}
	}
	if _, struck := i.strikes(crmRefuses); struck {
		status = http.StatusConflict
	} else if _, struck := i.strikes(crmFails); struck {
		status = http.StatusBadGateway
	} else if dice, struck := i.strikes(crmLies); struck {
		status, body = http.StatusOK, "<html>maintenance"
		if dice&1 == 0 {
			status = http.StatusFound
		}
	}
	return refusal(r, status, body), nil
}
