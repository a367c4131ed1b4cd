package twilio

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"switchboard/shared/cause"
	own "switchboard/shared/taskrouter"
)

const (
	errCutRecording = cause.Text("the recording's file ended early")
	errNoMP3        = cause.Text("the recording's file is no MP3")
)

// RecordingFile downloads a recording as MP3 (https://www.twilio.com/docs/voice/api/recording).
// found is false if Twilio has no such file: not yet, or not any longer. err is an *Error, a
// *SIDError, or that of the Secrets.
func (c *Client) RecordingFile(ctx context.Context, recording string) (content []byte, found bool, err error) {
	if err := c.check("download recording", sid{"RE", recording}); err != nil {
		return nil, false, err
	}
	address := "https://api.twilio.com/2010-04-01/Accounts/" + c.AccountSID + "/Recordings/" + recording + ".mp3"
	err = c.Do(ctx, "download recording "+recording, (*Error).Transient, func(rest client.BaseClient) error {
		answer, err := rest.SendRequest(http.MethodGet, address, nil, nil)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		content, err = io.ReadAll(answer.Body)
		switch {
		case err != nil:
			return err
		case answer.ContentLength >= 0 && int64(len(content)) != answer.ContentLength:
			return errCutRecording
		case !isMP3(content):
			return errNoMP3
		}
		return nil
	})
	if notFound(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	return content, true, nil
}

// isMP3 reports whether a file begins as an MP3 does: with a tag or with the first frame.
func isMP3(content []byte) bool {
	return bytes.HasPrefix(content, []byte("ID3")) || len(content) > 1 && content[0] == 0xff && content[1]&0xe0 == 0xe0
}

// RecordingStatus returns the status of a recording, such as processing, completed or absent; ""
// means that Twilio knows no such recording. err is as for RecordingFile.
func (c *Client) RecordingStatus(ctx context.Context, recording string) (status string, err error) {
	if err := c.check("fetch recording", sid{"RE", recording}); err != nil {
		return "", err
	}
	err = c.request(ctx, "fetch recording "+recording, (*Error).Transient, func(s services) error {
		fetched, err := s.voice.FetchRecording(recording, nil)
		if err == nil {
			status = text(fetched.Status)
		}
		return err
	})
	if notFound(err) {
		return "", nil
	}
	return status, err
}

// RecordingsOf lists the recordings of a call. err is as for RecordingFile.
func (c *Client) RecordingsOf(ctx context.Context, call string) (sids []string, err error) {
	if err := c.check("list recordings", sid{"CA", call}); err != nil {
		return nil, err
	}
	params := &api.ListRecordingParams{}
	params.SetCallSid(call)
	params.SetPageSize(1000)
	err = c.request(ctx, "list recordings of call "+call, (*Error).Transient, func(s services) error {
		sids = nil
		return everyPage(func(token, number string) (*string, error) {
			page, err := s.voice.PageRecording(params, token, number)
			if err != nil {
				return nil, err
			}
			for _, each := range page.Recordings {
				if own.ValidSID("RE", text(each.Sid)) {
					sids = append(sids, *each.Sid)
				}
			}
			return page.NextPageUri, CheckItems(len(sids))
		})
	})
	if err != nil {
		return nil, err
	}
	return sids, nil
}

// CallsFrom lists the SIDs of the calls from a number, newest first. err is as for RecordingFile.
func (c *Client) CallsFrom(ctx context.Context, number string) (sids []string, err error) {
	if err := c.check("list calls"); err != nil {
		return nil, err
	}
	params := &api.ListCallParams{}
	params.SetFrom(number)
	params.SetPageSize(1000)
	err = c.request(ctx, "list calls from a number", (*Error).Transient, func(s services) error {
		sids = nil
		return everyPage(func(token, number string) (*string, error) {
			page, err := s.voice.PageCall(params, token, number)
			if err != nil {
				return nil, err
			}
			for _, each := range page.Calls {
				if own.ValidSID("CA", text(each.Sid)) {
					sids = append(sids, *each.Sid)
				}
			}
			return page.NextPageUri, CheckItems(len(sids))
		})
	})
	if err != nil {
		return nil, err
	}
	return sids, nil
}

// DeleteTask deletes a task that has ended, with its attributes, if it is still there. err is as
// for RecordingFile.
func (c *Client) DeleteTask(ctx context.Context, task string) error {
	if err := c.checkTaskRouter("delete task", sid{"WT", task}); err != nil {
		return err
	}
	err := c.request(ctx, "delete task "+task, (*Error).Transient, func(s services) error {
		return s.taskrouter.DeleteTask(c.WorkspaceSID, task, nil)
	})
	if notFound(err) {
		return nil
	}
	return err
}

// DeleteRecording deletes a recording, if it is still there. err is as for RecordingFile.
func (c *Client) DeleteRecording(ctx context.Context, recording string) error {
	if err := c.check("delete recording", sid{"RE", recording}); err != nil {
		return err
	}
	err := c.request(ctx, "delete recording "+recording, (*Error).Transient, func(s services) error {
		return s.voice.DeleteRecording(recording, nil)
	})
	if notFound(err) {
		return nil
	}
	return err
}
