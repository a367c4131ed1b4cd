package roster

import (
	"context"
	"errors"
	"fmt"
	"maps"
)

// Store keeps one item for each worker. One contract test holds DynamoDB and Memory to it.
type Store interface {
	// Load returns a worker's record, as the last Save left it; a record without facts if there is
	// none.
	Load(ctx context.Context, workerSID string) (Record, error)

	// Save writes a record that was loaded, unless another one was saved meanwhile: saved is false
	// then, and nothing is written.
	Save(ctx context.Context, record Record) (saved bool, err error)

	// All returns the records of all workers, in the order of their SIDs. It may lag behind Save.
	All(ctx context.Context) ([]Record, error)
}

// Roster has the records of the workers.
type Roster struct{ Store }

// tries is how often a change is tried again because another one was written first. Writes about
// one worker at the same time are rare.
const tries = 10

// errBusy reports a record that other writers kept changing.
var errBusy = errors.New("others changed it at the same time")

// Get returns a worker's record.
func (r Roster) Get(ctx context.Context, workerSID string) (Record, error) {
	return r.Load(ctx, workerSID)
}

// Change applies a change to a worker's record and returns the record. It repeats both if another
// change was written meanwhile. change returns false if nothing is to be written. err is the
// Store's, or says that others kept changing the record; a retry is safe if change is.
func (r Roster) Change(
	ctx context.Context, workerSID string, change func(*Record) (changed bool),
) (record Record, changed bool, err error) {
	var tried Record // what was not saved
	for range tries {
		record, err = r.Load(ctx, workerSID)
		if err != nil {
			return Record{}, false, err
		}
		if tried.WorkerSID != "" && record.follows(tried) {
			return record, true, nil
		}
		if !change(&record) {
			return record, false, nil
		}
		saved, err := r.Save(ctx, record)
		if err != nil || saved {
			return record, saved, err
		}
		tried = record
	}
	return record, false, fmt.Errorf("change record of worker %s: %w", workerSID, errBusy)
}

// follows reports whether a record is the one that was to be saved: DynamoDB had written it, its
// answer was lost, and the SDK's second request found the first one's write.
func (r Record) follows(tried Record) bool {
	return r.version == tried.version+1 && maps.Equal(encode(r), encode(tried))
}
