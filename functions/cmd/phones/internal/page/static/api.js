// What the page asks of the program, and what the program tells it.

/** Does a deed. It resolves to null, or to what the program answers a deed that fails: {error, line}. */
export async function act(deed, details = {}) {
  try {
    const answer = await fetch('do', {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({do: deed, ...details}),
    });
    return answer.ok ? null : await answer.json();
  } catch {
    return {error: 'The program does not answer. Is make phones still running?'};
  }
}

/** Listens to the program's frames, and to whether it is there. */
export function listen(onFrame, onPresence) {
  const source = new EventSource('events');
  source.onmessage = (event) => {
    onPresence(true);
    onFrame(JSON.parse(event.data));
  };
  source.onerror = () => onPresence(false);
}
