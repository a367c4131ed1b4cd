package document

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Node is an element of a TwiML document. Calls share documents, so do not change a Node.
type Node struct {
	Name     string
	Attrs    map[string]string
	Children []*Node
	Text     string // all character data in it and its children
}

// Attr returns an attribute, or fallback if the element does not have it.
func (n *Node) Attr(name, fallback string) string {
	if value, ok := n.Attrs[name]; ok {
		return value
	}
	return fallback
}

// Method returns an attribute that names an HTTP method. Every value but GET means POST, the
// default.
func (n *Node) Method(name string) string {
	if strings.EqualFold(n.Attrs[name], http.MethodGet) {
		return http.MethodGet
	}
	return http.MethodPost
}

// Words returns the text in one line, as a voice speaks it.
func (n *Node) Words() string { return strings.Join(strings.Fields(n.Text), " ") }

// Parse reads an answer to a webhook. It turns text/plain that is no document into one <Say>. If
// any other answer is no document, code is Twilio's error code.
func Parse(media string, body []byte) (response *Node, code int, err error) {
	switch media {
	case "text/xml", "application/xml", "text/html":
		response, err = parseTwiML(body)
		return response, 12100, err
	case "text/plain":
		if response, err = parseTwiML(body); err == nil {
			return response, 0, nil
		}
		return &Node{Children: []*Node{{Name: "Say", Text: string(body)}}}, 0, nil
	}
	return nil, 12300, fmt.Errorf("invalid Content-Type %q", media)
}

// parseTwiML reads a document and returns its <Response>.
func parseTwiML(body []byte) (*Node, error) {
	if bytes.Index(body, []byte("<?xml ")) > 0 { // https://www.twilio.com/docs/api/errors/12100
		return nil, errors.New("parse TwiML: text before the XML declaration")
	}
	decoder := xml.NewDecoder(bytes.NewReader(body))
	var root *Node
	var open []*Node
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
				parent.Children = append(parent.Children, n)
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
				n.Text += string(token)
			}
			if len(open) == 0 && len(bytes.TrimSpace(token)) > 0 {
				return nil, errors.New("parse TwiML: text outside the root element")
			}
		}
	}
	if root == nil || root.Name != "Response" {
		return nil, errors.New("parse TwiML: the root element is not <Response>")
	}
	return root, nil
}

func newNode(start xml.StartElement) *Node {
	n := &Node{Name: start.Name.Local}
	for _, attr := range start.Attr {
		if attr.Name.Space == "xmlns" || attr.Name.Local == "xmlns" || strings.HasSuffix(attr.Name.Local, "schemaLocation") {
			continue
		}
		if n.Attrs == nil {
			n.Attrs = map[string]string{}
		}
		n.Attrs[attr.Name.Local] = attr.Value
	}
	return n
}
