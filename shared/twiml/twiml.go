// Package twiml has every TwiML document that the bundle answers with, one typed function for each.
//
// The elements are twilio-go's, but not the rendering: twilio-go writes attributes in random order
// and cannot write an empty one, and silence on hold is waitUrl=""
// (https://www.twilio.com/docs/voice/twiml/enqueue). The same call always returns the same bytes:
// attributes are sorted by name and nothing is indented.
//
// For any strings, a document is well-formed XML 1.0: characters that XML forbids and bytes that
// are not UTF-8 become U+FFFD, and all others reach Twilio as they are. Spoken text is cut to the
// 3,000 characters that Twilio's voices read, the lines of one document to 6,000 together, and task
// attributes are limited to 4,096, so that a document stays below Twilio's 64 kB (error 11750) as
// long as its URLs do.
package twiml

// Document is one rendered TwiML document.
type Document string

// ContentType is the header to send a Document with. Twilio parses text/xml, application/xml and
// text/html as TwiML (https://www.twilio.com/docs/voice/twiml).
const ContentType = "text/xml; charset=utf-8"

const post = "POST"

// Empty does nothing. Twilio ends the call if nothing else is under way, so this answers a request
// whose call is elsewhere or has ended.
func Empty() Document {
	return render()
}
