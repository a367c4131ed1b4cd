package twilio

import (
	"net/url"

	"switchboard/shared/cause"
)

// MaxItems is how many items of a list are read: their memory is that of a function with 256 MB.
const MaxItems = 50_000

const (
	errTooManyItems = cause.Text("the list has more than 50,000 items")
	errNextPage     = cause.Text("the address of the next page is malformed")
)

// CheckItems returns an error once a list has become too long.
func CheckItems(found int) error {
	if found > MaxItems {
		return errTooManyItems
	}
	return nil
}

// everyPage reads a list to its end. read asks for the page of a token and a number, both "" for
// the first, and returns the address of the next one, nil or "" after the last. twilio-go has lists
// that do so, too; they encode and decode each page a second time to find that address. Transport
// ends a list whose pages repeat, or never end.
func everyPage(read func(token, number string) (next *string, err error)) error {
	token, number := "", ""
	for {
		next, err := read(token, number)
		if err != nil || text(next) == "" {
			return err
		}
		address, err := url.Parse(*next)
		if err != nil {
			return errNextPage
		}
		query := address.Query()
		token, number = query.Get("PageToken"), query.Get("Page")
	}
}
