// A page that the daemon makes, in a tab of its own, from where it prints. It comes through the API, because a link
// carries no token.
import { note, wordsOf } from './desk';

const kKeepMs = 60000;

export async function openHtml(read: () => Promise<string>, type = 'text/html;charset=utf-8'): Promise<void> {
  try {
    const address = URL.createObjectURL(new Blob([await read()], { type }));
    window.open(address, '_blank', 'noopener');
    setTimeout(() => URL.revokeObjectURL(address), kKeepMs);
  } catch (error) {
    note(wordsOf(error), true);
  }
}

export async function saveText(read: string | (() => Promise<string | Blob>), name: string, type: string): Promise<void> {
  try {
    const address = URL.createObjectURL(new Blob([typeof read === 'string' ? read : await read()], { type }));
    const link = document.createElement('a');
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), kKeepMs);
  } catch (error) {
    note(wordsOf(error), true);
  }
}
