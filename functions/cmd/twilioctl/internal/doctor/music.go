package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/shared/settings"
	"switchboard/shared/twiml"
)

const (
	musicRedirects = 10      // Twilio follows as many, https://www.twilio.com/docs/api/errors/11215
	musicRead      = 1 << 16 // bytes: enough to see that a body comes
)

var errMusicRedirects = errors.New("more redirects than Twilio follows")

// music is the answer to a request for a piece of music.
type music struct {
	address     string
	status      int
	contentType string
	bytes       int64 // of the body that were read
	err         error
}

// readMusic requests the music of the settings as <Play> does, with GET
// (https://www.twilio.com/docs/voice/twiml/play).
func (e *evidence) readMusic(ctx context.Context) {
	for _, address := range e.settings.value.Waiting.Music {
		e.progress("get " + account.WithoutPasswords(address))
		e.music = append(e.music, e.play(ctx, address))
	}
}

func (e *evidence) play(ctx context.Context, address string) music {
	ctx, cancel := context.WithTimeout(ctx, webTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return music{address: address, err: err}
	}
	request.Header.Set("User-Agent", "twilioctl")
	web := http.Client{Transport: e.doctor.Web, CheckRedirect: func(_ *http.Request, via []*http.Request) error {
		if len(via) > musicRedirects {
			return errMusicRedirects
		}
		return nil
	}}
	response, err := web.Do(request)
	if err != nil {
		return music{address: address, err: err}
	}
	defer response.Body.Close()
	read, err := io.Copy(io.Discard, io.LimitReader(response.Body, musicRead))
	return music{address, response.StatusCode, response.Header.Get("Content-Type"), read, err}
}

const musicRemedy = applyRemedy + " with waiting.music that answers GET with 200 and audio/mpeg or another type that " +
	"https://www.twilio.com/docs/voice/twiml/play lists, or with no_music: true for announcements and pauses"

// checkMusic requires recordings that <Play> can play. With any other one, each waiting caller
// hears Twilio's application error.
func (e *evidence) checkMusic() []Finding {
	waiting := e.settings.value.Waiting
	switch {
	case e.settings.err != nil || e.faults[settings.OfWaiting] != nil:
		return finding(Skipped, "", "the settings could not be read", "")
	case waiting.NoMusic:
		return ok("waiting.no_music", "waiting callers hear announcements and pauses")
	case len(waiting.Music) == 0:
		return ok("waiting.music", "none: waiting callers hear Twilio's demo")
	}
	var findings []Finding
	for _, each := range e.music {
		finding := Finding{Level: OK, Subject: "GET " + each.address, Detail: "200 " + each.contentType}
		if fault := each.fault(); fault != "" {
			finding.Level, finding.Remedy = Error, musicRemedy
			finding.Detail = fault + ": waiting callers hear Twilio's application error"
		}
		findings = append(findings, finding)
	}
	return findings
}

// fault says why <Play> does not play the music; "" = it does.
func (m music) fault() string {
	switch {
	case errors.Is(m.err, errMusicRedirects):
		return fmt.Sprintf("more than %d redirects", musicRedirects)
	case m.err != nil:
		return "no answer"
	case m.status != http.StatusOK:
		return fmt.Sprintf("%d, not 200", m.status)
	case !twiml.PlaysAudio(m.contentType):
		return fmt.Sprintf("Twilio does not play Content-Type %q (error 13420)", m.contentType)
	case m.bytes == 0:
		return "the body is empty"
	}
	return ""
}
