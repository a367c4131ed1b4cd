// Command twilioctl sets up the Twilio side of Switchboard from a file, and checks it.
//
// Exit codes: 0 all is well; 1 something is wrong, or was not confirmed; 2 the command line or the file is wrong; 3 apply stopped in the
// middle, what was done stays done; 4 plan -check found changes to make.
package main

import (
	"context"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"switchboard/shared/twilio"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := program{
		in: os.Stdin, out: os.Stdout, errors: os.Stderr, terminal: isTerminal(os.Stderr),
		getenv: os.Getenv, cloud: connectAWS, transport: http.DefaultTransport, pause: twilio.Wait, now: time.Now,
	}.run(ctx, os.Args)
	stop()
	os.Exit(code)
}

// isTerminal tells a terminal from a file or a pipe: progress is for people who watch.
func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
