// The files that were chosen last, kept by the browser.

const key = "usplit-recent";
const longest = 6;

/**
 * @param {string} kind - `image` or `model`
 * @returns {string[]} paths, the newest first
 */
export function recent(kind) {
  try {
    const all = JSON.parse(localStorage.getItem(key) ?? "{}");
    return Array.isArray(all[kind]) ? all[kind].filter((path) => typeof path === "string") : [];
  } catch {
    return [];
  }
}

/** Remembers a path as the newest. */
export function remember(kind, path) {
  const paths = [path, ...recent(kind).filter((each) => each !== path)].slice(0, longest);
  store(kind, paths);
}

/** Forgets a path, which is there no more. */
export function forget(kind, path) {
  store(
    kind,
    recent(kind).filter((each) => each !== path),
  );
}

function store(kind, paths) {
  try {
    const all = JSON.parse(localStorage.getItem(key) ?? "{}");
    localStorage.setItem(key, JSON.stringify({ ...all, [kind]: paths }));
  } catch {
    // A browser that keeps nothing has no recent files; all else works.
  }
}
