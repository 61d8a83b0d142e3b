"""What holds on every screen, whatever it shows: nothing is wider than the window of a telephone, an English screen has no
Chinese but what is marked as somebody's words (lang="zh-CN"), and no screen shows a word of the wire.
"""

# Elements that reach over the edge of the window. What scrolls inside a box of its own that fits is no fault of the page.
OVER_THE_EDGE = """(() => {
  const wide = document.documentElement.clientWidth;
  const boxed = (one) => {
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.overflowX !== 'visible' || style.position === 'fixed') return up.getBoundingClientRect().right <= wide + 1;
    }
    return false;
  };
  return [...document.body.querySelectorAll('*')].filter((one) => {
    const box = one.getBoundingClientRect();
    if (!box.width || !box.height || one.closest('svg') !== one && one.closest('svg')) return false;
    if (one.tagName !== 'SUMMARY' && one.closest('details:not([open])')) return false;
    if (one.classList.contains('hidden-text') || one.classList.contains('skip')) return false;
    return (box.right > wide + 1 || box.width > wide + 1) && !boxed(one);
  }).slice(0, 5).map((one) => `${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)}: ${(one.textContent || '').slice(0, 60)}`);
})()"""

# A wide table in a box that has to be pushed sideways cannot be read on a telephone: rows have to be cards there.
PUSHED_SIDEWAYS = """[...document.querySelectorAll('main *, dialog *')].filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 &&
  ['auto', 'scroll'].includes(getComputedStyle(one).overflowX) && !one.classList.contains('windowed') && one.querySelector('table'))
  .map((one) => `${one.tagName}.${one.className}: ${one.scrollWidth} in ${one.clientWidth}`)"""

# Every text that can be read, with where it stands.
TEXTS = """(() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const text = node.data.trim();
    const parent = node.parentElement;
    if (!text || !parent || parent.closest('script, style, option:not(:checked)')) continue;
    if (!parent.getClientRects().length && !parent.closest('option')) continue;
    FILTER
    found.push(`${parent.tagName.toLowerCase()}.${parent.className.baseVal ?? parent.className}: ${text.slice(0, 90)}`);
  }
  return [...new Set(found)].slice(0, 40);
})()"""
UNMARKED_CHINESE = TEXTS.replace("FILTER", "if (!/[\\u3400-\\u9fff]/.test(text) || parent.closest('[lang^=zh]')?.tagName !== 'HTML' && parent.closest('[lang^=zh]')) continue;")
# Names with an underscore or a dot are the program's. Accounts, file names and what is shown as data (code, pre) may look so.
WIRE_WORDS = TEXTS.replace("FILTER", "if (!/(^|[^\\w.@/-])[a-z]+(_[a-z]+)+($|[^\\w.@/-])|^[a-z]+(-[a-z]+)*[.](?!png|jpg|jpeg|pdf|html|csv|toml|xlsx|docx)[a-z_]+$/.test(text.replace(/[{]\\w+[}]/g, '')) || parent.closest('code, pre, [data-raw]')) continue;")


def over_the_edge(page):
    return page.evaluate(OVER_THE_EDGE) + page.evaluate(PUSHED_SIDEWAYS)


def unmarked_chinese(page):
    return page.evaluate(UNMARKED_CHINESE)


def wire_words(page, but=()):
    return [one for one in page.evaluate(WIRE_WORDS) if not any(word in one for word in but)]
