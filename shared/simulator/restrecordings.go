package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// audioTypes are the file types of a recording.
var audioTypes = map[string]string{".mp3": "audio/mpeg", ".wav": "audio/x-wav"}

// restRecording answers requests for Recordings/{sid}: the metadata, the audio file, and its
// deletion (https://www.twilio.com/docs/voice/api/recording). The file needs the account's
// credentials, as with "Enforce HTTP Auth on Media URLs"; without that setting Twilio gives it to
// everybody.
func (t *Twilio) restRecording(rest *restCall, name string) (any, error) {
	sid, media := name, ""
	for suffix, contentType := range audioTypes {
		if cut, found := strings.CutSuffix(name, suffix); found {
			sid, media = cut, contentType
		}
	}
	a := find(t.audios, func(a *audio) bool { return a.sid == sid })
	switch {
	case a == nil:
		return nil, notFound(rest.path)
	case a.status == audioDeleted && (media != "" || rest.method != http.MethodGet || rest.params.Get("IncludeSoftDeleted") != "true"):
		return nil, notFound(rest.path)
	case rest.method == http.MethodDelete:
		a.status, a.updated = audioDeleted, t.loop.Now()
		return noContent(rest)
	case media == "":
		return t.audioJSON(a), nil
	case a.status != audioCompleted:
		return nil, notFound(rest.path)
	}
	rest.media = media
	return a.content(), nil
}

// restRecordings lists the recordings, newest first.
func (t *Twilio) restRecordings(rest *restCall) (any, error) {
	if err := t.refuse(rest.params, "DateCreated", "DateCreated<", "DateCreated>", "ConferenceSid", "IncludeSoftDeleted"); err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(slices.Clone(t.audios), func(a *audio) bool {
		asked := rest.params.Get("CallSid")
		return a.status == audioDeleted || asked != "" && asked != a.callSID
	})
	slices.Reverse(all)
	return accountList(rest, "recordings", all, t.audioJSON, "CallSid"), nil
}

func (t *Twilio) audioJSON(a *audio) map[string]any {
	path := "/2010-04-01/Accounts/" + t.cfg.AccountSID + "/Recordings/" + a.sid
	return map[string]any{
		"sid": a.sid, "account_sid": t.cfg.AccountSID, "call_sid": a.callSID, "conference_sid": nil, "api_version": "2010-04-01",
		"status": a.status, "duration": strconv.Itoa(a.seconds), "channels": 1, "source": "RecordVerb", "error_code": nil,
		"start_time": rfc2822(a.began), "date_created": rfc2822(a.created), "date_updated": rfc2822(a.updated),
		"price": nil, "price_unit": "USD", "encryption_details": nil, "media_url": t.audioURL(a), "uri": path + ".json",
		"subresource_uris": map[string]any{"transcriptions": path + "/Transcriptions.json", "add_on_results": path + "/AddOnResults.json"},
	}
}
