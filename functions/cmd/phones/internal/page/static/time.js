// The stage's time, which runs at the stage's pace between two frames.

let shown = 0;
let pace = 1;
let since = 0;

export function set(view) {
  shown = Date.parse(view.now);
  pace = view.pace;
  since = performance.now();
}

export const now = () => shown + (performance.now() - since) * pace;
/** Whether words take the time that speaking takes. */
export const isSpoken = () => pace === 1 || pace === 0;

/** A time of day, in the browser's zone. */
export const ofDay = (at) => new Date(at).toLocaleTimeString([], {hour12: false});

/** Seconds from then until now, or until then. */
export const passed = (then) => Math.max(0, Math.floor((now() - Date.parse(then)) / 1000));
export const left = (then) => Math.max(0, Math.ceil((Date.parse(then) - now()) / 1000));
