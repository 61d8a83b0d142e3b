#!/usr/bin/env python3
"""Fifty thousand enterprises on one screen: how soon a filter answers and how smoothly the list scrolls, in a real browser before
a real daemon that has read an inventory of that size.

    many_test.py QINGKONGD QINGKONG-SIM MOSQUITTO CHROMIUM

The limits are those that a person feels: an answer within a tenth of a second, at least 55 frames a second. QINGKONG_MANY_SLACK
multiplies them where the machine is busy with other things.
"""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "http"))
from bureau import Bureau  # noqa: E402
from chromium import Chromium  # noqa: E402
from small import INVENTORY  # noqa: E402

PROGRAMS, CHROMIUM = sys.argv[1:4], sys.argv[4]
MANY = 50_000
FILTER_MS_MAX = 100
FRAMES_PER_S_LEAST = 55
ROUNDS_MAX = 5  # of which the best counts: what else the machine does is not the page's doing
SLACK = float(os.environ.get("QINGKONG_MANY_SLACK", "1"))
COUNTIES = ("110105", "110106", "110108", "110112")
TRADES = ("水泥", "家具", "汽修", "包装印刷")


def inventory():
    rows = [f"e{n},第{n}号{TRADES[n % 4]}厂,{COUNTIES[n % 4]},{TRADES[n % 4]},C,regular,王工,010-{n}\n" for n in range(1, MANY + 1)]
    lines = [f"e{n},L1,一线,设备,no,1,1,1,1\n" for n in range(1, MANY + 1)]
    return {**INVENTORY, "enterprises.csv": INVENTORY["enterprises.csv"].split("\n")[0] + "\n" + "".join(rows),
            "lines.csv": INVENTORY["lines.csv"].split("\n")[0] + "\n" + "".join(lines),
            "meters.csv": INVENTORY["meters.csv"].split("\n")[0] + "\n"}


# From the key to the frame in which the answer stands.
FILTER = """(async (text) => {
  const field = document.querySelector('main input[type=search]');
  const before = performance.now();
  field.value = text;
  field.dispatchEvent(new Event('input', {bubbles: true}));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return {ms: performance.now() - before, shown: document.querySelector('main .list-bar .number').innerText};
})(%r)"""
# Two seconds of a wheel that turns without pause.
SCROLL = """(async () => {
  const box = document.querySelector('.list-box.windowed');
  const frames = [];
  const begin = performance.now();
  await new Promise((done) => {
    const step = (at) => {
      frames.push(at);
      box.scrollTop += 120;
      if (at - begin < 2000) requestAnimationFrame(step); else done();
    };
    requestAnimationFrame(step);
  });
  const gaps = frames.slice(1).map((at, n) => at - frames[n]);
  return {rate: 1000 * gaps.length / (frames[frames.length - 1] - frames[0]), worst: Math.max(...gaps), top: box.scrollTop,
          drawn: box.querySelectorAll('tbody tr:not(.room)').length};
})()"""


class Many(unittest.TestCase):
    def test_a_filter_answers_at_once_and_the_list_scrolls_smoothly(self):
        bureau = Bureau(*PROGRAMS, inventory=inventory())
        self.addCleanup(bureau.close)
        browser = Chromium(CHROMIUM)
        self.addCleanup(browser.close)
        page = browser.open(bureau.origin + "/console/")
        page.wait("document.getElementById('login')")
        if page.evaluate("!document.getElementById('token')"):
            page.press("用令牌登录", "#login")
        page.fill("#token", bureau.tokens["auditor"])
        page.press("进入", "#login")
        page.says("#link", "实时")
        page.evaluate("location.hash = '#/enterprises'")
        page.says("#main .list-bar", f"共 {MANY} 条", 120)
        page.evaluate("new Promise((done) => setTimeout(done, 1500))")  # what is made ready while nobody waits
        for _ in range(ROUNDS_MAX):
            slow = []
            for text, count in (("家具", MANY // 4), ("第49999", 1), ("110105 水泥", 0), ("", MANY)):
                found = page.evaluate(FILTER % text)
                print(f"filter {text!r}: {found['ms']:.0f} ms, {found['shown']}")
                slow.append(found["ms"])
                if text == "家具":
                    self.assertIn(f"{count} /", found["shown"])
            if max(slow) <= FILTER_MS_MAX * SLACK:
                break
        self.assertLessEqual(max(slow), FILTER_MS_MAX * SLACK)
        page.press("全部", "#main")
        page.wait("document.querySelector('.list-box.windowed')")
        page.evaluate(SCROLL)  # the first time everything is compiled
        for _ in range(ROUNDS_MAX):
            page.evaluate("document.querySelector('.list-box.windowed').scrollTop = 0")
            found = page.evaluate(SCROLL)
            print(f"scroll: {found['rate']:.1f} frames/s, worst {found['worst']:.0f} ms, {found['drawn']} rows drawn")
            if found["rate"] >= FRAMES_PER_S_LEAST / SLACK:
                break
        self.assertGreater(found["top"], 5000)
        self.assertLess(found["drawn"], 60, "of fifty thousand only those in view are drawn")
        self.assertGreaterEqual(found["rate"], FRAMES_PER_S_LEAST / SLACK)
        self.assertEqual(page.complaints, [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[5:], verbosity=1)
