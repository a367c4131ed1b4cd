package roster

// maxHelpTexts is how many help texts a worker gets in a row: two programs that answer each other
// must come to an end.
const maxHelpTexts = 5

// CountHelp counts a help text that answers a message, once for each message. due reports whether
// it is to be sent.
func (r *Record) CountHelp(messageSID string) (due, changed bool) {
	if r.HelpFor == messageSID {
		return true, false
	}
	if r.HelpTexts >= maxHelpTexts {
		return false, false
	}
	r.HelpTexts, r.HelpFor = r.HelpTexts+1, messageSID
	return true, true
}

// Understood records that a message from the worker was understood.
func (r *Record) Understood() (changed bool) {
	if r.HelpTexts == 0 {
		return false
	}
	r.HelpTexts, r.HelpFor = 0, ""
	return true
}

// MayText reports whether a text to a number of the worker can arrive, as far as we know.
func (r Record) MayText(number string) bool { return r.NoTextsTo != Digest(r.WorkerSID, number) }

// StopTexts records that Twilio refuses texts to a number of the worker, with its error code.
func (r *Record) StopTexts(number string, code int) (changed bool) {
	digest := Digest(r.WorkerSID, number)
	if r.NoTextsTo == digest && r.NoTextsFor == code {
		return false
	}
	r.NoTextsTo, r.NoTextsFor = digest, code
	return true
}

// AllowTexts takes StopTexts back: the worker has asked for texts again.
func (r *Record) AllowTexts() (changed bool) {
	if r.NoTextsTo == "" {
		return false
	}
	r.NoTextsTo, r.NoTextsFor = "", 0
	return true
}
