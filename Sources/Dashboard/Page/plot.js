// One plot: a canvas with axes, lines, a cross with values, and gestures.

import { nearest, valueRange } from "./axis.js";
import { el, fill, setText } from "./dom.js";
import { counted, finite, short } from "./format.js";
import { drawAxes } from "./plot-axes.js";
import { watchGestures } from "./plot-gestures.js";
import { plotTable } from "./plot-table.js";

const dashes = [[], [6, 4], [2, 3], [8, 3, 2, 3]];

/**
 * A line of a plot.
 *
 * @typedef {object} Series
 * @property {string} name
 * @property {number} color - its place among the colours
 * @property {number} [dash] - its place among the dashes
 * @property {number[]} x - ascending
 * @property {Array<?number>} y
 * @property {boolean} [hasDots] - whether each value has a dot
 * @property {boolean} [isLevel] - whether it is one value for all `x`
 * @property {number} [best] - the place of the best value, which gets a ring
 * @property {boolean} [isUnlisted] - whether the legend leaves it out
 */

function swatch({ color, dash = 0 }) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 22 8");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", "M0 4H22");
  line.setAttribute("stroke-width", "2.5");
  line.setAttribute("stroke-dasharray", dashes[dash].join(" "));
  line.style.stroke = `var(--c${color % 8})`;
  drawing.append(line);
  return drawing;
}

/** A plot with its title, legend and table. */
export class Plot {
  /**
   * @param {object} options
   * @param {string} options.id - such as `loss`
   * @param {string} options.title
   * @param {string} options.unit - of the values; empty for none
   * @param {Node} [options.control] - beside the title
   * @param {object} options.gestures - what {@link watchGestures} calls
   */
  constructor({ id, title, unit, control, gestures }) {
    this.id = id;
    this.title = title;
    this.unit = unit;
    this.canvas = el("canvas", { id: `plot-${id}`, tabindex: 0, role: "img", "aria-label": title });
    this.legend = el("ul.legend", { "aria-label": `Lines of ${title}` });
    this.remark = el("p.remark-line");
    this.table = el("div", { hidden: true });
    this.tableButton = el(
      "button.small",
      {
        type: "button",
        "aria-pressed": "false",
        "aria-label": `Show ${title} as a table`,
        "data-test": `table-${id}`,
        onclick: () => {
          this.table.hidden = !this.table.hidden;
          this.tableButton.setAttribute("aria-pressed", String(!this.table.hidden));
          this.fillTable();
        },
      },
      "Table",
    );
    this.element = el(
      "figure.plot",
      { "data-plot": id },
      el("div.top-line", {}, el("h3", {}, unit ? `${title}, ${unit}` : title), control, this.tableButton),
      this.canvas,
      this.legend,
      this.remark,
      this.table,
    );
    this.series = [];
    this.frame = { left: 54, top: 8, right: 12, bottom: 26 };
    watchGestures(this, gestures);
  }

  /**
   * Shows lines.
   *
   * @param {Series[]} series
   * @param {{range: [number, number], isTime: boolean, isLog: boolean, remark?: string}} view
   */
  update(series, view) {
    this.series = series;
    this.view = view;
    const key = series.map((line) => `${line.name}/${line.color}/${line.dash ?? 0}`).join("\n");
    if (key !== this.legendKey) {
      this.legendKey = key;
      this.values = series.map(() => el("span.value"));
      fill(
        this.legend,
        series.map((line, place) =>
          line.isUnlisted ? null : el("li", {}, swatch(line), line.name, this.values[place]),
        ),
      );
    }
    const last = series
      .filter((line) => line.x.length)
      .map((line) => `${line.name} ${short(line.y[line.y.length - 1])}`)
      .join(", ");
    this.canvas.setAttribute(
      "aria-label",
      `${this.title}${this.unit ? `, ${this.unit}` : ""}. Last values: ${last || "none yet"}. ` +
        "Arrow keys move the cross, plus and minus zoom, Shift and arrows move the range, 0 shows all.",
    );
    if (!this.table.hidden) this.fillTable();
    this.draw();
  }

  /** Puts the cross at an `x`; null takes it away. */
  setCursor(x) {
    this.cursor = x;
    this.draw();
  }

  fillTable() {
    if (!this.table.hidden && this.view) fill(this.table, plotTable(this));
  }

  /** Where an `x` lies, in pixels. */
  place(x) {
    const [from, to] = this.view.range;
    return this.frame.left + ((x - from) / (to - from)) * (this.width - this.frame.left - this.frame.right);
  }

  /** The `x` at a place in pixels. */
  valueAt(pixels) {
    const [from, to] = this.view.range;
    const share = (pixels - this.frame.left) / (this.width - this.frame.left - this.frame.right);
    return from + Math.min(Math.max(share, 0), 1) * (to - from);
  }

