package twiml

import "testing"

func TestPlaysAudio(t *testing.T) {
	t.Parallel()
	for contentType, want := range map[string]bool{
		"audio/mpeg": true, "Audio/X-WAV; charset=binary": true, "audio/ulaw": true, "audio/ogg": false, "audio/mp4": false, "text/html": false,
		"application/octet-stream": false, "": false, "audio": false, "audio/mpegs": false,
	} {
		if got := PlaysAudio(contentType); got != want {
			t.Errorf("%q: %t, want %t", contentType, got, want)
		}
	}
}
