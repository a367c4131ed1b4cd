// Chooses the size of the lists' letters: as large as fits on a wall's screen, down to a limit.

const scales = [1.25, 1.18, 1.1, 1, 0.92, 0.85, 0.78, 0.72, 0.66, 0.6];

export function fit() {
  const root = document.documentElement;
  for (const scale of innerWidth > 900 ? scales : [1]) {
    root.style.setProperty('--scale', scale);
    if (root.scrollHeight <= innerHeight) return;
  }
}