  /** Draws it all; cheap enough for every frame. */
  draw() {
    if (!this.view || !this.canvas.isConnected) return;
    const ratio = window.devicePixelRatio || 1;
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    if (!this.width) return;
    const [wide, high] = [Math.round(this.width * ratio), Math.round(this.height * ratio)];
    if (this.canvas.width !== wide || this.canvas.height !== high)
      Object.assign(this.canvas, { width: wide, height: high });
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
    this.colors = getComputedStyle(this.canvas);
    const y = this.scale();
    drawAxes(this, pen, y);
    pen.save();
    pen.beginPath();
    pen.rect(
      this.frame.left,
      this.frame.top - 2,
      this.width - this.frame.left - this.frame.right + 2,
      this.height - this.frame.top - this.frame.bottom + 4,
    );
    pen.clip();
    for (const line of this.series) this.drawLine(pen, line, y.place);
    this.drawSelection(pen);
    pen.restore();
    this.drawCursor(pen, y);
    setText(
      this.remark,
      [this.view.remark, y.cut ? `${counted(y.cut, "value")} outside the axis` : ""]
        .filter(Boolean)
        .join(" · "),
    );
  }

  color(name) {
    return this.colors.getPropertyValue(name).trim();
  }

  scale() {
    const [from, to] = this.view.range;
    const values = [];
    for (const line of this.series) {
      line.y.forEach((value, place) => {
        if (finite(value) !== null && (line.isLevel || (line.x[place] >= from && line.x[place] <= to)))
          values.push(value);
      });
    }
    const { isLog } = this.view;
    const range = valueRange(values, isLog);
    const map = isLog ? Math.log : (value) => value;
    const [low, high] = [map(range.from), map(range.to)];
    const [top, bottom] = [this.frame.top, this.height - this.frame.bottom];
    return {
      ...range,
      place: (value) =>
        isLog && value <= 0 ? NaN : bottom - ((map(value) - low) / (high - low)) * (bottom - top),
    };
  }

  drawLine(pen, line, height) {
    const color = this.color(`--c${line.color % 8}`);
    pen.strokeStyle = color;
    pen.fillStyle = color;
    pen.lineWidth = line.isLevel ? 1.25 : 1.75;
    pen.lineJoin = "round";
    pen.setLineDash(dashes[line.dash ?? 0]);
    pen.beginPath();
    let isDown = false;
    line.x.forEach((x, place) => {
      const value = finite(line.y[place]);
      const y = value === null ? NaN : height(value);
      if (Number.isNaN(y)) {
        isDown = false;
        return;
      }
      if (isDown) pen.lineTo(this.place(x), y);
      else pen.moveTo(this.place(x), y);
      isDown = true;
    });
    pen.stroke();
    pen.setLineDash([]);
    this.drawBest(pen, line, height);
    if (!line.hasDots || line.x.length > 80) return;
    line.x.forEach((x, place) => {
      const value = finite(line.y[place]);
      if (value === null) return;
      pen.beginPath();
      pen.arc(this.place(x), height(value), 2.25, 0, 7);
      pen.fill();
    });
  }

  drawBest(pen, line, height) {
    const value = line.best >= 0 ? finite(line.y[line.best]) : null;
    if (value === null) return;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.arc(this.place(line.x[line.best]), height(value), 5.5, 0, 7);
    pen.stroke();
  }

  drawSelection(pen) {
    if (!this.selection) return;
    const [from, to] = this.selection.map((x) => this.place(x)).sort((a, b) => a - b);
    pen.globalAlpha = 0.18;
    pen.fillStyle = this.color("--accent");
    pen.fillRect(from, this.frame.top, to - from, this.height - this.frame.top - this.frame.bottom);
    pen.globalAlpha = 1;
  }

  drawCursor(pen, y) {
    const [from, to] = this.view.range;
    const isShown =
      this.cursor !== null && this.cursor !== undefined && this.cursor >= from && this.cursor <= to;
    if (isShown) {
      const place = Math.round(this.place(this.cursor)) + 0.5;
      pen.strokeStyle = this.color("--edge");
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(place, this.frame.top);
      pen.lineTo(place, this.height - this.frame.bottom);
      pen.stroke();
    }
    this.series.forEach((line, index) => {
      const place = line.isLevel ? line.x.length - 1 : nearest(line.x, isShown ? this.cursor : Infinity);
      const value = place < 0 ? null : finite(line.y[place]);
      setText(this.values[index], value === null ? "" : short(value));
      if (!isShown || value === null || line.isLevel) return;
      pen.fillStyle = this.color(`--c${line.color % 8}`);
      pen.beginPath();
      pen.arc(this.place(line.x[place]), y.place(value), 3.5, 0, 7);
      pen.fill();
    });
  }
}
