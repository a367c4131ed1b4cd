// Joins the parts: snapshots from the program go to the page, and clocks run on between two.

import {showFigures} from './figures.js';
import {fit} from './fit.js';
import {showCallers, showWorkers} from './lists.js';
import {write} from './element.js';
import * as time from './time.js';
import {showCounts, showWarnings} from './warnings.js';

/** Milliseconds after which a page that gets no snapshot says so. The program sends one every 5 s. */
const silence = 12_000;

let board = null;
const at = (id) => document.getElementById(id);

const source = new EventSource('events');
source.onmessage = (event) => {
  board = JSON.parse(event.data);
  time.set(board.at);
  write(at('desk'), board.desk || 'Desk');
  document.title = `${board.desk || 'Board'} – Switchboard`;
  showFigures(board);
  showWarnings(board);
  showCallers(board);
  showWorkers(board);
  showCounts(board);
  tick();
  fit();
};
addEventListener('resize', fit);

/** Lets every timer run on, and says if the page itself is old. */
function tick() {
  const gone = !board || time.sinceFrame() > silence;
  document.body.classList.toggle('gone', Boolean(board) && gone);
  if (board) {
    write(at('clock'), time.ofDay(time.now()));
    for (const timer of document.querySelectorAll('[data-since]')) write(timer, time.lasts(timer.dataset.since));
  }
  const since = board ? ` since ${time.ofDay(Date.parse(board.at))}` : '';
  write(at('fresh'), gone ? `no news${since}: is twilioctl board still running?` : 'live');
}

setInterval(tick, 1000);
