package timeline

import (
	"slices"
	"testing"
)

func TestTwiMLIsSplitIntoLines(t *testing.T) {
	t.Parallel()
	got := Document(`<?xml version="1.0" encoding="UTF-8"?><Response><Say>Hi &amp; bye</Say><Dial action="/x"><Queue/></Dial><Hangup/></Response>`)
	want := []string{"<Response>", "  <Say>Hi & bye</Say>", `  <Dial action="/x">`, "    <Queue/>", "  </Dial>", "  <Hangup/>", "</Response>"}
	if !slices.Equal(got, want) {
		t.Errorf("lines %q, want %q", got, want)
	}
}

// TestErrorOfS3IsSplit has white space before the first element, and behind the last.
func TestErrorOfS3IsSplit(t *testing.T) {
	t.Parallel()
	got := Document("<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>\n")
	if want := []string{"<Error>", "  <Code>AccessDenied</Code>", "</Error>"}; !slices.Equal(got, want) {
		t.Errorf("lines %q, want %q", got, want)
	}
}

func TestOtherBodiesStayUnchanged(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"ID3", "", " text <b>", `{"instruction":"reject"}`, "\xff", "<a"} {
		if got := Document(body); !slices.Equal(got, []string{body}) {
			t.Errorf("%q: %q", body, got)
		}
	}
}
