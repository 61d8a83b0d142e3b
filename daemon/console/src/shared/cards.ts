// A table on a telephone: each row is a card, each cell says the head of its column (tokens.css). The heads are copied onto the
// cells here, so that no template has to say them twice: <table v-cards>.
function mark(table: HTMLTableElement): void {
  table.classList.add('cards');
  const heads = Array.from(table.tHead?.rows[0]?.cells ?? [], (one) => one.textContent?.trim() ?? '');
  for (const body of Array.from(table.tBodies))
    for (const row of Array.from(body.rows))
      Array.from(row.cells).forEach((cell, at) => {
        if (cell.tagName === 'TD' && cell.dataset.head !== heads[at]) cell.dataset.head = heads[at] ?? '';
      });
}
export const cards = { mounted: mark, updated: mark };
