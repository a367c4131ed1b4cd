// Package release compares what two releases write into queues, tables and parameters, and what
// each makes of the other's. Its program, recorder, also runs in the files of the previous release.
package release

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"switchboard/functions/internal/account"
	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/calls"
	"switchboard/functions/internal/fakecrm"
	"switchboard/functions/internal/inprocess"
	"switchboard/functions/internal/trigger"
	"switchboard/functions/linkedcalls"
	"switchboard/shared/deferred"
	"switchboard/shared/ledger"
	"switchboard/shared/roster"
	"switchboard/shared/simulator/clock"
	"switchboard/shared/simulator/wire"
)

// Record is what a release writes. It has one of several texts that differ in SIDs, times and words
// only, and the items in which a field first has a kind of value.
type Record struct {
	Messages   []json.RawMessage   `json:"messages"`   // of BridgeQueue
	Recordings []json.RawMessage   `json:"recordings"` // messages of RecordingsQueue
	Calls      []Item              `json:"calls"`      // LedgerTable's, at any time of a call
	Workers    []map[string]string `json:"workers"`    // items of WorkersTable
	Parameters map[string][]string `json:"parameters"` // texts in SSM, by name below SecretsPrefix
}

// Item is an item of LedgerTable, and what the release knows by it.
type Item struct {
	Fields map[string]string `json:"fields"`
	Known  json.RawMessage   `json:"known"`
}

// Make plays the calls of the demo and the rehearsal and returns what they write.
func Make(ctx context.Context) (Record, error) {
	const ring, talk = 2 * time.Second, 20 * time.Second
	m := &maker{seen: map[string]bool{}, record: Record{Parameters: map[string][]string{}}}
	played := slices.Concat(calls.Demo(ring, talk, account.WrapUp), calls.Returns(ring, talk), []calls.Call{calls.Message(ring), calls.CallBack(ring, talk)})
	for n, call := range played {
		if err := m.play(ctx, call, uint64(n+1)); err != nil {
			return Record{}, fmt.Errorf("play a call (%s): %w", call.Title, err)
		}
	}
	if err := m.addRare(); err != nil {
		return Record{}, err
	}
	for i, item := range m.record.Calls {
		known, err := knownBy(ctx, item.Fields)
		if err != nil {
			return Record{}, err
		}
		m.record.Calls[i].Known = known
	}
	return m.record, nil
}

// addRare adds the messages that none of the calls causes.
func (m *maker) addRare() error {
	const worker = "WK00000000000000000000000000000001"
	for _, message := range []deferred.Message{
		{QueueLimit: &deferred.QueueLimit{Found: 100}},
		{Shift: &deferred.Shift{WorkerSID: worker, At: account.Morning, On: true}},
	} {
		body, err := json.Marshal(message)
		if err != nil {
			return fmt.Errorf("encode a message: %w", err)
		}
		m.record.Messages = append(m.record.Messages, body)
	}
	return nil
}

// maker collects what is written. seen has the forms of what it has.
type maker struct {
	record Record
	seen   map[string]bool
}

func (m *maker) play(ctx context.Context, call calls.Call, seed uint64) error {
	loop := clock.NewVirtual(account.Morning)
	secrets := account.Secrets(seed)
	if call.Later != nil {
		desk := account.Callers()
		desk.Callbacks.Offered = true
		if err := secrets.Write(account.SecretsPrefix, desk); err != nil {
			return err
		}
	}
	crm := &fakecrm.CRM{Secret: secrets[account.CRMSecret], Now: loop.Now, Fails: call.FailsCRM}
	process := inprocess.New(loop, account.Settings(call.Mode), bundle.Clients{
		Parameters: parameters{secrets, m}, Table: store{&ledger.Memory{}, m}, Roster: roster.DynamoDB{Client: workersTable{map[string]attributes{}, m}, Name: "workers"},
		CRM: wire.InProcess(crm),
	})
	process.Queue.Receive = m.noting(&m.record.Messages, process.Queue.Receive)
	process.Recordings.Receive = m.noting(&m.record.Recordings, process.Recordings.Receive)
	twilio, err := calls.NewAccount(process.Config(seed, nil), call, account.Example)
	if err != nil {
		return err
	}
	process.Twilio.Set(twilio)
	twilio.Dial()
	process.Sweeps.Start(ctx)
	return loop.Run(ctx)
}

