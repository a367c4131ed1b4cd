// What phones sound like: spoken words in the document's language, recordings, ringing. Sound is an
// addition: everything is also text.

import {isSpoken} from './time.js';

let on = true;
let context = null;
const waiting = []; // {phone, words, language}
let speaking = null; // the phone whose words are spoken
const playing = new Map(); // phone -> Audio
const ringing = new Map(); // phone -> stop()

export function switchSound(to) {
  on = to;
  if (!on) {
    waiting.length = 0;
    window.speechSynthesis?.cancel();
    for (const phone of [...playing.keys(), ...ringing.keys()]) silence(phone);
  }
}

/** Browsers play nothing before a person has used the page. */
function audio() {
  if (!context && navigator.userActivation?.hasBeenActive && window.AudioContext) context = new AudioContext();
  return context;
}

/** Speaks words on a phone, after those that other phones speak. At another pace than ×1 they are text alone. */
export function say(phone, words, language) {
  if (!on || !isSpoken() || !window.speechSynthesis) return;
  waiting.push({phone, words, language: language || 'en-US'});
  next();
}

function next() {
  if (speaking || waiting.length === 0) return;
  const {phone, words, language} = waiting.shift();
  const utterance = new SpeechSynthesisUtterance(words);
  utterance.lang = language;
  const voices = speechSynthesis.getVoices();
  utterance.voice = voices.find((v) => v.lang === language) ?? voices.find((v) => v.lang.startsWith(language.slice(0, 2))) ?? null;
  utterance.rate = 1.1;
  speaking = phone;
  utterance.onend = utterance.onerror = () => {
    speaking = null;
    next();
  };
  speechSynthesis.speak(utterance);
}

/** Plays a recording of the application's. */
export function play(phone, address) {
  if (!on || !isSpoken()) return;
  const sound = new Audio(address);
  playing.set(phone, sound);
  sound.play().catch(() => {}); // the transcript names it
}

export function beep() {
  if (on) tone([1000], 0.4);
}

/** Ends what a phone says and plays. */
export function hush(phone) {
  playing.get(phone)?.pause();
  playing.delete(phone);
  for (let i = waiting.length - 1; i >= 0; i--) if (waiting[i].phone === phone) waiting.splice(i, 1);
  if (speaking === phone) window.speechSynthesis.cancel();
}

function silence(phone) {
  hush(phone);
  ring(phone, false);
}

/** Rings, or stops ringing. */
export function ring(phone, should) {
  if (!should || !on) {
    ringing.get(phone)?.();
    ringing.delete(phone);
    return;
  }
  if (ringing.has(phone)) return;
  const sound = () => tone([440, 480], 1);
  sound();
  const timer = setInterval(sound, 3000);
  ringing.set(phone, () => clearInterval(timer));
}

function tone(frequencies, seconds) {
  const at = audio();
  if (!at) return;
  const volume = new GainNode(at, {gain: 0.06});
  volume.connect(at.destination);
  for (const frequency of frequencies) {
    const oscillator = new OscillatorNode(at, {frequency});
    oscillator.connect(volume);
    oscillator.start();
    oscillator.stop(at.currentTime + seconds);
  }
}
