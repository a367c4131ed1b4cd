// Who waits, and what each worker does.

import {element, timer} from './element.js';
import {ofDay, when} from './time.js';

/** The number of callers that are listed one by one: a screen on a wall does not scroll. */
const most = 24;

/** The number of workers from which on they have three columns. */
const many = 32;

const at = (id) => document.getElementById(id);

export function showCallers(board) {
  heading('waiting-title', 'Waiting callers', board, ['callers', 'calls']);
  const callers = board.callers ?? [];
  at('no-callers').hidden = callers.length > 0;
  at('no-callers').textContent = board.callers ? 'No caller waits.' : 'Not read yet.';
  const more = callers.length - most;
  at('more-callers').hidden = more <= 0;
  at('more-callers').textContent = `and ${more} more, who have waited less`;
  at('callers').replaceChildren(...callers.slice(0, most).map((caller) => {
    const notes = [caller.queue || '–', caller.priority ? `priority ${caller.priority}` : '', caller.rings ? `${caller.rings} rings` : ''];
    return element('tr', '', element('td', 'number', caller.number || 'caller'), timer('td', caller.since),
      element('td', 'language', caller.language || '–'), element('td', 'queue', notes.filter(Boolean).join(' · ')));
  }));
}

const states = ['available', 'ringing', 'talking', 'wrapping up', 'away', 'signed off'];

export function showWorkers(board) {
  heading('staff-title', 'Workers', board, ['workers', "workers' record", 'calls']);
  const workers = board.workers ?? [];
  at('no-workers').hidden = workers.length > 0;
  at('no-workers').textContent = board.workers ? 'The workspace has no worker.' : 'Not read yet.';
  at('workers').classList.toggle('many', workers.length >= many);
  at('workers').replaceChildren(...states.map((state) => group(state, workers.filter((worker) => worker.state === state))).filter(Boolean));
}

/** The workers of one state; null if there are none. */
function group(state, workers) {
  if (!workers.length) return null;
  const title = element('h3', '', `${state[0].toUpperCase()}${state.slice(1)} · ${workers.length}`);
  const names = workers.map((worker) => worker.name).join(', ');
  const list = state === 'signed off' ? element('p', 'names', names) : element('ul', '', ...workers.map(row));
  const made = element('div', 'group', title, list);
  made.dataset.state = state;
  return made;
}

function row(worker) {
  const until = worker.until ? `until ${when(worker.until)}` : '';
  // The number of missed calls says why.
  const reason = worker.missed && worker.detail === 'missed call' ? '' : worker.detail;
  const detail = [reason, until].filter(Boolean).join(', ');
  const missed = worker.missed ? element('span', 'missed', `${worker.missed} missed`) : null;
  return element('li', '', element('span', 'name', worker.name), element('span', 'detail', detail), missed, timer('span', worker.since));
}

/** Writes a heading, with the age of what is below it if a source of that cannot be read. */
function heading(id, text, board, names) {
  const late = board.sources.filter((source) => names.includes(source.name) && source.error && source.read).map((source) => source.read).sort()[0];
  at(id).replaceChildren(text, ...(late ? [' ', element('span', 'late', `as of ${ofDay(late)}`)] : []));
}
