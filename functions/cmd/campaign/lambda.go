package main

import (
	"time"

	"switchboard/functions/internal/bundle"
	"switchboard/functions/internal/trigger"
	"switchboard/shared/ledger"
	"switchboard/shared/webhook"
)

const (
	// bridgeFunction is the function that reads BridgeQueue. It has no route.
	bridgeFunction   = "bridge"
	fallbackFunction = "/assignment/fallback"
)

// environment is an execution environment of a function. One of its fields is set.
type environment struct {
	stop     bundle.Stop
	consumer trigger.Consumer
	sweeper  trigger.Sweeper
}

// wiring changes the functions in a new environment; a nil field changes nothing. A test plants a
// defect with it.
type wiring struct {
	clients  func(function string, c *bundle.Clients)
	stop     func(function string, sound bundle.Stop, c bundle.Clients) bundle.Stop
	consumer func(sound trigger.Consumer) trigger.Consumer
	sweeper  func(sound trigger.Sweeper) trigger.Sweeper
	store    func(sound ledger.Store) ledger.Store // of the world
}

// lambda runs functions. An environment serves one invocation at a time and is then reused. It is
// lost when an invocation is killed in it.
type lambda struct {
	world *world
	idle  map[string][]environment
}

// timeout returns a function's timeout, as in template.yaml.
func timeout(function string) time.Duration {
	switch function {
	case "/assignment", fallbackFunction:
		return 5 * time.Second
	case "/enqueue", "/hold":
		return 10 * time.Second
	case bridgeFunction:
		return 45 * time.Second
	case recordingsFunction:
		return time.Minute
	case sweepFunction:
		return 2 * time.Minute
	}
	return 14 * time.Second
}

func (l *lambda) environment(i *invocation) environment {
	if _, struck := i.strikes(environmentLost); struck {
		clear(l.idle)
	}
	if idle := l.idle[i.function]; len(idle) > 0 {
		l.idle[i.function] = idle[:len(idle)-1]
		return idle[len(idle)-1]
	}
	pause := 120 * time.Millisecond
	if dice, struck := i.strikes(environmentCold); struck {
		pause = between(dice, time.Second, maxCold)
	}
	l.world.loop.Sleep(pause)
	return l.world.environment(i.function)
}

// environment creates an execution environment of a function.
func (w *world) environment(function string) (env environment) {
	clients := w.clients
	if w.wiring.clients != nil {
		w.wiring.clients(function, &clients)
	}
	switch function {
	case bridgeFunction:
		if env.consumer = w.settings.Bridge(clients); w.wiring.consumer != nil {
			env.consumer = w.wiring.consumer(env.consumer)
		}
	case recordingsFunction:
		env.consumer = w.settings.Recordings(clients)
	case sweepFunction:
		if env.sweeper = w.settings.Sweeper(clients); w.wiring.sweeper != nil {
			env.sweeper = w.wiring.sweeper(env.sweeper)
		}
	default:
		if env.stop = w.settings.Stop(function, clients); w.wiring.stop != nil {
			env.stop = w.wiring.stop(function, env.stop, clients)
		}
	}
	return env
}

// run runs a function in a free environment. It reports whether the function finished, that is, was
// not killed.
func (l *lambda) run(i *invocation, handle func(environment)) (finished bool) {
	env := l.environment(i)
	i.began = l.world.loop.Now()
	i.until = i.began.Add(timeout(i.function))
	machine := time.Now()
	defer func() {
		l.world.stalled = l.world.stalled || time.Since(machine) >= grain
		i.ended = l.world.loop.Now()
		if died := recover(); died != nil {
			if _, planned := died.(killed); !planned {
				panic(died)
			}
			return
		}
		l.idle[i.function] = append(l.idle[i.function], env)
	}()
	handle(env)
	return true
}

// webhook runs a function that answers a webhook. If the function is killed, API Gateway answers
// 500.
func (l *lambda) webhook(i *invocation, event webhook.Event) webhook.Answer {
	answer := webhook.Answer{StatusCode: 500, Headers: map[string]string{"Content-Type": "application/json"}, Body: `{"message":"Internal Server Error"}`}
	l.run(i, func(env environment) {
		if given, err := env.stop(i, event); err == nil {
			answer = given
		}
	})
	i.status = answer.StatusCode
	if l.world.hostile != nil && (i.function == "/assignment" || i.function == fallbackFunction) {
		i.answer = answer.Body
	}
	if i.status >= 500 && !i.forged {
		i.recordDamage(undelivered)
	}
	l.world.judgeAnswer(i, answer)
	return answer
}

// message runs a function that reads a queue. It reports whether SQS deletes the message.
func (l *lambda) message(i *invocation, m *trigger.Message) (done bool) {
	l.run(i, func(env environment) { done = m.Invoke(i, env.consumer) })
	i.status = 500
	if done {
		i.status = 200
	} else {
		i.recordDamage(undelivered)
	}
	return done
}
