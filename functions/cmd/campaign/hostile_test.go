package main

import (
	"reflect"
	"strings"
	"testing"

	"switchboard/functions/internal/account"
)

// TestHostilityKeepsThePlan: -hostile changes no other draw of a seed.
func TestHostilityKeepsThePlan(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		calm, stormy := drawPlan(seed), drawPlan(seed)
		stormy.drawHostility()
		if stormy.hostile == nil {
			t.Fatal("nothing hostile was drawn")
		}
		stormy.hostile = nil
		if stormy.crm != calm.crm && calm.crm {
			t.Errorf("seed %d: -hostile removed the CRM", seed)
		}
		stormy.crm = calm.crm
		for n := range stormy.callers {
			stormy.callers[n].from, stormy.callers[n].withoutTo = calm.callers[n].from, false
		}
		for n := range stormy.workers {
			stormy.workers[n].contact, stormy.workers[n].attributes = calm.workers[n].contact, calm.workers[n].attributes
		}
		for _, p := range []*plan{&calm, &stormy} {
			for n := range p.callers {
				p.callers[n].steps = nil // functions are not comparable
			}
			for n := range p.workers {
				p.workers[n].phones = nil
			}
		}
		if !reflect.DeepEqual(stormy, calm) {
			t.Errorf("seed %d: %+v, without -hostile %+v", seed, stormy, calm)
		}
	}
}

// TestHostilityIsDrawn checks that each hostile draw happens within a few hundred worlds, and that
// a seed draws the same twice.
func TestHostilityIsDrawn(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for seed := range uint64(400) {
		p, again := drawPlan(seed), drawPlan(seed)
		p.drawHostility()
		again.drawHostility()
		h := p.hostile
		if !reflect.DeepEqual(h, again.hostile) {
			t.Fatalf("seed %d: %+v, then %+v", seed, h, again.hostile)
		}
		for _, o := range h.operators {
			seen["an operator redirects to "+o.url] = true
			seen["an operator acts after the queue"] = seen["an operator acts after the queue"] || o.afterQueue
		}
		for _, f := range h.foreign {
			seen["a foreign task on "+f.channel] = true
			seen["a foreign task without a call"] = seen["a foreign task without a call"] || !strings.Contains(f.attributes, "call_sid")
		}
		for _, s := range h.scripts {
			seen[[...]string{"replace", "drop", "number", "character", "utf8", "letters", "account"}[s.edit]] = true
		}
		for _, c := range p.callers {
			seen["from "+c.from] = true
			seen["To is empty"] = seen["To is empty"] || c.to() == ""
		}
		for _, m := range p.workers {
			seen["two contacts"] = seen["two contacts"] || strings.Contains(m.attributes, premiumNumber)
		}
		seen["two verbs"] = seen["two verbs"] || h.ownTwiML == twoVerbs
		seen["two actions"] = seen["two actions"] || h.ownTwiML == twoActions
		seen["the CRM refuses a caller"] = seen["the CRM refuses a caller"] || h.crm.status == 404
		seen["the CRM is down"] = seen["the CRM is down"] || h.crm.until > 0
		seen["patience"] = seen["patience"] || h.patience > 0
		seen["logs"] = seen["logs"] || h.logs
		seen["connect"] = seen["connect"] || h.connect
	}
	for _, want := range []string{
		"an operator redirects to " + account.BaseURL + "/enqueue",
		"an operator redirects to " + customerURL + backPath, "an operator acts after the queue",
		"a foreign task on chat", "a foreign task on default", "a foreign task on voice", "a foreign task without a call",
		"replace", "drop", "number", "character", "utf8", "letters", "account", "from " + withheldNumber, "from anonymous", "from client:anna",
		"To is empty", "two contacts", "two verbs", "two actions", "the CRM refuses a caller", "the CRM is down", "patience", "logs", "connect",
	} {
		if !seen[want] {
			t.Errorf("never drawn: %s", want)
		}
	}
}
