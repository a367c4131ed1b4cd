package simulator

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// node is an element of a TwiML document. It is not changed once parsed, because calls share documents.
type node struct {
	name     string
	attrs    map[string]string
	children []*node
	text     string // all character data below it
}

func (n *node) attr(name, otherwise string) string {
	if value, ok := n.attrs[name]; ok {
		return value
	}
	return otherwise
}

// method reads an attribute that names an HTTP method; anything but GET is POST, the default.
func (n *node) method(name string) string {
	if strings.EqualFold(n.attrs[name], http.MethodGet) {
		return http.MethodGet
	}
	return http.MethodPost
}

// words returns the text as one line, as a voice would speak it.
func (n *node) words() string { return strings.Join(strings.Fields(n.text), " ") }

// parseTwiML reads a document and returns its <Response>.
func parseTwiML(body []byte) (*node, error) {
	if bytes.Index(body, []byte("<?xml ")) > 0 { // https://www.twilio.com/docs/api/errors/12100
		return nil, errors.New("parse TwiML: something stands before the XML declaration")
	}
	decoder := xml.NewDecoder(bytes.NewReader(body))
	var root *node
	var open []*node
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("parse TwiML: %w", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			n := newNode(token)
			if len(open) > 0 {
				parent := open[len(open)-1]
				parent.children = append(parent.children, n)
			} else if root != nil {
				return nil, errors.New("parse TwiML: more than one root element")
			} else {
				root = n
			}
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			for _, n := range open {
				n.text += string(token)
			}
			if len(open) == 0 && len(bytes.TrimSpace(token)) > 0 {
				return nil, errors.New("parse TwiML: text outside the root element")
			}
		}
	}
	if root == nil || root.name != "Response" {
		return nil, errors.New("parse TwiML: the root element is not <Response>")
	}
	return root, nil
}

func newNode(start xml.StartElement) *node {
	n := &node{name: start.Name.Local}
	for _, attr := range start.Attr {
		if attr.Name.Space == "xmlns" || attr.Name.Local == "xmlns" || strings.HasSuffix(attr.Name.Local, "schemaLocation") {
			continue
		}
		if n.attrs == nil {
			n.attrs = map[string]string{}
		}
		n.attrs[attr.Name.Local] = attr.Value
	}
	return n
}
