// The axes of a plot with their numbers.

import { logTicks, stepText, tickText, ticks, timeText } from "./axis.js";
import { short } from "./format.js";

const font = "12px system-ui, sans-serif";

/**
 * Draws lines at round values, and the values.
 *
 * @param {import('./plot.js').Plot} plot
 * @param {CanvasRenderingContext2D} pen
 * @param {{from: number, to: number, place: (value: number) => number}} y - the vertical axis
 */
export function drawAxes(plot, pen, y) {
  const { left, right, bottom } = plot.frame;
  const floor = plot.height - bottom;
  pen.font = font;
  pen.lineWidth = 1;
  pen.strokeStyle = plot.color("--line");
  pen.fillStyle = plot.color("--muted");
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  const rows = Math.max(Math.floor((floor - plot.frame.top) / 42), 2);
  const linear = ticks(y.from, y.to, rows);
  const values = plot.view.isLog ? logTicks(y.from, y.to, rows) : linear.values;
  for (const value of values) {
    const place = Math.round(y.place(value)) + 0.5;
    pen.beginPath();
    pen.moveTo(left, place);
    pen.lineTo(plot.width - right, place);
    pen.stroke();
    pen.fillText(plot.view.isLog ? short(value, 3) : tickText(value, linear.step), left - 8, place);
  }
  pen.textBaseline = "top";
  pen.textAlign = "center";
  const [from, to] = plot.view.range;
  const columns = Math.max(Math.floor((plot.width - left - right) / (plot.view.isTime ? 84 : 70)), 2);
  for (const value of ticks(from, to, columns, plot.view.isTime ? { isTime: true } : { isWhole: true })
    .values) {
    const place = Math.round(plot.place(value)) + 0.5;
    pen.beginPath();
    pen.moveTo(place, floor);
    pen.lineTo(place, floor + 4);
    pen.stroke();
    const text = plot.view.isTime ? timeText(value) : stepText(value);
    const half = pen.measureText(text).width / 2;
    pen.fillText(text, Math.min(Math.max(place, half), plot.width - half), floor + 7);
  }
  pen.strokeStyle = plot.color("--edge");
  pen.beginPath();
  pen.moveTo(left, floor + 0.5);
  pen.lineTo(plot.width - right, floor + 0.5);
  pen.stroke();
}
