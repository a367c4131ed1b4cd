package doctor

import (
	"testing"

	"switchboard/shared/settings"
)

func TestCountry(t *testing.T) {
	t.Parallel()
	e := evidence{countries: fact[[]country]{value: []country{
		{"Barbados", []string{"+1246"}, false}, {"United States", []string{"+1"}, true}, {"Canada", []string{"+1"}, false}, {"Bahamas", []string{"+1242"}, false},
		{"United Kingdom", []string{"+44"}, true}, {"Jersey", []string{"+44"}, false}, {"Russia", []string{"+7"}, false}, {"Kazakhstan", []string{"7"}, true},
	}}}
	for _, test := range []struct {
		number   string
		want     string
		wantOpen bool
	}{
		{
			number:   "+14155550123",
			want:     "United States",
			wantOpen: true,
		}, {
			number: "+12425550123",
			want:   "Bahamas",
		}, {
			number: "+12465550123",
			want:   "Barbados",
		}, {
			number:   "+442079460123",
			want:     "United Kingdom",
			wantOpen: true,
		}, {
			number:   "+74955550123",
			want:     "Kazakhstan",
			wantOpen: true,
		},
		{"+9995550123", "unknown country", false},
	} {
		if name, open := e.country(test.number); name != test.want || open != test.wantOpen {
			t.Errorf("%s: %s, %t, want %s, %t", test.number, name, open, test.want, test.wantOpen)
		}
	}
}

func TestMusicThatIsPlayed(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*patient){
		"ten redirects": func(p *patient) { p.redirects(10) },
		"none": func(p *patient) {
			p.settings(func(s *settings.Settings) { s.Waiting = settings.Waiting{NoMusic: true} })
		},
		"the demo": func(p *patient) { p.settings(func(s *settings.Settings) { s.Waiting = settings.Waiting{} }) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := healthy(t)
			change(p)
			p.wants(map[string]Level{})
		})
	}
}

func TestValidContacts(t *testing.T) {
	t.Parallel()
	for _, contact := range []string{"+14155550192x123", "client:bob_b", "sip:bob-b@example.com"} {
		p := healthy(t)
		p.attributes(bobSID, `{"contact_uri":"`+contact+`","Contact_URI":"nonsense","skills":["general"]}`)
		p.wants(map[string]Level{})
	}
}
