package bundle

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"switchboard/shared/webhook"
)

// zeros is an endless body.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestFrontReadsNoMore(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		size       int64
		wantStatus int
	}{
		{
			name:       "the longest",
			size:       maxPayload,
			wantStatus: http.StatusNoContent,
		},
		{
			name:       "a byte more",
			size:       maxPayload + 1,
			wantStatus: http.StatusRequestEntityTooLarge,
		},
		{
			name:       "300 MB",
			size:       300 << 20,
			wantStatus: http.StatusRequestEntityTooLarge,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			front := Front{"/events": func(context.Context, webhook.Event) (webhook.Answer, error) { return webhook.Received(), nil }}
			answer := httptest.NewRecorder()
			front.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/events", io.LimitReader(zeros{}, test.size)))
			if answer.Code != test.wantStatus {
				t.Errorf("status = %d, want %d", answer.Code, test.wantStatus)
			}
		})
	}
}
