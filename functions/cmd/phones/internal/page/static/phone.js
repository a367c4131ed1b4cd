// A telephone: what its person hears and can do.

import {act} from './api.js';
import {element, keepAtEnd, short, write} from './element.js';
import {record} from './microphone.js';
import * as sound from './sound.js';
import * as time from './time.js';

const states = {
  dialing: () => 'is calling',
  ringing: () => 'rings',
  waiting: (call) => `waits in the queue, ${time.passed(call.since)} s`,
  talking: (call) => `talks with ${call.with}, ${time.passed(call.since)} s`,
  connected: (call) => `is on the line, ${time.passed(call.since)} s`,
  over: () => 'call is over',
};

export class Phone {
  /** complain(refusal or null) shows what went wrong. */
  constructor(view, numbers, complain) {
    this.address = view.address;
    this.complain = complain;
    this.root = document.getElementById('phone').content.firstElementChild.cloneNode(true);
    this.find = (selector) => this.root.querySelector(selector);
    this.mine = false; // whether this page placed or answered the call
    const title = this.find('h2');
    title.textContent = view.name;
    title.id = `phone-${view.address.replace(/\W/g, '')}`;
    this.root.setAttribute('aria-labelledby', title.id);
    this.find('.transcript').setAttribute('aria-label', `What ${view.name} hears`);
    this.find('.number').setAttribute('aria-label', `Number that ${view.name} dials`);
    this.find('.words input').setAttribute('aria-label', `${view.name} says`);
    this.find('.number').append(...numbers.map(({number, duty}) =>
      element('option', {value: number, textContent: duty ? `${number} (sign on or off)` : number})));
    if (view.role === 'worker') this.find('.number').value = numbers.find(({duty}) => duty)?.number ?? numbers[0]?.number ?? '';
    this.find('.keys').append(...[...'123456789*0#'].map((key) => element('button', {
      type: 'button', textContent: key, onclick: () => this.press(key), 'aria-label': {'*': 'star', '#': 'pound'}[key] ?? key,
    })));
    this.connect(view);
    this.update(view);
  }

