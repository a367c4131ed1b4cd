// What is wrong, in words: alarms, sources that cannot be read, with the remedy.

import {element} from './element.js';
import {ofDay, stopwatch, when} from './time.js';

const digits = '…0123: the last four digits of a caller’s number.';

let last = '';

export function showWarnings(board) {
  const lines = (board.alarms ?? []).map((alarm) => ['alarm', `ALARM since ${when(alarm.since)}: ${alarm.name}${alarm.text ? `: ${alarm.text}` : ''}`]);
  for (const {name, read, error, remedy} of board.sources) {
    if (error) lines.push(['', `${name}: ${read ? `as of ${ofDay(read)}` : 'not readable'}: ${error} (${remedy})`]);
  }
  if (board.no_alarms) lines.push(['', 'The stack has no alarms: deploy it with AlarmTopicArn.']);
  const text = JSON.stringify(lines);
  if (text === last) return; // a screen reader would read it again
  last = text;
  const warnings = document.getElementById('warnings');
  warnings.hidden = !lines.length;
  warnings.replaceChildren(...lines.map(([kind, words]) => element('p', kind, words)));
}

/** TaskRouter's own counts, which include tasks that are no calls, and what the digits are. */
export function showCounts(board) {
  const counts = board.taskrouter;
  const of = (...states) => states.reduce((sum, state) => sum + (counts.tasks[state] ?? 0), 0);
  document.getElementById('counts').textContent = counts
    ? `TaskRouter counts, with messages and call backs: ${of('pending', 'reserved')} tasks wait` +
      `${counts.longest_seconds ? `, the oldest for ${stopwatch(counts.longest_seconds)}` : ''}; ${of('assigned')} are assigned, ${of('wrapping')} are wrapping. ${digits}`
    : digits;
}
