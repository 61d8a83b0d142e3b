// What differs between two texts, line by line: the longest common part stays, the rest is added or gone.
export interface DiffLine {
  text: string;
  how: 'same' | 'new' | 'gone';
}

const kLinesMax = 400; // a notice has some twenty; more is shown undifferentiated

export function differences(before: string, after: string): DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  if (a.length > kLinesMax || b.length > kLinesMax) return b.map((text) => ({ text, how: 'new' }));
  const common: number[][] = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; --i)
    for (let j = b.length - 1; j >= 0; --j)
      common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ text: b[j], how: 'same' });
      ++i;
      ++j;
    } else if (j >= b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) lines.push({ text: a[i++], how: 'gone' });
    else lines.push({ text: b[j++], how: 'new' });
  }
  return lines;
}
