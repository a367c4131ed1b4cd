package recordings

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"switchboard/shared/ledger"
	"switchboard/shared/recording"
)

const (
	// lookAgain is the time between two looks at a recording whose file is not there yet, or whose
	// caller has not decided.
	lookAgain = 20 * time.Second
	// maxLooks bounds them: after a quarter of an hour an undecided message counts as sent.
	maxLooks = 45
)

// job is one recording.
type job struct {
	Handler
	work  recording.Work
	known ledger.Recording
	log   *slog.Logger
}

// run copies the recording and deletes it at Twilio, and then has a message heard.
func (j job) run(ctx context.Context) error {
	if !j.known.Discarded.IsZero() {
		return j.discard(ctx)
	}
	if j.known.Stored.IsZero() {
		if stored, err := j.copy(ctx); err != nil || !stored {
			return err
		}
	}
	if err := j.remove(ctx); err != nil {
		return err
	}
	if j.work.Kind == recording.Remark {
		return nil
	}
	if sent, err := j.sent(ctx); err != nil || !sent {
		return err
	}
	return j.deliver(ctx)
}

// copy stores the recording's file in the bucket, and compares its size. stored is false if there
// is none, or not yet.
func (j job) copy(ctx context.Context) (stored bool, err error) {
	content, found, err := j.Twilio.RecordingFile(ctx, j.work.RecordingSID)
	if err != nil {
		return false, err
	}
	if !found {
		return false, j.missing(ctx)
	}
	key := recording.Key(j.work.RecordingSID)
	if err := j.Bucket.Put(ctx, key, "audio/mpeg", content); err != nil {
		return false, err
	}
	size, found, err := j.Bucket.Size(ctx, key)
	switch {
	case err != nil:
		return false, err
	case !found || size != len(content):
		return false, fmt.Errorf("verify copy of recording: %d bytes in the bucket, want %d", size, len(content))
	}
	if err := j.Ledger.RecordingStored(ctx, j.work.RecordingSID, j.work.CallSID); err != nil {
		return false, err
	}
	j.log.InfoContext(ctx, "recording copied", "bytes", size)
	return true, nil
}

// missing looks again later if Twilio will have the file. A recording that is absent or was deleted
// is no message.
func (j job) missing(ctx context.Context) error {
	status, err := j.Twilio.RecordingStatus(ctx, j.work.RecordingSID)
	switch {
	case err != nil:
		return err
	case status == "" || status == "absent" || status == "deleted":
		j.log.WarnContext(ctx, "recording not copied: Twilio has none", "status", status)
		return nil
	case j.work.Looks >= maxLooks:
		return errors.New("copy recording: Twilio has had no file for a quarter of an hour")
	}
	return j.again(ctx)
}

func (j job) again(ctx context.Context) error {
	j.work.Looks++
	return j.Queue.Send(ctx, j.work, lookAgain)
}

// remove deletes the recording at Twilio. The copy was verified.
func (j job) remove(ctx context.Context) error {
	if !j.known.Removed.IsZero() {
		return nil
	}
	if err := j.Twilio.DeleteRecording(ctx, j.work.RecordingSID); err != nil {
		return err
	}
	if err := j.Ledger.RecordingRemoved(ctx, j.work.RecordingSID, j.work.CallSID); err != nil {
		return err
	}
	j.log.InfoContext(ctx, "recording deleted at Twilio")
	return nil
}

// discard deletes a recording that its caller has replaced.
func (j job) discard(ctx context.Context) error {
	if err := j.Bucket.Delete(ctx, recording.Key(j.work.RecordingSID)); err != nil {
		return err
	}
	return j.remove(ctx)
}

// sent reports whether the message is to be heard. Until the caller has decided, or has hung up,
// which sends it, the function looks again later.
func (j job) sent(ctx context.Context) (bool, error) {
	if !j.known.Sent.IsZero() || j.known.Requested || j.work.Looks >= maxLooks {
		return true, nil
	}
	// The caller may have decided while the file was copied.
	known, err := j.Ledger.Recording(ctx, j.work.RecordingSID)
	switch {
	case err != nil:
		return false, err
	case !known.Discarded.IsZero():
		return false, j.discard(ctx)
	case !known.Sent.IsZero():
		return true, nil
	}
	call, err := j.Twilio.CallRecord(ctx, j.work.CallSID)
	if err != nil {
		return false, err
	}
	if call.HasEnded() {
		return true, nil
	}
	return false, j.again(ctx)
}
