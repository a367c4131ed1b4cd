package simulator

import (
	"encoding/json"
	"fmt"
	"strings"

	"switchboard/shared/expression"
)

// attributesLimit is the number of characters that a task's or worker's attributes may have
// (https://www.twilio.com/docs/taskrouter/limits).
const attributesLimit = 4096

// parseExpression reads an expression under the account's readings.
func (t *Twilio) parseExpression(source string, names expression.Names) (*expression.Expression, error) {
	readings := t.cfg.Readings
	return expression.Parse(source, names, expression.Options{
		Coerce:           readings.Coerced,
		Lenient:          readings.LenientSyntax,
		NullNeverMatches: readings.NullNeverMatches,
	})
}

func decodeAttributes(text string) (expression.Attributes, error) {
	if n := len([]rune(text)); n > attributesLimit {
		return nil, fmt.Errorf("attributes have %d characters, more than %d", n, attributesLimit)
	}
	var attributes expression.Attributes
	if err := json.Unmarshal([]byte(text), &attributes); err != nil {
		return nil, fmt.Errorf("decode attributes: %w", err)
	}
	if attributes == nil {
		return nil, fmt.Errorf("attributes are not a JSON object: %s", text)
	}
	return attributes, nil
}

func encodeAttributes(attributes expression.Attributes) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(attributes); err != nil {
		return "{}" // what encoding/json decoded it can encode
	}
	return strings.TrimSuffix(text.String(), "\n")
}
