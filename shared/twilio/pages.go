package twilio

import (
	"fmt"
	"net/url"
)

// everyPage reads a list to its end. read asks for the page of a token and a number, both "" for the first, and returns the address of
// the next one, nil or "" after the last. twilio-go has lists that do so, too; they encode and decode each page a second time to find
// that address.
func everyPage(read func(token, number string) (next *string, err error)) error {
	token, number := "", ""
	for {
		next, err := read(token, number)
		if err != nil || text(next) == "" {
			return err
		}
		address, err := url.Parse(*next)
		if err != nil {
			return fmt.Errorf("read address of the next page: %w", err)
		}
		query := address.Query()
		if query.Get("PageToken") == token && query.Get("Page") == number {
			return fmt.Errorf("the next page has the address of this one: %s", address.Redacted())
		}
		token, number = query.Get("PageToken"), query.Get("Page")
	}
}
