import type { z } from 'zod';
import type { logsFacts } from '../../facts/logs.ts';
import type { LogSample } from './read.ts';
import { maskedShape, shapeOf } from './shape.ts';

type Shape = z.infer<(typeof logsFacts)['logs.shape']>;

const SHOWN = 5;

/** How many lines are structured, and what the first of the others look like. Pure. */
export function gatherShape({ source, lines, note }: LogSample): Shape {
  const shape: Shape = { source, lines: lines.length, note, json: 0, structured: 0, faults: {}, levels: {}, bad: [] };
  for (const [index, line] of lines.entries()) {
    const { json, fault, level } = shapeOf(line);
    if (json) shape.json += 1;
    if (level) shape.levels[level] = (shape.levels[level] ?? 0) + 1;
    if (!fault) {
      shape.structured += 1;
      continue;
    }
    shape.faults[fault] = (shape.faults[fault] ?? 0) + 1;
    if (shape.bad.length < SHOWN) shape.bad.push({ line: index + 1, fault, shape: maskedShape(line) });
  }
  return shape;
}
