// Package settingstest has settings for tests of the functions that read them.
package settingstest

import (
	"context"

	"switchboard/shared/settings"
)

// Desk is a store that always returns the same settings.
type Desk settings.Settings

// Get returns the settings.
func (d Desk) Get(context.Context) settings.Settings { return settings.Settings(d) }
