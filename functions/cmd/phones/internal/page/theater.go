package page

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"switchboard/functions/cmd/phones/internal/stage"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/localpage"
	"switchboard/shared/simulator/scenario"
)

// House makes stages: with Switchboard or with another application.
type House interface {
	ByHand(context.Context) (*stage.Stage, error)
	Play(context.Context, *scenario.Scenario) (*stage.Stage, error)
}

// Theater has the stage that all pages show, and replaces it when a person starts again.
type Theater struct {
	ctx     context.Context // of every stage
	house   House
	folder  string // of scenarios; "" = none
	token   string
	rest    inprocess.Late
	mu      sync.Mutex
	current *stage.Stage
	run     int           // rises with each stage
	changed chan struct{} // closed when the stage is replaced
}

// Open returns a theater whose stage is by hand. It plays until ctx ends.
func Open(ctx context.Context, house House, folder string) (*Theater, error) {
	t := &Theater{ctx: ctx, house: house, folder: folder, token: localpage.NewToken(), changed: make(chan struct{})}
	return t, t.Restart()
}

// Token is the secret in the page's address.
func (t *Theater) Token() string { return t.token }

// REST answers Twilio's REST API for the current stage's account.
func (t *Theater) REST() http.Handler { return &t.rest }

// Close ends the stage.
func (t *Theater) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.current != nil {
		t.current.Close()
	}
}

// Restart replaces the stage with one by hand.
func (t *Theater) Restart() error {
	made, err := t.house.ByHand(t.ctx)
	if err != nil {
		return err
	}
	t.show(made)
	return nil
}

func (t *Theater) show(made *stage.Stage) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.current != nil {
		t.current.Close()
	}
	t.current = made
	t.run++
	t.rest.Set(made.Twilio)
	close(t.changed)
	t.changed = make(chan struct{})
}

// stage returns the current stage, its number, and a channel that is closed when it is replaced.
func (t *Theater) stage() (current *stage.Stage, run int, changed <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.current, t.run, t.changed
}

// maxScenario is the maximum size of a scenario in bytes.
const maxScenario = 1 << 20

// PlayText plays a scenario. Errors in it have the name and a line.
func (t *Theater) PlayText(name, text string) error {
	if len(text) > maxScenario {
		return fmt.Errorf("%s has more than %d bytes", name, maxScenario)
	}
	file, err := scenario.Parse(name, []byte(text))
	if err != nil {
		return err
	}
	made, err := t.house.Play(t.ctx, file)
	if err != nil {
		return err
	}
	t.show(made)
	return nil
}

// PlayFile plays a scenario from a file.
func (t *Theater) PlayFile(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read scenario: %w", err)
	}
	return t.PlayText(path, string(text))
}

// Scenarios lists the names of the files in the folder of scenarios; none if there is no folder.
func (t *Theater) Scenarios() []string {
	entries, err := os.ReadDir(t.folder)
	names := []string{}
	for _, entry := range entries {
		if err == nil && !entry.IsDir() && slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(entry.Name())) {
			names = append(names, entry.Name())
		}
	}
	return names
}

// scenario returns the text of a file in the folder of scenarios.
func (t *Theater) scenario(name string) (string, error) {
	if !slices.Contains(t.Scenarios(), name) {
		return "", errors.New("no scenario is called " + name)
	}
	text, err := os.ReadFile(filepath.Join(t.folder, name))
	return string(text), err
}

// lineOf returns the line of the scenario that an error names, 0 for none: calls.yaml:12:
// unknown key.
func lineOf(name string, err error) (line int) {
	rest, found := strings.CutPrefix(err.Error(), name+":")
	if !found {
		return 0
	}
	number, _, _ := strings.Cut(rest, ":")
	_, _ = fmt.Sscan(number, &line)
	return line
}
