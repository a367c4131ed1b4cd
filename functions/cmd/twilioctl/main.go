// Command twilioctl sets up the Twilio side of Switchboard from a file, and checks it. README.md
// explains its commands, flags and exit codes.
package main

import (
	"context"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // opening hours are checked wherever twilioctl runs

	"switchboard/shared/twilio"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := program{
		in: os.Stdin, out: os.Stdout, stderr: os.Stderr, terminal: isTerminal(os.Stderr),
		getenv: os.Getenv, cloud: connectAWS, transport: http.DefaultTransport, pause: twilio.Wait, now: time.Now,
	}.run(ctx, os.Args)
	stop()
	os.Exit(code)
}

// isTerminal reports whether file is a terminal, and no file or pipe. Only a terminal gets
// progress.
func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
