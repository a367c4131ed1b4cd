// The desk's time runs on between two snapshots. Times of day are those of the browser's machine.

let shown = 0;
let since = 0;

export function set(at) {
  shown = Date.parse(at);
  since = performance.now();
}

/** Milliseconds since the last snapshot. */
export const sinceFrame = () => performance.now() - since;

export const now = () => shown + sinceFrame();

export const ofDay = (at) => new Date(at).toLocaleTimeString('en-GB');

const isToday = (at) => new Date(at).toDateString() === new Date(now()).toDateString();
const minute = (at) => ofDay(at).slice(0, 5);
const date = (at) => new Date(at).toLocaleDateString('en-GB', {day: 'numeric', month: 'short'});

/** A time of day, with its date if that is not today. */
export const when = (at) => (isToday(at) ? minute(at) : `${date(at)} ${minute(at)}`);

/** A time of day, or the date if that is not today. */
export const shortly = (at) => (isToday(at) ? minute(at) : date(at));

/** Seconds since then. */
export const passed = (then) => (now() - Date.parse(then)) / 1000;

/** How long ago, as a stopwatch shows it: 4:31, 1:04:31. */
export const lasts = (then) => stopwatch(passed(then));

export function stopwatch(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
