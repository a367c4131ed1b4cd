package main

import (
	"context"
	"net/http"

	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/limits"
	"switchboard/shared/webhook"
)

// throttled puts a function behind the HTTP API, which answers 429 beyond its rate, and 503 if
// Lambda throttles the invocation: see
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
func (b *burst) throttled(function *limits.Function[bundle.Stop]) bundle.Stop {
	return func(_ context.Context, event webhook.Event) (answer webhook.Answer, err error) {
		b.requests.Count(b.network.Loop.Now(), 1)
		if !b.api.Take() {
			b.refused++
			return webhook.Answer{StatusCode: http.StatusTooManyRequests}, nil
		}
		invoked := function.Invoke(func(ctx context.Context, stop bundle.Stop) { answer, err = stop(ctx, event) })
		if !invoked {
			return webhook.Answer{StatusCode: http.StatusServiceUnavailable}, nil
		}
		return answer, err
	}
}
