"use strict";
// Verifies this page and what it carries, without network and without anything but this file: SHA-256 and SHA-512
// (FIPS 180-4), Ed25519 (RFC 8032), canonical JSON (RFC 8785), Merkle proofs (RFC 9162). Then shows it.
const Evidence = (() => {
  const utf8 = (text) => new TextEncoder().encode(text);
  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => {
    if (typeof text !== "string" || !/^([0-9a-f]{2})*$/.test(text)) return new Uint8Array(0);
    return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  };
  const joined = (...parts) => {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { all.set(part, at); at += part.length; }
    return all;
  };

  // ---- Hashes. The constants are the fractions of square and cube roots of the first primes. ----
  const primes = [];
  for (let n = 2; primes.length < 80; ++n) if (primes.every((p) => n % p)) primes.push(n);
  const root = (value, power) => {  // the whole part, by Newton
    let x = 1n << BigInt(Math.ceil(value.toString(2).length / Number(power)) + 1);
    for (;;) {
      const y = ((power - 1n) * x + value / x ** (power - 1n)) / power;
      if (y >= x) return x;
      x = y;
    }
  };
  const fraction = (prime, power, bits) =>
    root(BigInt(prime) << (power * BigInt(bits)), power) & ((1n << BigInt(bits)) - 1n);
  const k256 = primes.slice(0, 64).map((p) => Number(fraction(p, 3n, 32)));
  const h256 = primes.slice(0, 8).map((p) => Number(fraction(p, 2n, 32)));
  const k512 = primes.map((p) => fraction(p, 3n, 64));
  const h512 = primes.slice(0, 8).map((p) => fraction(p, 2n, 64));

  const padded = (bytes, block) => {
    const length = Math.ceil((bytes.length + 1 + block / 8) / block) * block;
    const all = new Uint8Array(length);
    all.set(bytes);
    all[bytes.length] = 0x80;
    new DataView(all.buffer).setBigUint64(length - 8, BigInt(bytes.length) * 8n);
    return all;
  };
  const sha256 = (bytes) => {
    const data = padded(bytes, 64);
    const view = new DataView(data.buffer);
    const state = Int32Array.from(h256);
    const w = new Int32Array(64);
    const turn = (x, n) => (x >>> n) | (x << (32 - n));
    for (let at = 0; at < data.length; at += 64) {
      for (let i = 0; i < 16; ++i) w[i] = view.getInt32(at + 4 * i);
      for (let i = 16; i < 64; ++i) {
        const a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; ++i) {
        const x = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + k256[i] + w[i]) | 0;
        const y = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + x) | 0; d = c; c = b; b = a; a = (x + y) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] += value; });
    }
    const out = new DataView(new ArrayBuffer(32));
    state.forEach((value, i) => out.setInt32(4 * i, value));
    return new Uint8Array(out.buffer);
  };
  const sha512 = (bytes) => {
    const data = padded(bytes, 128);
    const view = new DataView(data.buffer);
    const mask = (1n << 64n) - 1n;
    const turn = (x, n) => ((x >> n) | (x << (64n - n))) & mask;
    const state = h512.slice();
    for (let at = 0; at < data.length; at += 128) {
      const w = [];
      for (let i = 0; i < 16; ++i) w.push(view.getBigUint64(at + 8 * i));
      for (let i = 16; i < 80; ++i) {
        const a = w[i - 15], b = w[i - 2];
        w.push((w[i - 16] + w[i - 7] + (turn(a, 1n) ^ turn(a, 8n) ^ (a >> 7n)) + (turn(b, 19n) ^ turn(b, 61n) ^ (b >> 6n))) & mask);
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 80; ++i) {
        const x = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & mask & g)) + k512[i] + w[i];
        const y = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g; g = f; f = e; e = (d + x) & mask; d = c; c = b; b = a; a = (x + y) & mask;
      }
      [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] = (state[i] + value) & mask; });
    }
    const out = new DataView(new ArrayBuffer(64));
    state.forEach((value, i) => out.setBigUint64(8 * i, value));
    return new Uint8Array(out.buffer);
  };

  // ---- Ed25519 ----
  const p = (1n << 255n) - 19n;
  const order = (1n << 252n) + 27742317777372353535851937790883648493n;
  const mod = (x) => ((x % p) + p) % p;
  const power = (base, exponent) => {
    let result = 1n;
    for (let x = mod(base); exponent > 0n; exponent >>= 1n, x = mod(x * x)) if (exponent & 1n) result = mod(result * x);
    return result;
  };
  const d = mod(-121665n * power(121666n, p - 2n));
  const half = power(2n, (p - 1n) / 4n);  // a square root of -1
  const little = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const add = ([x1, y1, z1, t1], [x2, y2, z2, t2]) => {
    const a = mod((y1 - x1) * (y2 - x2)), b = mod((y1 + x1) * (y2 + x2));
    const c = mod(2n * t1 * t2 * d), e = mod(2n * z1 * z2);
    const f = b - a, g = e - c, h = e + c, i = b + a;
    return [mod(f * g), mod(h * i), mod(g * h), mod(f * i)];
  };
  const times = (point, scalar) => {
    let result = [0n, 1n, 1n, 0n];
    for (let x = point; scalar > 0n; scalar >>= 1n, x = add(x, x)) if (scalar & 1n) result = add(result, x);
    return result;
  };
  const pointOf = (bytes) => {
    const all = little(bytes);
    const sign = all >> 255n;
    const y = all & ((1n << 255n) - 1n);
    if (bytes.length !== 32 || y >= p) return null;
    const square = mod((y * y - 1n) * power(d * y * y + 1n, p - 2n));
    let x = power(square, (p + 3n) / 8n);
    if (mod(x * x) !== square) x = mod(x * half);
    if (mod(x * x) !== square || (x === 0n && sign === 1n)) return null;
    if ((x & 1n) !== sign) x = mod(-x);
    return [x, y, 1n, mod(x * y)];
  };
  const baseY = mod(4n * power(5n, p - 2n));
  const base = pointOf(Uint8Array.from({length: 32}, (_, i) => Number((baseY >> BigInt(8 * i)) & 255n)));
  const isSigned = (key, message, signature) => {
    const keyBytes = unhex(key), bytes = unhex(signature);
    if (bytes.length !== 64) return false;
    const a = pointOf(keyBytes), r = pointOf(bytes.slice(0, 32)), s = little(bytes.slice(32));
    if (!a || !r || s >= order) return false;
    const k = little(sha512(joined(bytes.slice(0, 32), keyBytes, message))) % order;
    const left = times(base, s), right = add(r, times(a, k));
    return mod(left[0] * right[2]) === mod(right[0] * left[2]) && mod(left[1] * right[2]) === mod(right[1] * left[2]);
  };

  // ---- Canonical JSON: the language sorts by UTF-16 and prints numbers as RFC 8785 asks. ----
  const canonical = (value) => {
    if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    return "{" + Object.keys(value).sort().map((key) => JSON.stringify(key) + ":" + canonical(value[key])).join(",") + "}";
  };
  const without = (value, ...names) => Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
  const marked = (mark, value) => utf8("qingkong " + mark + " 1\n" + canonical(value));
  const fingerprint = (key) => hex(sha256(unhex(key)));

  const leaf = (entry) => sha256(joined(new Uint8Array([0]), unhex(entry)));
  const node = (left, right) => sha256(joined(new Uint8Array([1]), left, right));
  const leadsToRoot = (entry, place, size, path, rootHash) => {
    if (!(place >= 0 && place < size)) return false;
    let reached = leaf(entry), at = place, last = size - 1;
    for (const text of path) {
      if (last === 0) return false;
      if (at % 2 === 1 || at === last) {
        reached = node(unhex(text), reached);
        while (at % 2 === 0 && at !== 0) { at = Math.floor(at / 2); last = Math.floor(last / 2); }
      } else {
        reached = node(reached, unhex(text));
      }
      at = Math.floor(at / 2);
      last = Math.floor(last / 2);
    }
    return last === 0 && hex(reached) === rootHash;
  };

  // Every link that holds or breaks: [what, why it breaks or ""].
  const check = (pageText, trailer, packageText) => {
    const links = [];
    const tell = (what, holds, why) => links.push({what, holds, why: holds ? "" : why});
    const lines = packageText.split("\n");
    if (lines.pop() !== "") tell("文件末尾 end of file", false, "被截断 is cut");
    const records = lines.map((line, i) => {
      try {
        const value = JSON.parse(line);
        if (canonical(value) !== line) tell("第 " + (i + 1) + " 行 line", false, "不是原样 is not as it was written");
        return value;
      } catch (error) {
        tell("第 " + (i + 1) + " 行 line", false, "无法读取 cannot be read");
        return {};
      }
    });
    const of = (kind) => records.filter((record) => record.kind === kind);
    const end = records[records.length - 1] || {};
    const first = records[0] || {};
    const sum = hex(sha256(utf8(lines.slice(0, -1).map((line) => line + "\n").join(""))));
    tell("全部记录 all records",
         first.kind === "qingkong-evidence" && end.kind === "end" && end.sha256 === sum && end.lines === lines.length - 1 &&
         isSigned(end.key, marked("evidence", without(end, "signature")), end.signature),
         "与签名不符 are not those that were signed");
    let page = {};
    try { page = JSON.parse(trailer); } catch (error) { page = {}; }
    tell("本页 this page",
         page.kind === "page" && page.key === end.key && page.sha256 === hex(sha256(utf8(pageText))) &&
         isSigned(page.key, marked("evidence", without(page, "signature")), page.signature),
         "与签名不符 is not as it was signed");
    const keys = of("key");
    keys.forEach((record, i) => {
      const step = record.succession;
      const before = i > 0 ? keys[i - 1] : null;
      let holds = i > 0 || !step;
      if (before) {
        const body = step ? without(step, "signature_from", "signature_to") : {};
        holds = !!step && step.from === before.key && step.to === record.key &&
          isSigned(step.to, marked("key-succession", body), step.signature_to) &&
          (step.emergency === true || isSigned(step.from, marked("key-succession", body), step.signature_from));
      }
      tell("公钥 key " + fingerprint(record.key).slice(0, 16), holds, "不接续前一公钥 does not follow the key before it");
    });
    const known = keys.map((record) => record.key);
    tell("末尾公钥 last key", known.length > 0 && known[known.length - 1] === end.key, "不是签名者 is not the signer");
    const heads = of("audit-head").filter((head) => {
      const holds = known.includes(head.key) && isSigned(head.key, marked("audit-head", without(head, "signature")), head.signature);
      tell("审计链头 audit head " + head.at, holds, "签名不符 its signature does not hold");
      return holds;
    });
    for (const record of of("inclusion")) {
      const entry = record.entry || {};
      const head = heads.find((one) => one.number === record.head && one.size === record.size);
      const isWhole = entry.hash === hex(sha256(utf8(canonical(without(entry, "hash", "kind")))));
      tell("审计记录 audit " + entry.number + " " + entry.action,
           isWhole && !!head && leadsToRoot(entry.hash, record.place, record.size, record.path || [], head.root),
           "不在所签日志中 does not stand in the log that was signed");
    }
    for (const record of of("order")) {
      const order = record.document || {};
      tell("指令 order " + order.order + " 修订 revision " + order.revision,
           known.includes(order.key) && isSigned(order.key, utf8(canonical(without(order, "signature"))), order.signature),
           "签名不符 its signature does not hold");
    }
    const inputs = of("judge-inputs")[0];
    let digests = [];
    try { digests = inputs ? JSON.parse(inputs.body).readings : []; } catch (error) { digests = []; }
    of("readings").forEach((record, i) => {
      const text = (record.lines || []).map((line) => canonical(line) + "\n").join("");
      const digest = (digests || [])[i] || {};
      tell("读数 readings " + record.of + " " + record.id + " " + record.factor + " (" + (record.lines || []).length + ")",
           digest.sha256 === hex(sha256(utf8(text))), "不是研判所依据的 are not those that the verdict rests on");
    });
    for (const record of records) {
      if (!["qingkong-evidence", "end", "key", "audit-head", "inclusion", "order", "judge-inputs", "readings", "verdict", "note"].includes(record.kind)) {
        tell("记录 record " + record.kind, false, "本页无法核验 this page cannot check it");
      }
    }
    return {links, records, first, end};
  };

  // ---- Showing ----
  const element = (name, text, ...classes) => {
    const one = document.createElement(name);
    if (text !== undefined) one.textContent = text;
    one.classList.add(...classes);
    return one;
  };
  const tableOf = (columns, rows) => {
    const table = element("table");
    const head = table.createTHead().insertRow();
    for (const column of columns) head.append(element("th", column));
    const body = table.createTBody();
    for (const row of rows) {
      const line = body.insertRow();
      for (const cell of row) line.insertCell().textContent = cell === undefined || cell === null ? "" : String(cell);
    }
    return table;
  };
  const plain = (value) => (value !== null && typeof value === "object" ? JSON.stringify(value) : value);
  const membersOf = (value) => tableOf(["项目 item", "内容 value"], Object.entries(value).map(([name, one]) => [name, plain(one)]));
  const time = (seconds) => new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 16).replace("T", " ");
  const curveOf = (record) => {
    const points = record.lines.filter((line) => typeof line[1] === "number");
    const width = 800, height = 160;
    const most = Math.max(1, ...points.map((line) => line[1]));
    const from = points[0][0], span = Math.max(1, points[points.length - 1][0] - from);
    const space = "http://www.w3.org/2000/svg";
    const drawing = document.createElementNS(space, "svg");
    drawing.setAttribute("viewBox", "0 0 " + width + " " + (height + 20));
    drawing.setAttribute("role", "img");
    drawing.setAttribute("aria-label", record.id);
    const line = document.createElementNS(space, "polyline");
    line.setAttribute("fill", "none");
    line.setAttribute("stroke", "#0b5cad");
    line.setAttribute("points", points.map((one) =>
      (((one[0] - from) / span) * width).toFixed(1) + "," + (height - (one[1] / most) * (height - 10)).toFixed(1)).join(" "));
    const words = document.createElementNS(space, "text");
    words.setAttribute("y", String(height + 15));
    words.setAttribute("font-size", "12");
    words.textContent = time(from) + " — " + time(points[points.length - 1][0]) + "，最大 most " + most;
    drawing.append(line, words);
    return drawing;
  };
  const folded = (title, content) => {
    const details = element("details");
    details.append(element("summary", title), content);
    return details;
  };
  const show = (view, result) => {
    view.replaceChildren();
    const broken = result.links.filter((link) => !link.holds).length;
    view.append(element("p", broken === 0
      ? "✓ 全部 " + result.links.length + " 项核验一致，未被改动 all " + result.links.length + " links hold: nothing was altered"
      : "✗ " + broken + " 项不符：本文件被改动，不可采信 " + broken + " links break: this file was altered", "result", broken === 0 ? "good" : "bad"));
    view.append(element("p", "区域 region: " + (result.first.region || "") + "　出具 made: " + (result.first.made_at || "") + "　对象 subject: " + (result.first.subject || "")));
    view.append(element("p", "签名公钥指纹，请与公布的指纹核对 fingerprint of the key, to compare with the published one: " + fingerprint(result.end.key || "")));
    const of = (kind) => result.records.filter((record) => record.kind === kind);
    for (const record of of("verdict")) {
      view.append(element("h2", "研判结论 Verdict"), membersOf(record.verdict || {}));
    }
    for (const record of of("order")) {
      const order = record.document || {};
      view.append(element("h2", "指令 Order"), tableOf(["编号 id", "生产线 line", "措施 action", "内容 what", "自 from", "至 to"],
        (order.obligations || []).map((one) => [one.id, one.line, one.action, one.detail, one.from, one.to])),
        folded("指令全文 the whole order", element("pre", JSON.stringify(order, null, 1))));
    }
    const readings = of("readings").filter((record) => (record.lines || []).length > 0);
    if (readings.length > 0) view.append(element("h2", "读数 Readings"));
    for (const record of readings) {
      view.append(element("h3", record.of + " " + record.id + " " + record.factor));
      if (record.of !== "gate") view.append(curveOf(record));
      view.append(folded("逐条 each", tableOf(["时间 time", "", "", ""], record.lines.map((line) => [time(line[0]), ...line.slice(1)]))));
    }
    for (const record of of("judge-inputs")) {
      view.append(element("h2", "研判依据 What it was judged by"), folded("参数 parameters", element("pre", record.parameters)),
                  folded("仪表与基线 instruments and baselines", element("pre", record.instruments)), folded("义务与时段 obligation and window", element("pre", record.body)));
    }
    const notes = of("note");
    if (notes.length > 0) view.append(element("h2", "回执与处置 Receipts and steps"));
    for (const record of notes) view.append(folded(record.title || "", membersOf(without(record, "kind", "title"))));
    view.append(element("h2", "核验 Checks"), tableOf(["项目 link", "结果 result", "说明 why"], result.links.map((link) => [link.what, link.holds ? "✓" : "✗", link.why])));
    const inclusions = of("inclusion");
    if (inclusions.length > 0) {
      view.append(element("h2", "审计记录 Audit log"), tableOf(["序号 number", "时间 time", "人员 person", "操作 action", "对象 subject", "内容 detail"],
        inclusions.map((record) => record.entry || {}).map((entry) => [entry.number, time(entry.at || 0), entry.person, entry.action, entry.subject, entry.detail])));
    }
  };
  return {check, show, sha256, sha512, isSigned, canonical, hex, utf8};
})();
document.addEventListener("DOMContentLoaded", () => {
  const pageText = "<!doctype html>\n" + document.documentElement.outerHTML;
  const mark = "qingkong-page ";
  const trailer = document.lastChild && document.lastChild.nodeType === Node.COMMENT_NODE ? document.lastChild.data : "";
  const bytes = Uint8Array.from(atob(document.getElementById("package").textContent.replace(/\n/g, "")), (c) => c.charCodeAt(0));
  const result = Evidence.check(pageText, trailer.startsWith(mark) ? trailer.slice(mark.length) : "", new TextDecoder().decode(bytes));
  Evidence.show(document.getElementById("view"), result);
  document.documentElement.dataset.holds = String(result.links.every((link) => link.holds));
});
