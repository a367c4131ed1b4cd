// The figures in large type: what happens now, and the day so far.

import {element, timer} from './element.js';
import {stopwatch, when} from './time.js';

const unknown = '–';

export function showFigures(board) {
  const {callers, workers, today, requests} = board;
  const of = (state) => workers.filter((worker) => worker.state === state).length;
  const on = workers ? workers.length - of('signed off') : 0;
  const alone = Boolean(callers?.length && workers && !of('available') && !of('ringing'));
  const level = today?.service_level;
  document.getElementById('tiles').replaceChildren(
    tile('Waiting', callers ? String(callers.length) : unknown, callers ? 'callers now' : 'not read yet', alone),
    tile('Longest now', callers?.length ? timer('span', callers[0].since) : unknown, callers?.length ? `in ${callers[0].queue || 'no queue'}` : 'no caller waits'),
    tile('Available', workers ? String(of('available')) : unknown, workers ? `of ${on} signed on` : 'not read yet', alone),
    tile('In time', typeof level === 'number' ? `${Math.floor(level * 100 + 1e-9)} %` : unknown, today ? `within ${today.within_seconds} s today` : 'not read yet'),
    tile('Answered', today ? String(today.answered) : unknown, today ? `of ${today.calls} today` : 'not read yet'),
    tile('Abandoned', today ? String(today.abandoned) : unknown, today ? `since ${when(today.since)}` : 'not read yet'),
    tile('Longest wait', today ? stopwatch(today.longest_wait_seconds) : unknown, 'today'),
    tile('To do', requests ? String(requests.messages + requests.callbacks + requests.given_up) : unknown, todo(requests)),
  );
}

/** What callers left, in words. */
function todo(requests) {
  if (!requests) return 'not read yet';
  const parts = [];
  if (requests.messages) parts.push(`${requests.messages} msg`);
  if (requests.callbacks) parts.push(`${requests.callbacks} call back`);
  if (requests.given_up) parts.push(`${requests.given_up} lost`);
  return parts.join(', ') || 'nothing left';
}

function tile(name, figure, note, alert = false) {
  const made = element('div', '', element('dt', '', name), element('dd', 'figure', figure), element('dd', 'note', note));
  if (alert) made.dataset.alert = 'yes';
  return made;
}
