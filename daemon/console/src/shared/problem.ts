// A refusal in words: its title, and what would be right.
import { Refusal } from './api';
import { half, mark } from './words';

export function wordsOf(error: unknown): string {
  if (!(error instanceof Refusal)) return error instanceof Error ? error.message : String(error);
  const lines = [half(error.problem.title || error.message)];
  for (const fault of error.problem.faults || []) {
    const what = half(fault.what);
    const cure = half(fault.cure || '');
    const line = cure ? `${what}${mark('：')}${cure}` : what;
    if (!lines.includes(line) && what !== lines[0]) lines.push(line);
    else if (cure && !lines.includes(cure)) lines.push(cure);
  }
  return lines.join('\n');
}
