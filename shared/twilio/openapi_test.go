package twilio

import (
	"net/http"
	"strings"
	"testing"

	"switchboard/shared/openapitest"
	"switchboard/shared/simulator"
)

// TestRequestsFollowTwiliosOpenAPI has Twilio's own description judge each request: path, SIDs,
// parameter names, values of enumerations, and what must be there.
func TestRequestsFollowTwiliosOpenAPI(t *testing.T) {
	t.Parallel()
	api := openapitest.Read(t)
	for _, operation := range operations() {
		t.Run(operation.name, func(t *testing.T) {
			t.Parallel()
			client, server, _ := newTwilio(t, operation.replies...)
			if err := operation.do(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			for _, asked := range server.requests() {
				if strings.HasSuffix(asked.path, ".mp3") || strings.HasSuffix(asked.path, "/Recordings.json") {
					continue // which the description leaves out
				}
				params := asked.query
				if asked.method == http.MethodPost {
					params = asked.form
				}
				if _, faults := api.Judge(simulator.Request{Method: asked.method, Path: asked.path, Params: params}); len(faults) > 0 {
					t.Errorf("%s %s: %q", asked.method, asked.path, faults)
				}
			}
		})
	}
}
