// What pointer, wheel and keys do on a plot.

/** Pixels that a drag has to be long, so that a click is none. */
const shortest = 6;

/**
 * Listens to a plot.
 *
 * @param {import('./plot.js').Plot} plot
 * @param {object} gestures
 * @param {(x: ?number, isKey?: boolean) => void} gestures.oncursor - the cross was moved
 * @param {(from: number, to: number) => void} gestures.onrange - a range was chosen
 * @param {() => void} gestures.onreset - all is to be seen
 * @param {(factor: number, about: number) => void} gestures.onzoom
 * @param {(share: number) => void} gestures.onpan - by a share of the range
 */
export function watchGestures(plot, { oncursor, onrange, onreset, onzoom, onpan }) {
  const { canvas } = plot;
  let start = null;
  const pixels = (event) => event.clientX - canvas.getBoundingClientRect().left;

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !plot.view) return;
    start = pixels(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!plot.view) return;
    const place = pixels(event);
    if (start !== null && Math.abs(place - start) >= shortest)
      plot.selection = [plot.valueAt(start), plot.valueAt(place)];
    oncursor(plot.valueAt(place));
  });
  canvas.addEventListener("pointerup", () => {
    const chosen = plot.selection;
    start = null;
    plot.selection = null;
    if (chosen) onrange(Math.min(...chosen), Math.max(...chosen));
  });
  canvas.addEventListener("pointercancel", () => {
    start = null;
    plot.selection = null;
    oncursor(null);
  });
  canvas.addEventListener("pointerleave", () => {
    if (start === null) oncursor(null);
  });
  canvas.addEventListener("dblclick", onreset);
  canvas.addEventListener(
    "wheel",
    (event) => {
      // The bare wheel scrolls the page.
      if (!plot.view || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      onzoom(event.deltaY < 0 ? 0.8 : 1.25, plot.valueAt(pixels(event)));
    },
    { passive: false },
  );

  canvas.addEventListener("keydown", (event) => {
    if (!plot.view || event.ctrlKey || event.metaKey || event.altKey) return;
    const [from, to] = plot.view.range;
    const cursor = plot.cursor ?? (from + to) / 2;
    const keys = {
      ArrowLeft: () =>
        event.shiftKey ? onpan(-0.2) : oncursor(Math.max(cursor - (to - from) / 100, from), true),
      ArrowRight: () =>
        event.shiftKey ? onpan(0.2) : oncursor(Math.min(cursor + (to - from) / 100, to), true),
      Home: () => oncursor(from, true),
      End: () => oncursor(to, true),
      "+": () => onzoom(0.6, cursor),
      "=": () => onzoom(0.6, cursor),
      "-": () => onzoom(1 / 0.6, cursor),
      0: onreset,
      Escape: () => {
        if (start === null) return onreset();
        start = null;
        plot.selection = null;
        return plot.draw();
      },
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  canvas.addEventListener("blur", () => oncursor(null));
}
