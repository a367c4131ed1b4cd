// The figures in large type: what happens now, and the day so far.

import {element, timer} from './element.js';
import {lasts, passed, shortly, stopwatch} from './time.js';

const unknown = '–';

export function showFigures(board) {
  const {callers, workers, today, requests} = board;
  const of = (state) => workers.filter((worker) => worker.state === state).length;
  const on = workers ? workers.length - of('signed off') : 0;
  const alone = Boolean(callers?.length && workers && !of('available') && !of('ringing'));
  const level = today?.service_level;
  // The caller who waits now may be the one who waits longest today.
  const record = callers?.length && passed(callers[0].since) >= (today?.longest_wait_seconds ?? 0);
  document.getElementById('tiles').replaceChildren(
    tile('Waiting', callers ? String(callers.length) : unknown, callers ? 'callers now' : 'not read yet', alone),
    tile('Longest', callers?.length ? timer('span', callers[0].since) : unknown, callers?.length ? `now, in ${callers[0].queue || 'no queue'}` : 'now'),
    tile('Available', workers ? String(of('available')) : unknown, workers ? `of ${on} signed on` : 'not read yet', alone),
    tile('In time', typeof level === 'number' ? `${Math.floor(level * 100 + 1e-9)}%` : unknown, today ? `within ${today.within_seconds} s` : 'not read yet'),
    tile('Answered', today ? String(today.answered) : unknown, today ? `of ${today.calls} today` : 'not read yet'),
    tile('Abandoned', today ? String(today.abandoned) : unknown, today ? `since ${shortly(today.since)}` : 'not read yet'),
    tile('Longest', record ? timer('span', callers[0].since) : today ? stopwatch(today.longest_wait_seconds) : unknown, 'wait today'),
    tile('Messages', requests ? String(requests.messages) : unknown, oldest(requests)),
    tile('Call backs', requests ? String(requests.callbacks) : unknown, givenUp(requests)),
  );
}

function oldest(requests) {
  if (!requests) return 'not read yet';
  return requests.oldest ? `oldest ${shortly(requests.oldest)}` : 'to hear';
}

function givenUp(requests) {
  if (!requests) return 'not read yet';
  return requests.given_up ? `and ${requests.given_up} given up` : 'to make';
}

/** A figure with its name and a note. A long one is set smaller. */
function tile(name, figure, note, alert = false) {
  const text = figure.dataset ? lasts(figure.dataset.since) : figure;
  const long = text.length > (text.endsWith('%') ? 3 : 4);
  const made = element('div', '', element('dt', '', name), element('dd', long ? 'figure long' : 'figure', figure), element('dd', 'note', note));
  if (alert) made.dataset.alert = 'yes';
  return made;
}
