// From values to places on the picture.
import { kDay, kHour } from '../format';

export interface Point {
  at: number;
  value: number | null;
}
export interface Curve {
  name: string;
  className: string;
  points: Point[];
  isStep?: boolean;
}
export interface Stretch {
  from: number;
  to: number;
  className: string;
  label: string;
  bar?: number;
}
export interface Limit {
  value: number;
  label: string;
  className?: string;
}
export interface Mark {
  at: number;
  label: string;
}
export interface Tick {
  place: number;
  label: string;
}

export const kMargin = { left: 44, right: 14, top: 26, bottom: 26 };
const kThresholdRoom = 48; // to the right of the plot, for their labels

function roundStep(range: number): number {
  const raw = range / 5;
  const size = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 2.5, 5, 10].find((times) => raw <= times * size * 1.0001) || 10) * size;
}

export class Scale {
  readonly top: number;
  readonly step: number;
  readonly left = kMargin.left;
  readonly right: number;
  readonly bottom: number;
  constructor(
    readonly from: number,
    to: number,
    readonly offset: number,
    highest: number,
    hasLimits: boolean,
    readonly width: number,
    readonly height: number,
    ceiling?: number,
  ) {
    this.to = Math.max(to, from + kHour);
    this.step = roundStep(highest * 1.05);
    this.top = ceiling ?? this.step * Math.ceil((highest * 1.05) / this.step);
    this.right = width - (hasLimits ? kThresholdRoom : kMargin.right);
    this.bottom = height - kMargin.bottom;
  }
  readonly to: number;
  x(at: number): number {
    return this.left + (this.right - this.left) * Math.min(1, Math.max(0, (at - this.from) / (this.to - this.from)));
  }
  y(value: number): number {
    return this.bottom - (this.bottom - kMargin.top) * Math.min(1, Math.max(0, value / this.top));
  }
  at(x: number): number {
    return this.from + ((x - this.left) / (this.right - this.left)) * (this.to - this.from);
  }
  values(): Tick[] {
    const ticks: Tick[] = [];
    for (let value = 0; value <= this.top * 1.0001; value += this.step)
      ticks.push({ place: this.y(value), label: String(Number(value.toPrecision(6))) });
    return ticks;
  }
  times(): Tick[] {
    const days = (this.to - this.from) / kDay;
    const room = (this.right - this.left) / 46;
    const hours = [1, 2, 3, 6, 12, 24].find((one) => (days * 24) / one <= room || one === 24) || 24;
    const every = days > 2 ? kDay * Math.ceil(days / room) : kHour * hours;
    const ticks: Tick[] = [];
    for (let at = Math.ceil((this.from + this.offset) / every) * every - this.offset; at <= this.to; at += every) {
      const civil = new Date(at + this.offset);
      const label = civil.getUTCHours() === 0 ? `${civil.getUTCMonth() + 1}/${civil.getUTCDate()}` : `${civil.getUTCHours()}:00`;
      ticks.push({ place: this.x(at), label });
    }
    return ticks;
  }
}

// A path that breaks where a value is missing; steps hold each value until the next point.
export function pathOf(scale: Scale, curve: Curve): string {
  const first = curve.points.findIndex((point) => point.at >= scale.from);
  if (first < 0) return '';
  const points = curve.points.slice(curve.isStep && first > 0 ? first - 1 : first).filter((point) => point.at <= scale.to);
  let path = '';
  let lastY = '';
  for (const point of points) {
    if (point.value === null) {
      lastY = '';
      continue;
    }
    const x = scale.x(point.at).toFixed(1);
    const y = scale.y(point.value).toFixed(1);
    if (lastY && curve.isStep) path += `L${x} ${lastY}`;
    path += `${lastY ? 'L' : 'M'}${x} ${y}`;
    lastY = y;
  }
  return path;
}

// What a curve says at an instant: of steps the point before, of others the nearest within half a gap.
export function valueAt(curve: Curve, at: number, reach: number): number | null {
  let best: Point | null = null;
  for (const point of curve.points) {
    if (curve.isStep ? point.at <= at : Math.abs(point.at - at) <= reach && (!best || Math.abs(point.at - at) < Math.abs(best.at - at)))
      best = point;
  }
  return best ? best.value : null;
}
