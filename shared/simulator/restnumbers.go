package simulator

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// restNumbers lists the account's phone numbers
// (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource).
func (t *Twilio) restNumbers(rest *restCall) (any, error) {
	if err := t.refuse(rest.params, "Beta", "Origin"); err != nil {
		return nil, err
	}
	all := shownAll(slices.Sorted(maps.Keys(t.numbers)), func(number string) map[string]any { return t.numberJSON(t.numbers[number]) })
	return restNumberList(rest, "incoming_phone_numbers", all), nil
}

// restNumberList returns a page of the resources with the FriendlyName, and with the PhoneNumber or
// a part of it, in which * stands for any digit.
func restNumberList(rest *restCall, key string, all []map[string]any) map[string]any {
	name := rest.params.Get("FriendlyName")
	digits := regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(rest.params.Get("PhoneNumber")), `\*`, `\d`))
	wanted := slices.DeleteFunc(all, func(shown map[string]any) bool {
		return name != "" && shown["friendly_name"] != name || !digits.MatchString(shown["phone_number"].(string))
	})
	return accountList(rest, key, wanted, func(shown map[string]any) map[string]any { return shown }, "FriendlyName", "PhoneNumber")
}

func (t *Twilio) restNumber(rest *restCall, sid string) (any, error) {
	for _, n := range t.numbers {
		if n.SID != sid {
			continue
		}
		if rest.method == http.MethodPost {
			if err := t.restUpdateNumber(rest, n); err != nil {
				return nil, err
			}
		}
		return t.numberJSON(n), nil
	}
	return nil, notFound(rest.path)
}

// otherNumberParameters are parameters that Twilio accepts and the simulator does not simulate.
const otherNumberParameters = "AccountSid ApiVersion SmsApplicationSid VoiceApplicationSid " +
	"VoiceCallerIdLookup EmergencyStatus EmergencyAddressSid TrunkSid VoiceReceiveMode IdentitySid AddressSid BundleSid"

// restUpdateNumber changes a number's URLs. Calls that begin afterwards use them.
func (t *Twilio) restUpdateNumber(rest *restCall, n *Number) error {
	if err := t.refuse(rest.params, strings.Fields(otherNumberParameters)...); err != nil {
		return err
	}
	if err := checkURLs(rest.params, 21402, "VoiceUrl", "VoiceFallbackUrl", "StatusCallback", "SmsUrl", "SmsFallbackUrl"); err != nil {
		return err
	}
	changed := *n
	f := fields{params: rest.params}
	f.text("FriendlyName", &changed.Name)
	f.text("VoiceUrl", &changed.VoiceURL)
	f.text("VoiceFallbackUrl", &changed.FallbackURL)
	f.text("StatusCallback", &changed.StatusCallback)
	f.text("SmsUrl", &changed.SMSURL)
	f.text("SmsFallbackUrl", &changed.SMSFallbackURL)
	for name, to := range map[string]*string{
		"VoiceMethod": &changed.VoiceMethod, "VoiceFallbackMethod": &changed.FallbackMethod, "StatusCallbackMethod": &changed.StatusMethod,
		"SmsMethod": &changed.SMSMethod, "SmsFallbackMethod": &changed.SMSFallbackMethod,
	} {
		asked := strings.ToUpper(rest.params.Get(name))
		if asked != "" && asked != http.MethodGet && asked != http.MethodPost {
			return badRequest(21403, "%s is not a valid method: %s", name, asked)
		}
		if asked != "" {
			*to = asked
		}
	}
	if changed.VoiceURL == "" && changed.FallbackURL != "" {
		return badRequest(21405, "Cannot set VoiceFallbackUrl without setting Url")
	}
	*n = changed
	t.stamp(n.SID)
	return nil
}

func (t *Twilio) numberJSON(n *Number) map[string]any {
	shown := map[string]any{
		"sid": n.SID, "account_sid": t.cfg.AccountSID, "friendly_name": n.Name, "phone_number": n.Number, "api_version": "2010-04-01",
		"voice_url": n.VoiceURL, "voice_method": n.VoiceMethod, "voice_fallback_url": orNull(n.FallbackURL), "voice_fallback_method": n.FallbackMethod,
		"status_callback": n.StatusCallback, "status_callback_method": n.StatusMethod,
		"voice_application_sid": nil, "voice_caller_id_lookup": false, "voice_receive_mode": "voice",
		"sms_url": n.SMSURL, "sms_method": n.SMSMethod, "sms_fallback_url": n.SMSFallbackURL, "sms_fallback_method": n.SMSFallbackMethod,
		"sms_application_sid": nil, "capabilities": map[string]any{"voice": true, "sms": !n.NoSMS, "mms": false, "fax": false},
		"address_sid": nil, "address_requirements": "none", "beta": false, "bundle_sid": nil, "identity_sid": nil, "trunk_sid": nil,
		"emergency_status": "Inactive", "emergency_address_sid": nil, "emergency_address_status": "unregistered",
		"origin": "twilio", "status": "in-use", "type": "local",
		"uri": "/2010-04-01/Accounts/" + t.cfg.AccountSID + "/IncomingPhoneNumbers/" + n.SID + ".json",
	}
	t.showMailDates(shown, n.SID)
	return shown
}

// showMailDates adds the dates in the format of api.twilio.com.
func (t *Twilio) showMailDates(shown map[string]any, sid string) {
	shown["date_created"], shown["date_updated"] = rfc2822(t.dates[sid].created), rfc2822(t.dates[sid].updated)
}
