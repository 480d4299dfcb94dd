// Long work in short pieces: a key that is pressed meanwhile is answered with the next picture.

const SLICE_MS = 8;

/** Return a function to be awaited between pieces of work; once the slice is used up, it lets others go first. */
export function slices(): () => Promise<void> {
  let begun = performance.now();
  return async () => {
    if (performance.now() - begun < SLICE_MS) return;
    await new Promise((then) => setTimeout(then));
    begun = performance.now();
  };
}
