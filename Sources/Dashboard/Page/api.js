// Requests to the server. Every failure is an ApiError with a sentence for the user.

import { serverAnswered, serverIsAway } from "./notices.js";

const away = "The server cannot be reached. Is usplit serve still running, and the tunnel open?";

/** A request that failed, with the server's sentence. */
export class ApiError extends Error {
  /**
   * @param {number} status - the HTTP status; 0 where there was no answer
   * @param {string} sentence - what is wrong and what to do
   */
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

/** @returns {boolean} whether an error says that nobody wants the answer any more */
export function isAbort(error) {
  return error?.name === "AbortError";
}

async function send(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...options });
  } catch (error) {
    if (isAbort(error)) throw error;
    serverIsAway();
    throw new ApiError(0, away);
  }
  serverAnswered();
  if (response.ok || response.status === 304) return response;
  throw new ApiError(response.status, await sentence(response));
}

async function sentence(response) {
  const fallback =
    response.status === 401
      ? "The server does not know this browser. Open the link that usplit serve printed."
      : `The server answered ${response.status}.`;
  try {
    return (await response.json()).error || fallback;
  } catch {
    return fallback;
  }
}

/**
 * Appends what is asked to a path.
 *
 * @param {string} path
 * @param {object} query - null and undefined are left out
 */
export function address(path, query = {}) {
  const parts = Object.entries(query)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return parts.length ? `${path}?${parts.join("&")}` : path;
}

/** The address of a file of a run, such as a preview or a report. */
export function fileAddress(path) {
  return address("/api/file", { path });
}

/** Fetches JSON. */
export async function getJSON(url, { signal } = {}) {
  return (await send(url, { signal })).json();
}

/** Fetches bytes; the response, whose headers say what they are. */
export async function getBinary(url, { signal } = {}) {
  return send(url, { signal });
}

/** Sends JSON and returns what comes back. */
export async function postJSON(url, body, { signal } = {}) {
  const response = await send(url, {
    method: "POST",
    signal,
    headers: { "Content-Type": "application/json", "X-USplit": "1" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return text ? JSON.parse(text) : {};
}

/**
 * Sends a file to the server.
 *
 * @param {File} file
 * @param {{signal?: AbortSignal, onProgress?: (share: number) => void}} options
 * @returns {Promise<string>} its path on the server
 */
export function upload(file, { signal, onProgress } = {}) {
  // XMLHttpRequest, because fetch does not tell how much was sent.
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address("/api/upload", { name: file.name }));
    request.setRequestHeader("X-USplit", "1");
    request.responseType = "text";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress?.(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // The status below says enough.
      }
      if (request.status >= 200 && request.status < 300 && answer.path) resolve(answer.path);
      else reject(new ApiError(request.status, answer.error || `The server answered ${request.status}.`));
    });
    request.addEventListener("error", () =>
      reject(new ApiError(0, `${file.name} was not sent: the connection broke. Choose it again.`)),
    );
    request.addEventListener("abort", () => reject(new DOMException("cancelled", "AbortError")));
    signal?.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/**
 * Fetches JSON again and again.
 *
 * It asks with the last ETag, waits longer while the page is hidden, and longer each time that the
 * server does not answer.
 *
 * @param {string|(() => string)} url
 * @param {object} options
 * @param {AbortSignal} options.signal - ends it
 * @param {(data: object) => void} options.onData - called when something is new
 * @param {(error: ApiError) => void} [options.onError] - called when a request fails
 * @param {(data: ?object) => number} [options.pause] - milliseconds until the next request
 * @returns {{now(): void}} `now` asks at once
 */
export function poll(url, { signal, onData, onError, pause = () => 2000 }) {
  let tag = null;
  let tagURL = null;
  let last = null;
  let failures = 0;
  let timer = null;
  let isAsking = false;
  let isWanted = false;

  async function ask() {
    if (signal.aborted) return;
    if (isAsking) {
      isWanted = true;
      return;
    }
    clearTimeout(timer);
    isAsking = true;
    isWanted = false;
    const from = typeof url === "function" ? url() : url;
    try {
      const response = await send(from, {
        signal,
        headers: tag && from === tagURL ? { "If-None-Match": tag } : {},
      });
      failures = 0;
      if (response.status !== 304) {
        tag = response.headers.get("ETag");
        tagURL = from;
        last = await response.json();
        if (!signal.aborted) onData(last);
      }
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      failures += 1;
      // Without an answer the bar at the top tells enough.
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 0) onError?.(error);
    } finally {
      isAsking = false;
      if (!signal.aborted) timer = setTimeout(ask, isWanted ? 0 : wait());
    }
  }

  function wait() {
    if (failures > 0) return Math.min(2000 * 2 ** (failures - 1), 15000);
    return document.hidden ? Math.max(pause(last), 30000) : pause(last);
  }

  const wake = () => {
    if (!document.hidden) ask();
  };
  document.addEventListener("visibilitychange", wake, { signal });
  document.addEventListener("usplit-try-again", ask, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  ask();
  return { now: ask };
}
