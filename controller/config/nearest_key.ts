/**
 * Guesses which key was meant.
 *
 * @module
 */

/** A guess further away than this share of the word is none. */
const DISTANCE_SHARE_MAX = 0.4;

/** The key that is closest to a word, or undefined if none is close. */
export function nearestKey(word: string, keys: readonly string[]): string | undefined {
  const distances = keys.map((key) => ({ key, distance: editDistance(word, key) }));
  const nearest = distances.sort((left, right) => left.distance - right.distance)[0];
  if (nearest === undefined) return undefined;
  const limit = Math.max(1, Math.floor(nearest.key.length * DISTANCE_SHARE_MAX));
  return nearest.distance <= limit ? nearest.key : undefined;
}

/** Levenshtein distance; letters of another case are the same. */
export function editDistance(source: string, target: string): number {
  const sourceLetters = [...source.toLowerCase()];
  const targetLetters = [...target.toLowerCase()];
  let previous = Array.from({ length: targetLetters.length + 1 }, (_, index) => index);
  for (const [row, sourceLetter] of sourceLetters.entries()) {
    const current = [row + 1];
    for (const [column, targetLetter] of targetLetters.entries()) {
      const replaced = (previous[column] ?? 0) + (sourceLetter === targetLetter ? 0 : 1);
      const removed = (previous[column + 1] ?? 0) + 1;
      const added = (current[column] ?? 0) + 1;
      current.push(Math.min(replaced, removed, added));
    }
    previous = current;
  }
  return previous[targetLetters.length] ?? 0;
}
