// Chooses the size of the lists' letters: as large as fits on a wall's screen, down to a limit.

const scales = [1.25, 1.2, 1.15, 1.1, 1.05, 1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6];

export function fit() {
  const root = document.documentElement;
  for (const scale of innerWidth > 900 ? scales : [1]) {
    root.style.setProperty('--scale', scale);
    if (root.scrollHeight <= innerHeight) return;
  }
}
