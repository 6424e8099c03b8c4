/**
 * Makes a list of listeners by the name of what they listen to.
 * @returns {{on: (name: string, listener: Function) => void, emit: (name: string, detail?: any) => void}}
 */
export function makeSignals() {
  const listeners = new Map();
  return {
    on(name, listener) {
      if (!listeners.has(name)) listeners.set(name, []);
      listeners.get(name).push(listener);
    },
    emit(name, detail) {
      for (const listener of listeners.get(name) ?? []) listener(detail);
    },
  };
}

/**
 * Makes a function that runs at most every `interval` ms and always for the last call.
 * @param {number} interval
 * @param {Function} action
 */
export function throttled(interval, action) {
  let timer = 0;
  let last = -Infinity;
  let latest = [];
  const run = () => {
    timer = 0;
    last = performance.now();
    action(...latest);
  };
  const call = (...values) => {
    latest = values;
    if (!timer) timer = setTimeout(run, Math.max(0, last + interval - performance.now()));
  };
  call.cancel = () => { clearTimeout(timer); timer = 0; };
  return call;
}

/**
 * Makes a function that runs once calls have stopped for `delay` ms.
 * @param {number} delay
 * @param {Function} action
 */
export function settled(delay, action) {
  let timer = 0;
  const call = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), delay);
  };
  call.cancel = () => clearTimeout(timer);
  return call;
}
