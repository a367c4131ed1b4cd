package twiml

import (
	"encoding/xml"
	"maps"
	"slices"
	"strings"

	verb "github.com/twilio/twilio-go/twiml"
)

const declaration = `<?xml version="1.0" encoding="UTF-8"?>`

// render puts the verbs into one <Response>.
func render(verbs ...verb.Element) Document {
	var out strings.Builder
	out.WriteString(declaration)
	write(&out, response(verbs))
	return Document(out.String())
}

// write renders an element: attributes sorted by name, then its text, then its
// children.
func write(out *strings.Builder, element verb.Element) {
	name, text, children := element.GetName(), element.GetText(), element.GetInnerElements()

	out.WriteString("<" + name)
	attributes := attributesOf(element)
	for _, key := range slices.Sorted(maps.Keys(attributes)) {
		out.WriteString(" " + key + `="`)
		escape(out, attributes[key])
		out.WriteString(`"`)
	}
	if text == "" && len(children) == 0 {
		out.WriteString("/>")
		return
	}
	out.WriteString(">")
	escape(out, text)
	for _, child := range children {
		write(out, child)
	}
	out.WriteString("</" + name + ">")
}

// attributesOf omits an empty struct field, as twilio-go does, and keeps an empty
// OptionalAttributes entry, which means the empty attribute. A field that is set wins over the
// entry of its name.
func attributesOf(element verb.Element) map[string]string {
	optional, fields := element.GetAttr()
	attributes := make(map[string]string, len(optional)+len(fields))
	for field, value := range optional {
		attributes[attributeName(field)] = value
	}
	for field, value := range fields {
		if value != "" {
			attributes[attributeName(field)] = value
		}
	}
	return attributes
}

// attributeName turns twilio-go's field name into TwiML's: WaitUrl, waitUrl.
func attributeName(field string) string {
	return strings.ToLower(field[:1]) + field[1:]
}

// escape is for text and attribute values alike: EscapeText also escapes quotes, tabs and line
// breaks, which an XML parser would turn into spaces inside an attribute.
func escape(out *strings.Builder, value string) {
	// A strings.Builder never fails, so neither does this.
	_ = xml.EscapeText(out, []byte(value))
}

// response is the root element, which twilio-go has only inside its own renderer.
type response []verb.Element

func (response) GetName() string                                 { return "Response" }
func (response) GetText() string                                 { return "" }
func (response) GetAttr() (map[string]string, map[string]string) { return nil, nil }
func (r response) GetInnerElements() []verb.Element              { return r }