  connect(view) {
    this.find('.dial').onclick = () => this.do('dial', {phone: this.address, to: this.find('.number').value});
    for (const [selector, deed] of [['.pick', 'pick up'], ['.decline', 'decline'], ['.hangup', 'hang up']]) {
      this.find(selector).onclick = () => this.do(deed, {call: this.call?.sid});
    }
    this.find('.sign').onclick = () => this.do(this.available ? 'sign off' : 'sign on', {phone: view.worker});
    this.find('.speak').onclick = () => this.speak(!this.speaks);
    this.find('.words').onsubmit = (event) => {
      event.preventDefault();
      const input = this.find('.words input');
      if (input.value.trim()) this.do('say', {call: this.call?.sid, words: input.value.trim()});
      input.value = '';
    };
    this.root.onkeydown = (event) => {
      const typing = event.target.closest('input, select, textarea');
      if (typing || event.ctrlKey || event.altKey || event.metaKey || !/^[0-9*#]$/.test(event.key)) return;
      if (!this.find('.talking').hidden) this.press(event.key);
    };
  }

  async do(deed, details) {
    this.mine = true;
    this.complain(await act(deed, details));
  }

  press(key) {
    void this.do('press', {call: this.call?.sid, key});
  }

  speak(speaks) {
    this.speaks = speaks;
    const button = this.find('.speak');
    button.setAttribute('aria-pressed', String(speaks));
    write(button, speaks ? 'Fall silent' : 'Speak');
    void this.do(speaks ? 'speak' : 'fall silent', {call: this.call?.sid});
  }

  /** Shows the phone as it is now. */
  update(view) {
    const call = view.call;
    const state = call?.state ?? 'over';
    this.call = call;
    this.available = view.available;
    this.root.dataset.state = state;
    this.root.classList.toggle('scripted', view.scripted);
    this.tick();
    write(this.find('.activity'), view.activity ?? '');
    const sign = this.find('.sign');
    sign.hidden = !view.movable;
    write(sign, view.available ? 'Sign off' : 'Sign on');
    this.show('.dialing', state === 'over' && !view.scripted && this.find('.number').length > 0);
    this.show('.answering', state === 'ringing' && !view.scripted);
    this.show('.talking', ['dialing', 'waiting', 'talking', 'connected'].includes(state) && (call?.outgoing || state !== 'dialing') && !view.scripted);
    this.find('.script').hidden = !view.scripted;
    sound.ring(this.address, state === 'ringing');
    this.listenIn(Boolean(call?.recording) && !view.scripted);
    if (state === 'over') this.mine = false;
  }

  /** Shows or hides a part; the focus moves on with what replaces the part. */
  show(selector, visible) {
    const part = this.find(selector);
    if (part.hidden === !visible) return;
    const focused = part.contains(document.activeElement);
    part.hidden = !visible;
    if (focused && !visible) this.lostFocus = true;
    if (visible && this.lostFocus) {
      this.lostFocus = false;
      part.querySelector('button')?.focus();
    }
  }

  /** Shows the time that has passed. */
  tick() {
    const state = this.call ? states[this.call.state](this.call) : 'is free';
    write(this.find('.status'), state);
  }

  /** Begins and ends a <Record>. */
  async listenIn(recording) {
    if (recording === Boolean(this.taping)) return;
    this.taping = recording;
    this.find('.speak').hidden = !recording;
    if (recording) {
      this.speaks = false;
      write(this.find('.speak'), 'Speak');
      this.find('.speak').setAttribute('aria-pressed', 'false');
      if (!this.mine) return;
      try {
        this.tape = await record((voice) => this.taping && this.speak(voice));
      } catch {
        this.add('note', 'No microphone: the recording is silent. “Speak” and “Fall silent” stand for your voice.');
      }
      if (!this.taping) await this.endTape();
    } else {
      await this.endTape();
    }
  }

  async endTape() {
    const tape = this.tape;
    this.tape = null;
    if (!tape) return;
    const address = await tape.stop();
    this.add('note', 'Your recording, which stays in this page: ', element('audio', {controls: true, src: address, 'aria-label': 'Your recording'}));
  }

  /** Adds a line of the story to the transcript. fresh lines also sound. */
  hear(line, run, fresh) {
    const own = line.call === this.call?.sid || line.kind !== 'does';
    if (line.quiet && fresh) sound.hush(this.address);
    switch (true) {
      case line.kind === 'hears' && Boolean(line.words):
        this.add('heard', line.words, null, line.language);
        if (fresh) sound.say(this.address, line.words, line.language);
        break;
      case line.kind === 'hears' && Boolean(line.beep):
        this.add('note', 'beep');
        if (fresh) sound.beep();
        break;
      case line.kind === 'hears':
        this.add('music', `♪ ${line.audio}${line.playable ? '' : ' (a recording that is not on this machine)'}`);
        if (fresh && line.playable) sound.play(this.address, `recordings/${run}/${line.id}`);
        break;
      case line.kind === 'does' && Boolean(line.words):
        this.add(own ? 'said' : 'heard', line.words);
        if (fresh && !own) sound.say(this.address, line.words, '');
        break;
      case line.kind === 'does' && Boolean(line.keys):
        if (own) this.add('said', `presses ${line.keys}`);
        break;
      case line.kind === 'call':
        this.add('note', short(line.sentence));
        break;
    }
  }

  add(kind, text, child = null, language = '') {
    const list = this.find('.transcript');
    keepAtEnd(list, () => {
      const item = element('p', {className: kind}, text, child);
      if (language) item.lang = language;
      list.append(item);
      while (list.children.length > 200) list.firstElementChild.remove();
    });
  }
}
