// Small steps with the document.

/** Makes an element with properties and children; a child that is null is left out. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Sets a text only if it differs, so that screen readers do not read it again. */
export function write(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Shortens the SIDs in a text, as in CA1c52cc…. */
export const short = (text) => text.replace(/\b([A-Z]{2}[0-9a-f]{6})[0-9a-f]{26}\b/g, '$1…');

/** Scrolls a list to its end if it was there before change. */
export function keepAtEnd(list, change) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  change();
  if (atEnd) list.scrollTop = list.scrollHeight;
}
