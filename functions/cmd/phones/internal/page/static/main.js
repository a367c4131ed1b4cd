// Joins the parts: frames from the program go to phones and story, buttons to the program.

import {act, listen} from './api.js';
import {element, write} from './element.js';
import {Phone} from './phone.js';
import * as sound from './sound.js';
import * as story from './story.js';
import * as time from './time.js';

const at = (id) => document.getElementById(id);
const phones = new Map(); // address -> Phone
let view = null;
let opened = ''; // the text of the file that a person opened

listen((frame) => {
  if (frame.first) begin(frame);
  time.set(frame.view);
  view = frame.view;
  for (const phone of view.phones) {
    if (!phones.has(phone.address)) add(phone);
    phones.get(phone.address).update(phone);
  }
  story.add(frame.lines);
  for (const line of frame.lines) {
    for (const address of line.phones) phones.get(address)?.hear(line, frame.run, !frame.first);
  }
  story.show(view);
  showControls();
}, (there) => {
  if (!there) complain({error: 'The program does not answer. Is make phones still running?'});
  else if (at('notice').dataset.kind === 'gone') complain(null);
  if (!there) at('notice').dataset.kind = 'gone';
});

/** Begins a new stage: nothing of the last one stays. */
function begin(frame) {
  for (const address of phones.keys()) {
    sound.hush(address);
    sound.ring(address, false);
  }
  phones.clear();
  at('callers').replaceChildren();
  at('workers').replaceChildren();
  story.clear();
  const chosen = at('scenarios').value;
  at('scenarios').replaceChildren(...(frame.scenarios ?? []).map((name) => element('option', {value: name, textContent: name.replace(/\.ya?ml$/, '')})));
  if (chosen) at('scenarios').value = chosen;
  at('scenarios').hidden = at('play').hidden = !(frame.scenarios ?? []).length;
  at('target').replaceChildren(...frame.view.targets.map((name) =>
    element('option', {value: name, textContent: name === 'any' ? 'whichever comes next' : name})));
}

function add(phone) {
  const made = new Phone(phone, view.numbers ?? [], complain);
  phones.set(phone.address, made);
  at(phone.role === 'worker' ? 'workers' : 'callers').append(made.root);
}

function showControls() {
  const more = view.more ? ` (${view.more} more phones are not shown)` : '';
  const verdict = view.over ? `: ${view.unmet.length ? 'not as expected' : 'as expected'}` : '';
  write(at('title'), view.title + verdict + more);
  if (view.over && view.unmet.length && !at('notice').dataset.kind) complain({error: view.unmet.join('\n')});
  for (const pace of [0, 1, 4]) at(`pace${pace}`).setAttribute('aria-pressed', String(view.pace === pace));
  at('step').hidden = view.pace !== 0;
  for (const button of document.querySelectorAll('[data-fault]')) {
    const set = view.faults[button.dataset.fault];
    const pressed = Boolean(set) && (typeof set !== 'string' || (button.dataset.of ?? set) === set);
    button.setAttribute('aria-pressed', String(pressed));
    button.title = typeof set === 'string' && set ? `waits for: ${set}` : '';
    button.hidden = !view.own && !['lose', 'double'].includes(button.dataset.fault);
  }
}

/** Shows why something failed, with the faulty line of an opened file; null takes it away. */
function complain(refusal) {
  const notice = at('notice');
  notice.hidden = !refusal;
  notice.replaceChildren();
  notice.dataset.kind = refusal ? 'refused' : '';
  if (!refusal) return;
  notice.append(element('p', {textContent: refusal.error}));
  const line = opened.split('\n')[refusal.line - 1];
  if (refusal.line && line !== undefined) notice.append(element('pre', {textContent: `${refusal.line}  ${line}`}));
}

for (const pace of [0, 1, 4]) at(`pace${pace}`).onclick = async () => complain(await act('pace', {pace}));
at('step').onclick = async () => complain(await act('step'));
at('restart').onclick = async () => complain(await act('restart'));
at('play').onclick = async () => {
  opened = '';
  complain(await act('play file', {name: at('scenarios').value}));
};
at('open').onclick = () => at('file').click();
at('file').onchange = async () => {
  const [file] = at('file').files;
  at('file').value = '';
  if (!file) return;
  opened = await file.text();
  complain(await act('play', {name: file.name, text: opened}));
};
at('all').onchange = () => at('story').classList.toggle('all', at('all').checked);
at('sound').onclick = () => {
  const on = at('sound').getAttribute('aria-pressed') !== 'true';
  at('sound').setAttribute('aria-pressed', String(on));
  sound.switchSound(on);
};
for (const button of document.querySelectorAll('[data-fault]')) {
  button.onclick = async () => {
    const target = button.dataset.of ?? at('target').value;
    const set = button.getAttribute('aria-pressed') === 'true';
    complain(await act('fault', {name: button.dataset.fault, of: set ? '' : target}));
  };
}

setInterval(() => {
  if (!view) return;
  write(at('clock'), time.ofDay(time.now()));
  story.show(view);
  for (const phone of phones.values()) phone.tick();
}, 250);
