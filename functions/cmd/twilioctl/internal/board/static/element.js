// Small steps with the document.

/** Makes an element with a class and a text, or children; a child that is null is left out. */
export function element(tag, name, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Sets a text only if it differs, so that screen readers do not read it again. */
export function write(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** A timer that main.js lets run. */
export function timer(tag, since) {
  const made = element(tag, 'timer');
  if (since) made.dataset.since = since;
  return made;
}
