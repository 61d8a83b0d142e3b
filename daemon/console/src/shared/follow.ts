// The stream of events. EventSource cannot carry a token, so it is read by hand and taken up again where it broke.
import { headersOf, lastAnswer, Refusal } from './api';

const kRetryMs = 3000;

export interface Told {
  number: number;
  at: string;
  kind: string;
  data: { [name: string]: unknown };
}
export interface Listener {
  event(kind: string, told: Told): void;
  link(isUp: boolean): void;
  heard(): void;
}

let lastEvent = '';
let following: AbortController | null = null;

function eventOf(text: string): { [field: string]: string } {
  const fields: { [field: string]: string } = {};
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
  }
  return fields;
}

async function readStream(listener: Listener, signal: AbortSignal): Promise<void> {
  const headers = headersOf();
  if (lastEvent) headers['Last-Event-ID'] = lastEvent;
  const answer = await fetch('/api/v1/events', { headers, signal, credentials: 'same-origin' });
  if (!answer.ok || !answer.body) throw new Refusal(answer.status, {});
  listener.link(true);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    lastAnswer.at = Date.now();
    listener.heard();
    const pieces = (rest + value).split('\n\n');
    rest = pieces.pop() || '';
    for (const piece of pieces) {
      const fields = eventOf(piece);
      if (fields.id) lastEvent = fields.id;
      if (fields.data) listener.event(fields.event, JSON.parse(fields.data) as Told);
    }
  }
}

// Ends with the status of the refusal that ended it for good, or 0 where it was told to end.
// `after`: the number of the last event that is known; 0: from now on.
export async function follow(listener: Listener, after = 0): Promise<number> {
  unfollow();
  lastEvent = after ? String(after) : '';
  const mine = new AbortController();
  following = mine;
  while (!mine.signal.aborted) {
    try {
      await readStream(listener, mine.signal);
    } catch (error) {
      if (!mine.signal.aborted && error instanceof Refusal && (error.status === 401 || error.status === 403)) return error.status;
    }
    if (mine.signal.aborted) return 0;
    listener.link(false);
    await new Promise((resolve) => {
      setTimeout(resolve, kRetryMs);
    });
  }
  return 0;
}

export function unfollow(): void {
  following?.abort();
  following = null;
  lastEvent = '';
}
