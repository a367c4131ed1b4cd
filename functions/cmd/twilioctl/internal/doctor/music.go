package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/shared/twiml"
)

const (
	musicRedirects = 10      // Twilio follows as many, https://www.twilio.com/docs/api/errors/11215
	musicRead      = 1 << 16 // bytes: enough to see that a body comes
)

var errMusicRedirects = errors.New("more redirects than Twilio follows")

// music is the answer to a request for the hold music.
type music struct {
	address     string // HoldMusicUrl; "" = none
	status      int
	contentType string
	bytes       int64 // of the body that were read
	err         error
}

// readMusic requests the hold music as <Play> does, with GET
// (https://www.twilio.com/docs/voice/twiml/play).
func (e *evidence) readMusic(ctx context.Context) {
	e.music.address = e.parameter("HoldMusicUrl")
	target, err := url.Parse(e.music.address)
	if e.music.address == "" || err != nil || target.Host == "" || target.Scheme != "https" && target.Scheme != "http" {
		return
	}
	e.progress("get " + account.WithoutPasswords(e.music.address))
	ctx, cancel := context.WithTimeout(ctx, webTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, e.music.address, nil)
	if err != nil {
		e.music.err = err
		return
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
		e.music.err = err
		return
	}
	defer response.Body.Close()
	e.music.bytes, e.music.err = io.Copy(io.Discard, io.LimitReader(response.Body, musicRead))
	e.music.status, e.music.contentType = response.StatusCode, response.Header.Get("Content-Type")
}

const musicRemedy = "sam deploy with a HoldMusicUrl that answers GET with 200 and audio/mpeg or another type that " +
	"https://www.twilio.com/docs/voice/twiml/play lists, or with an empty one for an announcement and pauses"

// checkMusic requires a recording that <Play> can play. With any other one, each waiting caller
// hears Twilio's application error.
func (e *evidence) checkMusic() []Finding {
	m := e.music
	subject := "GET " + m.address
	bad := func(found string) []Finding {
		return finding(Error, subject, found+": waiting callers hear Twilio's application error", musicRemedy)
	}
	switch {
	case m.address == "":
		return ok("HoldMusicUrl", "empty: waiting callers hear the announcement and pauses")
	case errors.Is(m.err, errMusicRedirects):
		return bad(fmt.Sprintf("more than %d redirects", musicRedirects))
	case m.err != nil:
		return bad("no answer")
	case m.status == 0:
		return bad("not an absolute http or https URL")
	case m.status != http.StatusOK:
		return bad(fmt.Sprintf("%d, not 200", m.status))
	case !twiml.PlaysAudio(m.contentType):
		return bad(fmt.Sprintf("Twilio does not play Content-Type %q (error 13420)", m.contentType))
	case m.bytes == 0:
		return bad("the body is empty")
	}
	return ok(subject, "200 "+m.contentType)
}
