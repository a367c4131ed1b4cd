package duty

import (
	"context"
	"time"

	"switchboard/shared/cause"
	"switchboard/shared/secrets"
	"switchboard/shared/settings"
)

// parameters are the desk's settings in SSM.
type parameters struct {
	reading *secrets.Store
	writing secrets.SettingsWriter
}

// Read asks SSM, because someone else may just have closed the desk. Prompts that cannot be read
// are the languages' own.
func (p parameters) Read(ctx context.Context) (settings.Settings, error) {
	if _, err := p.reading.Renew(ctx); err != nil {
		return settings.Settings{}, err
	}
	texts, err := p.reading.Settings(ctx)
	if err != nil {
		return settings.Settings{}, err
	}
	read, faults := settings.Join(texts)
	return read, faults[settings.OfClosed]
}

// writeTimeout leaves the function time to answer.
const writeTimeout = 5 * time.Second

// SetClosed writes what twilioctl close and open write.
func (p parameters) SetClosed(ctx context.Context, closed settings.Closed) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	text, err := settings.Settings{Closed: closed}.Encode(settings.OfClosed)
	if err != nil {
		return err
	}
	return cause.Hide(p.writing.Write(ctx, settings.OfClosed, text))
}
