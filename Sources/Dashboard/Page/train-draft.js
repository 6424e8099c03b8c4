// A form that is half filled in, kept while the tab is open.

const key = "usplit-train-draft";

/** @returns {?object} what was kept */
export function readDraft() {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** Keeps a draft; null forgets it. */
export function keepDraft(draft) {
  try {
    if (draft === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Without storage the form is empty when one comes back to it, as forms are.
  }
}
