/** Keeps values until they take more than a number of bytes; the one unused for longest goes first. */
export class LeastRecentlyUsed {
  /**
   * @param {number} limit bytes
   * @param {(value: any) => void} [onEviction]
   */
  constructor(limit, onEviction = () => {}) {
    this.limit = limit;
    this.bytes = 0;
    this.onEviction = onEviction;
    this.entries = new Map();  // a Map remembers the order of insertion: first is oldest
  }

  /** The value, which counts as used now. */
  get(key) {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  /** The value, without counting as a use. */
  peek(key) {
    return this.entries.get(key)?.value;
  }

  set(key, value, bytes) {
    this.delete(key, value);
    this.entries.set(key, { value, bytes });
    this.bytes += bytes;
    for (const [oldest, entry] of this.entries) {
      if (this.bytes <= this.limit || oldest === key) break;
      this.entries.delete(oldest);
      this.bytes -= entry.bytes;
      this.onEviction(entry.value);
    }
  }

  /** Removes an entry; a value that is put back under the same key at once is not evicted. */
  delete(key, kept) {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.bytes -= entry.bytes;
    if (entry.value !== kept) this.onEviction(entry.value);
  }

  clear() {
    for (const entry of this.entries.values()) this.onEviction(entry.value);
    this.entries.clear();
    this.bytes = 0;
  }
}
