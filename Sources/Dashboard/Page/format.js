// Numbers in words, with their units: the same words as the command's.

/** @returns {?number} the number, or null where it was not measured or is not finite */
export function finite(value) {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** A number with so many digits behind the point; a dash where it was not measured. */
export function number(value, digits = 2) {
  return finite(value) === null ? "–" : value.toFixed(digits).replace("-", "−");
}

/** A number of any size with about so many digits. */
export function short(value, digits = 4) {
  if (finite(value) === null) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text =
    size >= 1e6 || size < 1e-3
      ? value.toExponential(Math.max(digits - 2, 0)).replace("e+", "e")
      : size >= 10 ** digits
        ? value.toFixed(0)
        : String(Number(value.toPrecision(digits)));
  return text.replaceAll("-", "−");
}

/** A count with thin spaces between thousands. */
export function count(value) {
  if (finite(value) === null) return "–";
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}

/** A count with its noun, such as `1 run` or `3 runs`. */
export function counted(value, noun) {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** A time such as `1 h 20 min`, `3 min 5 s` or `8 s`. */
export function duration(seconds) {
  if (finite(seconds) === null) return "–";
  if (seconds >= 1e9) return "very long";
  const all = Math.round(Math.max(seconds, 0));
  const days = Math.floor(all / 86400);
  const hours = Math.floor(all / 3600) % 24;
  const minutes = Math.floor(all / 60) % 60;
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${all % 60} s` : `${all} s`;
}

/** An amount of memory such as `1.25 GiB` or `310 MiB`. */
export function memory(bytes) {
  if (finite(bytes) === null) return "–";
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1048576) return `${(bytes / 1024).toFixed(0)} KiB`;
  const mebibytes = bytes / 1048576;
  return mebibytes < 1000
    ? `${mebibytes.toFixed(mebibytes < 10 ? 1 : 0)} MiB`
    : `${(mebibytes / 1024).toFixed(2)} GiB`;
}

/** A date and time of day, from ISO 8601 or seconds since 1970. */
export function date(value) {
  const time = moment(value);
  if (time === null) return "–";
  const day = new Date(time);
  const two = (part) => String(part).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())} ${two(day.getHours())}:${two(day.getMinutes())}`;
}

/** Milliseconds since 1970, from ISO 8601 or seconds since 1970; null where it is neither. */
export function moment(value) {
  if (value === null || value === undefined) return null;
  const time = typeof value === "number" ? value * 1000 : Date.parse(value);
  return Number.isNaN(time) ? null : time;
}

/** The last component of a path. */
export function lastName(path) {
  return String(path).split("/").filter(Boolean).pop() ?? "";
}

/** A path without the name of its root, for people. */
export function shortPath(path) {
  return path.startsWith("files/") ? path.slice(6) : path;
}
