package doctor

import (
	"context"
	"strconv"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"
	monitor "github.com/twilio/twilio-go/rest/monitor/v1"
	voice "github.com/twilio/twilio-go/rest/voice/v1"

	"switchboard/functions/cmd/twilioctl/internal/account"
	"switchboard/shared/secrets"
)

const (
	pageSize  = 1000 // Twilio's maximum
	maxAlerts = 5000 // newest first
)

// holder is an account (https://www.twilio.com/docs/iam/api/account).
type holder struct {
	Status, Type string
	Token        secrets.Secret // the primary auth token; empty when Twilio does not show it
}

func readHolder(ctx context.Context, c *account.Client) (found holder, err error) {
	err = c.Do(ctx, "fetch the account", func(rest client.BaseClient) error {
		shown, err := api.NewApiServiceWithClient(rest).FetchAccount(c.AccountSID)
		if err != nil {
			return err
		}
		found = holder{Status: value(shown.Status), Type: value(shown.Type), Token: secrets.New(value(shown.AuthToken))}
		return nil
	})
	return found, err
}

// readCallerIDs lists the verified numbers
// (https://www.twilio.com/docs/voice/api/outgoing-caller-ids).
func readCallerIDs(ctx context.Context, c *account.Client) (numbers []string, err error) {
	params := &api.ListOutgoingCallerIdParams{}
	params.SetPageSize(pageSize)
	err = c.Do(ctx, "list verified caller ids", func(rest client.BaseClient) error {
		all, err := api.NewApiServiceWithClient(rest).ListOutgoingCallerId(params)
		numbers = nil // of a try that failed
		for _, each := range all {
			numbers = append(numbers, value(each.PhoneNumber))
		}
		return err
	})
	return numbers, err
}

// country says whether the account may call a country's numbers
// (https://www.twilio.com/docs/voice/api/dialingpermissions-country-resource).
type country struct {
	Name  string
	Codes []string // such as +44
	Open  bool     // to low-risk numbers, which include people's phones
}

func readCountries(ctx context.Context, c *account.Client) (countries []country, err error) {
	params := &voice.ListDialingPermissionsCountryParams{}
	params.SetPageSize(pageSize)
	err = c.Do(ctx, "list dialing permissions", func(rest client.BaseClient) error {
		all, err := voice.NewApiServiceWithClient(rest).ListDialingPermissionsCountry(params)
		countries = nil // of a try that failed
		for _, each := range all {
			countries = append(countries,
				country{Name: value(each.Name), Codes: value(each.CountryCodes),
					Open: value(each.LowRiskNumbersEnabled)})
		}
		return err
	})
	return countries, err
}

// alert is an entry of Twilio's debugger (https://www.twilio.com/docs/usage/monitor-alert).
type alert struct {
	Code     int
	URL      string // of the failed request
	Resource string // SID
	At       time.Time
}

func readAlerts(ctx context.Context, c *account.Client, since time.Time) (alerts []alert, err error) {
	params := &monitor.ListAlertParams{}
	params.SetStartDate(since)
	params.SetPageSize(pageSize)
	params.SetLimit(maxAlerts)
	err = c.Do(ctx, "list alerts", func(rest client.BaseClient) error {
		all, err := monitor.NewApiServiceWithClient(rest).ListAlert(params)
		alerts = nil // of a try that failed
		for _, each := range all {
			code, _ := strconv.Atoi(value(each.ErrorCode))
			// Twilio reads StartDate as a day, without the time.
			if at := value(each.DateGenerated); !at.Before(since) {
				alerts = append(alerts, alert{Code: code, URL: value(each.RequestUrl),
					Resource: value(each.ResourceSid), At: at})
			}
		}
		return err
	})
	return alerts, err
}

func value[T any](pointer *T) (v T) {
	if pointer != nil {
		v = *pointer
	}
	return v
}
