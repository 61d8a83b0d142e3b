// What stands in the cells of a file that is imported, as far as the browser needs it to show a finding beside its cell.
// The daemon reads the file itself; this judges nothing. A file that is not understood shows no cells.

export type Cells = Map<string, string[][]>; // by sheet, rows and columns from 0

const kFileMost = 64 << 20;
const kPartMost = 96 << 20;

// The parts of a zip archive, from its directory at the end.
async function partsOf(file: Blob): Promise<Map<string, () => Promise<string>>> {
  const bytes = new DataView(await file.arrayBuffer());
  const parts = new Map<string, () => Promise<string>>();
  let end = bytes.byteLength - 22;
  while (end >= 0 && bytes.getUint32(end, true) !== 0x06054b50) --end;
  if (end < 0) return parts;
  const names = new TextDecoder();
  let at = bytes.getUint32(end + 16, true);
  for (let left = bytes.getUint16(end + 10, true); left > 0 && bytes.getUint32(at, true) === 0x02014b50; --left) {
    const [method, packed, size] = [bytes.getUint16(at + 10, true), bytes.getUint32(at + 20, true), bytes.getUint32(at + 24, true)];
    const [nameLength, more, note] = [bytes.getUint16(at + 28, true), bytes.getUint16(at + 30, true), bytes.getUint16(at + 32, true)];
    const local = bytes.getUint32(at + 42, true);
    const name = names.decode(new Uint8Array(bytes.buffer, at + 46, nameLength));
    at += 46 + nameLength + more + note;
    if (size > kPartMost) continue;
    parts.set(name.toLowerCase(), async () => {
      const from = local + 30 + bytes.getUint16(local + 26, true) + bytes.getUint16(local + 28, true);
      const data = new Blob([new Uint8Array(bytes.buffer, from, packed)]);
      return method === 0 ? data.text() : new Response(data.stream().pipeThrough(new DecompressionStream('deflate-raw'))).text();
    });
  }
  return parts;
}

const xml = (text: string): Document => new DOMParser().parseFromString(text, 'application/xml');
const all = (node: Document | Element, name: string): Element[] => [...node.getElementsByTagNameNS('*', name)];
const textOf = (node: Element): string =>
  all(node, 't')
    .filter((one) => one.parentElement?.localName !== 'rPh')
    .map((one) => one.textContent || '')
    .join('');
export function columnOf(reference: string): number {
  let column = 0;
  for (const letter of reference.replace(/\d+$/, '')) column = column * 26 + letter.charCodeAt(0) - 64;
  return column;
}
export function lettersOf(column: number): string {
  let letters = '';
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return letters;
}

async function workbook(file: Blob): Promise<Cells> {
  const parts = await partsOf(file);
  const read = async (name: string): Promise<Document | null> => (parts.has(name) ? xml(await parts.get(name)!()) : null);
  const book = await read('xl/workbook.xml');
  const links = await read('xl/_rels/workbook.xml.rels');
  const strings = await read('xl/sharedstrings.xml');
  const cells: Cells = new Map();
  if (!book || !links) return cells;
  const shared = strings ? all(strings, 'si').map(textOf) : [];
  const targets = new Map(all(links, 'Relationship').map((one) => [one.getAttribute('Id'), one.getAttribute('Target') || '']));
  for (const sheet of all(book, 'sheet')) {
    const id = [...sheet.attributes].find((one) => one.localName === 'id' && one.name !== 'sheetId')?.value;
    const target = (targets.get(id || '') || '').replace(/^\/?(xl\/)?/, '').toLowerCase();
    const page = await read(`xl/${target}`);
    if (!page) continue;
    const rows: string[][] = [];
    for (const row of all(page, 'row')) {
      const line = (rows[Number(row.getAttribute('r')) - 1] = [] as string[]);
      for (const cell of all(row, 'c')) {
        const value = all(cell, 'v')[0]?.textContent || '';
        const kind = cell.getAttribute('t');
        line[columnOf(cell.getAttribute('r') || '') - 1] =
          kind === 's' ? shared[Number(value)] || '' : kind === 'inlineStr' ? textOf(cell) : value;
      }
    }
    cells.set(sheet.getAttribute('name') || '', rows);
  }
  return cells;
}

function csv(text: string): string[][] {
  const rows: string[][] = [[]];
  const pattern = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/g;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    rows[rows.length - 1].push(found[1].startsWith('"') ? found[1].slice(1, -1).replace(/""/g, '"') : found[1]);
    if (found[2] === '') break;
    if (found[2] !== ',') rows.push([]);
  }
  return rows;
}

// Of each file by its name; of a workbook by "FILE:SHEET", as the daemon names the place.
export async function cellsOf(files: File[], nameOf: (file: File) => string): Promise<Cells> {
  const cells: Cells = new Map();
  for (const file of files) {
    if (file.size > kFileMost) continue;
    try {
      if (/\.xlsx$/i.test(file.name)) for (const [sheet, rows] of await workbook(file)) cells.set(`${nameOf(file)}:${sheet}`, rows);
      else cells.set(nameOf(file), csv(await file.text()));
    } catch {
      /* what the browser cannot read, the daemon tells in words */
    }
  }
  return cells;
}
