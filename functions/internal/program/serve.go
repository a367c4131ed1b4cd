package program

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Served is a handler and where it answers.
type Served struct {
	Listener net.Listener
	Handler  http.Handler
}

// Serve answers requests until ctx ends or a server fails, and then closes all of them.
func Serve(ctx context.Context, all ...Served) error {
	failed := make(chan error, len(all))
	for _, each := range all {
		server := &http.Server{Handler: each.Handler, ReadHeaderTimeout: 5 * time.Second}
		defer server.Close()
		go func() { failed <- server.Serve(each.Listener) }()
	}
	select {
	case err := <-failed:
		return fmt.Errorf("answer requests: %w", err)
	case <-ctx.Done():
		return nil
	}
}
