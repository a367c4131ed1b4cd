package settings

import (
	"encoding/json"
	"fmt"
	"maps"

	"switchboard/shared/cause"
)

// Merge returns one object with the attributes of all; of a key that several have, the last counts.
// nil objects add nothing. The keys are sorted, unless one object is all there is.
func Merge(objects ...json.RawMessage) (json.RawMessage, error) {
	var only json.RawMessage
	merged, count := map[string]json.RawMessage{}, 0
	for _, object := range objects {
		if len(object) == 0 {
			continue
		}
		var attributes map[string]json.RawMessage
		if err := json.Unmarshal(object, &attributes); err != nil {
			return nil, fmt.Errorf("merge task attributes: %w", cause.Hide(err))
		}
		maps.Copy(merged, attributes)
		only, count = object, count+1
	}
	if count <= 1 {
		return only, nil
	}
	return json.Marshal(merged)
}