// noting notes each message that a function receives.
func (m *maker) noting(messages *[]json.RawMessage, receive func(*trigger.Message) bool) func(*trigger.Message) bool {
	return func(message *trigger.Message) bool {
		if m.isNew(message.Body) {
			*messages = append(*messages, json.RawMessage(message.Body))
		}
		return receive(message)
	}
}

// isNew reports whether nothing of this form was written before.
func (m *maker) isNew(text string) bool {
	form := varying.ReplaceAllStringFunc(text, func(found string) string { return found[:min(2, len(found))] })
	known := m.seen[form]
	m.seen[form] = true
	return !known
}

// varying matches a SID, a time, a number and a person's name.
var varying = regexp.MustCompile(`\b[A-Z]{2}[0-9a-f]{32}|\b2026-[0-9T:.Z-]+|\+?\b\d+(\.\d+)?\b|Alice|Bob|Carol|client:carol`)

// attempt matches the name of an attempt to bridge.
var attempt = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// store is the ledger's, which notes what an item has after each change.
type store struct {
	ledger.Store
	maker *maker
}

// Apply implements ledger.Store.
func (s store) Apply(ctx context.Context, change ledger.Change) (ledger.Fields, bool, error) {
	fields, made, err := s.Store.Apply(ctx, change)
	written := map[string]string{}
	for name, value := range fields {
		written[name] = attempt.ReplaceAllString(value, "ATTEMPT") // it is random
	}
	if made && s.maker.hasNews(written) {
		s.maker.record.Calls = append(s.maker.record.Calls, Item{Fields: written})
	}
	return fields, made, err
}

// hasNews reports whether an item has a field, or one with a kind of value, that none had before.
func (m *maker) hasNews(fields map[string]string) (is bool) {
	for name, value := range fields {
		is = m.isNew(name+"="+value) || is
	}
	return is
}

// parameters is SSM, which notes what functions write.
type parameters struct {
	bundle.Parameters
	maker *maker
}

// PutParameter implements outlook.Parameters.
func (p parameters) PutParameter(ctx context.Context, input *ssm.PutParameterInput, options ...func(*ssm.Options)) (*ssm.PutParameterOutput, error) {
	if name, text := strings.TrimPrefix(aws.ToString(input.Name), account.SecretsPrefix+"/"), aws.ToString(input.Value); p.maker.isNew(text) {
		p.maker.record.Parameters[name] = append(p.maker.record.Parameters[name], text)
	}
	return p.Parameters.PutParameter(ctx, input, options...)
}

// knownBy returns what a release knows by an item: LinkedCallsFunction's answer about a call, or
// the request and the recording.
func knownBy(ctx context.Context, fields map[string]string) (json.RawMessage, error) {
	table, key := &ledger.Memory{}, fields["call_sid"]
	set := maps.Clone(fields)
	delete(set, "call_sid")
	if _, _, err := table.Apply(ctx, ledger.Change{CallSID: key, Set: set}); err != nil {
		return nil, fmt.Errorf("read an item: %w", err)
	}
	if !strings.HasPrefix(key, "CA") {
		known, _, err := ledger.Ledger{Store: table}.ByCall(ctx, key)
		if err != nil {
			return nil, fmt.Errorf("read an item: %w", err)
		}
		return json.Marshal(map[string]any{"request": known.Request(), "recording": known.Recording()})
	}
	// Twilio knows nothing of the call: what is told is the ledger's.
	silent := wire.InProcess(http.NotFoundHandler())
	process := inprocess.New(clock.NewVirtual(account.Morning), account.Settings("deferred"), bundle.Clients{
		Parameters: account.Secrets(1), Table: table, REST: silent,
	})
	report, err := process.Links.Handle(ctx, linkedcalls.Request{CallSID: key})
	if err != nil {
		return nil, fmt.Errorf("answer for an item: %w", err)
	}
	if len(report.Calls) != 1 {
		return nil, fmt.Errorf("%d calls are in the answer for one item: %s", len(report.Calls), report.Warning)
	}
	return json.Marshal(report.Calls[0])
}
