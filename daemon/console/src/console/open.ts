// A page that the daemon makes, in a tab of its own, from where it prints. It comes through the API, because a link
// carries no token. The tab is opened with the click: a browser opens none for a page that comes seconds later.
import { say } from '@/shared/words';
import { note, wordsOf } from './desk';

const kKeepMs = 60000;

export async function openHtml(read: () => Promise<string>, type = 'text/html;charset=utf-8'): Promise<void> {
  const tab = window.open('', '_blank');
  if (!tab) {
    note(say('浏览器拦截了新窗口，请允许本站打开', 'the browser blocked the new tab: allow it for this site'), true);
    return;
  }
  tab.opener = null;
  tab.document.title = say('正在生成…', 'being made…');
  try {
    const address = URL.createObjectURL(new Blob([await read()], { type }));
    tab.location.replace(address);
    setTimeout(() => URL.revokeObjectURL(address), kKeepMs);
  } catch (error) {
    tab.close();
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
