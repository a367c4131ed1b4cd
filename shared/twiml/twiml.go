// Package twiml holds every TwiML document the bundle answers with, one
// typed function for each.
//
// The elements are twilio-go's, the rendering is ours, because twilio-go writes
// attributes in random order and cannot write an empty one, and silence on hold is
// waitUrl="" (docs/voice/twiml/enqueue). The same call always gives the same
// bytes: attributes stand sorted by name and nothing is indented.
//
// Whatever strings come in, a document is well-formed XML 1.0: characters that XML
// forbids and bytes that are not UTF-8 become U+FFFD, all others reach Twilio as
// they are. Spoken text is cut to the 3,000 characters that Twilio's voices take,
// and task attributes are limited to 4,096, so that a document stays below Twilio's
// 64 kB (error 11750) as long as its URLs do.
package twiml

// Document is one rendered TwiML document.
type Document string

// ContentType is the header to send a Document with. Twilio parses text/xml,
// application/xml and text/html as TwiML (docs/voice/twiml).
const ContentType = "text/xml; charset=utf-8"

const post = "POST"

// Empty does nothing. Twilio ends the call if nothing else is under way, so
// this is the answer to a request whose call is elsewhere or gone.
func Empty() Document {
	return render()
}
