// The center: the queue, tasks and reservations, and every line of the trace.

import {element, keepAtEnd, short, write} from './element.js';
import * as time from './time.js';

const list = document.getElementById('story');
const webhooks = new Map(); // line ID -> item

export function clear() {
  list.replaceChildren();
  webhooks.clear();
}

/** Adds lines. An answer goes to its webhook. */
export function add(lines) {
  keepAtEnd(list, () => {
    for (const line of lines) {
      const webhook = webhooks.get(line.of);
      if (webhook) answer(webhook, line);
      else list.append(item(line));
    }
    while (list.children.length > 1500) list.firstElementChild.remove();
  });
}

function item(line) {
  const made = element('li', {className: `line ${line.kind}`},
    element('time', {textContent: time.ofDay(line.at), dateTime: line.at}),
    element('div', {className: 'what'}, element('p', {textContent: short(line.sentence)})));
  if (minor(line)) made.classList.add('minor');
  if (line.method) made.lastElementChild.append(request(line));
  if (line.kind === 'webhook') webhooks.set(line.id, made);
  return made;
}

/** Lines that the story is clear without. */
function minor(line) {
  return line.kind === 'webhook' && /^(TaskRouter reports|Twilio reports)/.test(line.sentence) ||
    line.kind === 'rest' && line.method === 'GET' && line.status < 400;
}

function request(line) {
  const status = line.status ? ` → ${line.status}` : '';
  const headline = element('summary', {textContent: short(`${line.method} ${line.path}${status}`), title: line.path});
  const form = line.form ?? [];
  const details = element('details', {}, headline, element('pre', {textContent: form.join('\n') || 'no parameters', tabIndex: 0}));
  return element('div', {className: 'request'}, details, line.kind === 'rest' ? null : body(line.document));
}

function body(lines) {
  const text = short((lines ?? []).join('\n'));
  return text ? element('pre', {className: 'document', textContent: text, tabIndex: 0}) : null;
}

function answer(webhook, line) {
  const what = webhook.querySelector('.what');
  const summary = what.querySelector('summary');
  summary.textContent += ` → ${line.status || 'no answer'} ${line.type ?? ''}`;
  if (!line.status || line.status >= 300) webhook.classList.remove('minor');
  if (!webhook.classList.contains('minor')) what.append(element('p', {className: 'answer', textContent: short(line.sentence)}));
  what.append(...[body(line.document)].filter(Boolean));
  webhook.classList.toggle('failed', !line.status || line.status >= 400);
}

/** Shows the queue, the tasks and the reservations. */
export function show(view) {
  rows('queue', view.queue.map((caller) => `${caller.name} waits, ${time.passed(caller.since)} s`), 'No caller waits.');
  rows('tasks', view.tasks.map((task) => `${task.caller}: ${task.status}${task.reason ? ` (${task.reason})` : ''}`), 'No task yet.');
  rows('offers', view.reservations.map((r) =>
    `${r.worker} for ${r.caller}: ${r.status}${r.status === 'pending' ? `, ${time.left(r.deadline)} s left` : ''}`), 'No reservation yet.');
}

function rows(id, texts, none) {
  const target = document.getElementById(id);
  const wanted = texts.length ? texts.map((text) => text[0].toUpperCase() + text.slice(1)) : [none];
  while (target.children.length > wanted.length) target.lastElementChild.remove();
  wanted.forEach((text, i) => {
    if (!target.children[i]) target.append(element('li'));
    write(target.children[i], text);
  });
}
