import { imagePoint } from './geometry.js';

const TAP_DISTANCE = 24;
const TAP_TIME = 320;

/**
 * Moves and zooms the view by mouse, pen and fingers, and draws the line of the profile.
 * @param {HTMLElement} element what takes the events
 * @param {import("./model.js").ViewModel} model
 * @param {import("./stage.js").Stage} stage
 */
export function takePointers(element, model, stage) {
  const pointers = new Map();
  let drag = null;
  let lastTap = null;

  const point = (place) => imagePoint(model.view, model.pane, place.x, place.y);

  element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 && event.button !== 1) return;
    const place = stage.locate(event);
    if (!place || event.target.closest('button, a')) return;
    event.preventDefault();
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (pointers.size === 1) {
      const isLine = model.options.tool === 'profile' && event.button === 0 && !event.shiftKey;
      const offset = { x: place.x - event.clientX, y: place.y - event.clientY };
      drag = { isLine, place, start: point(place), hasMoved: false, offset };
    } else {
      drag = null;
    }
  });

  element.addEventListener('pointermove', (event) => {
    const known = pointers.get(event.pointerId);
    if (!known) {
      if (event.pointerType !== 'touch') hover(event);
      return;
    }
    const moved = { x: event.clientX, y: event.clientY };
    if (pointers.size === 2) pinch(event.pointerId, known, moved);
    else if (drag?.isLine) drawLine(moved);
    else if (drag) {
      drag.hasMoved ||= Math.hypot(moved.x - drag.place.x + drag.offset.x, moved.y - drag.place.y + drag.offset.y) > 3;
      model.panBy(moved.x - known.x, moved.y - known.y);
    }
    pointers.set(event.pointerId, moved);
  });

  function hover(event) {
    const place = stage.locate(event);
    if (!place || !event.target.closest?.('.viewer-pane')) return;
    model.setCursor({ ...point(place), pane: place.id });
  }

  function drawLine(moved) {
    const end = point({ x: moved.x + drag.offset.x, y: moved.y + drag.offset.y });
    drag.hasMoved = true;
    model.setLine({ x0: drag.start.x, y0: drag.start.y, x1: end.x, y1: end.y, isBeingDrawn: true });
  }

  function pinch(identifier, known, moved) {
    const other = [...pointers.entries()].find(([id]) => id !== identifier)?.[1];
    if (!other) return;
    const before = Math.hypot(known.x - other.x, known.y - other.y);
    const after = Math.hypot(moved.x - other.x, moved.y - other.y);
    if (!stage.panes.size || before < 1) return;
    const target = document.elementFromPoint(other.x, other.y) ?? element;
    const place = stage.locate({ target, clientX: other.x, clientY: other.y });
    const middle = { x: place.x + (moved.x - other.x) / 2, y: place.y + (moved.y - other.y) / 2 };
    model.panBy((moved.x - known.x) / 2, (moved.y - known.y) / 2);
    model.zoomBy(after / before, middle.x, middle.y);
  }

  const end = (event) => {
    if (!pointers.delete(event.pointerId)) return;
    if (drag?.isLine && model.line) model.setLine({ ...model.line, isBeingDrawn: false });
    if (drag && !drag.hasMoved && event.type === 'pointerup') tap(event);
    drag = null;
    // The finger that stays goes on moving the view.
    if (pointers.size === 1) {
      const [{ x, y }] = pointers.values();
      drag = { isLine: false, hasMoved: true, place: { x, y }, offset: { x: 0, y: 0 } };
    }
  };
  element.addEventListener('pointerup', end);
  element.addEventListener('pointercancel', end);

  function tap(event) {
    if (event.pointerType === 'touch') {
      const now = performance.now();
      const isSecond = lastTap && now - lastTap.at < TAP_TIME
        && Math.hypot(event.clientX - lastTap.x, event.clientY - lastTap.y) < TAP_DISTANCE;
      lastTap = isSecond ? null : { at: now, x: event.clientX, y: event.clientY };
      if (isSecond) model.zoomBy(2, drag.place.x, drag.place.y);
    }
    model.setCursor({ ...point(drag.place), pane: drag.place.id, isFromKeyboard: event.pointerType === 'touch' });
  }

  element.addEventListener('dblclick', (event) => {
    const place = stage.locate(event);
    if (!place || event.target.closest('button, a') || model.options.tool === 'profile') return;
    if (event.sourceCapabilities?.firesTouchEvents) return;  // two taps are counted above
    event.preventDefault();
    model.zoomBy(event.shiftKey ? 0.5 : 2, place.x, place.y);
  });

  element.addEventListener('wheel', (event) => {
    const place = stage.locate(event);
    if (!place) return;
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    // Pinching on a touchpad comes as a wheel with the control key, in smaller steps.
    const speed = event.ctrlKey ? 0.01 : 0.0016;
    model.zoomBy(Math.exp(-Math.max(-400, Math.min(400, event.deltaY * lines)) * speed), place.x, place.y);
  }, { passive: false });

  element.addEventListener('pointerleave', (event) => {
    if (event.pointerType !== 'touch' && !pointers.size) model.setCursor(null);
  });
}
