// Every fact of a pack stands beside its origin: source, certainty, and whether it is a sample.
import { nameOf } from '@/shared/names';

export interface Origin { source: string; certainty: string; sample: boolean; mark?: string; pack?: string }
export interface Fact { section: string; text: string; origin: Origin }

const isOrigin = (value: unknown): value is Origin => typeof value === 'object' && value !== null && 'source' in value && 'certainty' in value;

// What a value says, in words: its own text or name first, then its numbers.
function wordsOf(value: unknown): string {
  if (value === null || value === undefined) return '—';
  if (typeof value !== 'object') return typeof value === 'string' ? nameOf(value) : String(value);
  if (Array.isArray(value)) return value.map(wordsOf).join('；');
  const fields = value as { [name: string]: unknown };
  const named = [fields.text, fields.name].find((one) => typeof one === 'string') as string | undefined;
  const numbers = Object.entries(fields).filter(([key, one]) => !['text', 'name', 'origin', 'source', 'id', 'key'].includes(key) && ['number', 'boolean', 'string'].includes(typeof one)).map(([key, one]) => `${nameOf(key)} ${typeof one === 'string' ? nameOf(one) : String(one)}`);
  return [named, fields.key && !named ? String(fields.key) : '', numbers.join('，')].filter((one) => one).join('：') || JSON.stringify(value);
}

export function factsOf(pack: { [name: string]: unknown }): Fact[] {
  const facts: Fact[] = [];
  for (const [section, value] of Object.entries(pack)) {
    const list = Array.isArray(value) ? value : [value];
    for (const one of list) {
      const origin = one && typeof one === 'object' ? (one as { origin?: unknown }).origin : undefined;
      if (isOrigin(origin)) facts.push({ section, text: wordsOf(one), origin });
    }
  }
  return facts;
}
