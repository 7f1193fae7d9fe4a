// RealClientTests/Page: what a person without a mouse, or with weak eyes, would trip over.
// SPDX-License-Identifier: Apache-2.0

/// Scripts that look at the whole page, in the manner of axe.
enum PageAudit {
  /// Controls without a name, labels that name nothing, IDs that are there twice, and text without contrast
  /// (WCAG 2.2, 1.4.3): each a line.
  static let script = """
    const faults = [];
    const seen = (e) => { const r = e.getBoundingClientRect(); return r.width > 1 && r.height > 1
      && e.checkVisibility({ visibilityProperty: true, opacityProperty: true }); };
    const say = (what, e) => faults.push(what + ': ' + e.outerHTML.slice(0, 120));
    for (const e of document.querySelectorAll(
        'a[href], button, input, select, textarea, dialog[open], [role=progressbar], nav, table, [role=table]')) {
      if (!seen(e)) continue;
      const by = (e.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean)
        .map((id) => document.getElementById(id)?.textContent ?? '').join('');
      const needsLabel = ['NAV', 'TABLE', 'DIALOG', 'INPUT', 'SELECT'].includes(e.tagName) || e.getAttribute('role');
      const labels = [...(e.labels ?? [])].map((l) => l.textContent).join('');
      const name = e.getAttribute('aria-label') || by || labels || (needsLabel ? '' : e.textContent);
      if (!name.trim()) say('no name', e);
      if (e.matches('a, button, input, select') && e.getBoundingClientRect().height < 18) say('too small', e);
    }
    const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push('twice: #' + id);
    for (const e of document.querySelectorAll('label[for]')) {
      if (!document.getElementById(e.htmlFor)) say('label of nothing', e);
    }
    if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
    if (document.querySelectorAll('main').length !== 1) faults.push('not one main');
    for (const row of document.querySelectorAll('[role=row]')) {
      if (!row.closest('[role=table]')) say('row outside a table', row);
    }
    const parse = (c) => { const n = (c.match(/[\\d.]+/g) ?? []).map(Number); return n.length < 4 ? [...n, 1] : n; };
    const over = (top, under) => top.slice(0, 3).map((v, i) => v * top[3] + under[i] * (1 - top[3])).concat(1);
    const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => { v /= 255;
      return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    const scope = document.querySelector('dialog[open]') ?? document.body;
    const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const e = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || !seen(e) || e.closest(':disabled, .unseen, .skip')) continue;
      const style = getComputedStyle(e);
      const layers = [];
      for (let up = e; up; up = up.parentElement) layers.unshift(parse(getComputedStyle(up).backgroundColor));
      const back = layers.reduce((under, top) => over(top, under), [255, 255, 255, 1]);
      const [a, b] = [light(over(parse(style.color), back)), light(back)].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      const size = parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (isLarge ? 3 : 4.5)) say('contrast ' + ratio.toFixed(2), e);
    }
    return [...new Set(faults)].slice(0, 20);
    """

  /// Stands for `/boots` and `/events` of a server: nine boots, of which one stalls, and an event a second.
  static let stub = """
    (() => {
      const real = window.fetch;
      const iso = (ms) => new Date(ms).toISOString();
      const began = Date.now();
      window.bootShare = null;
      const id = (n) => '4c4c4544-0031-3010-8034-00000000000' + n.toString(16);
      const stage = (stage, name, start, end, bytes, total) => ({ stage, name, start: iso(start),
        end: end && iso(end), bytes: Math.round(bytes), total,
        rate: end ? Math.round(bytes / (end - start) * 1000) : 15500000 });
      function boot(n) {
        const now = Date.now();
        const share = window.bootShare ?? (((now - began) / 30000 + 0.2 + n / 9) % 1);
        const isStalled = n === 2;
        const part = isStalled ? 0.63 : share;
        const start = now - (isStalled ? 75000 : share * 20000 + 3000);
        const quiet = Math.floor((now - began) / 1000) + 40;
        return { id: n, machine: id(n + 1), name: `node${n + 1}.rack0`, stalled: isStalled ? { stage: 'initrd', seconds: quiet,
          says: `initrd 63 %, 195.3 MB of 310.0 MB, no byte for ${quiet} s` } : null, profile: ['web', 'core', 'db'][n % 3], version: '3510.2.0',
          address: '10.0.0.' + n, state: isStalled ? 'stalled' : 'booting', shared: false, began: iso(start), ended: null,
          stages: [stage('identity', null, start, start + 200, 400, 400),
            stage('script', null, start + 250, start + 400, 1500, 1500),
            stage('kernel', 'images/flatcar/vmlinuz', start + 500, start + 2500, 48e6, 48e6),
            stage('initrd', 'images/flatcar/initrd.cpio.gz', start + 2600, null, 310e6 * part, 310000000)] };
      }
      function past(n, machine) {
        const start = Date.now() - 3600000 * (n + 1);
        const slow = n === 1 ? 2.2 : 1;
        return { id: 100 + n, machine, name: 'node.rack0', stalled: null, profile: 'core', version: '3510.2.0', address: '10.0.0.9',
          state: ['done', 'done', 'restarted', 'no-report'][n], shared: false, began: iso(start),
          ended: iso(start + 31000 * slow), stages: [stage('identity', null, start, start + 200, 400, 400),
            stage('kernel', 'images/flatcar/vmlinuz', start + 500, start + 2500, 48e6, 48e6),
            stage('initrd', 'images/flatcar/initrd.cpio.gz', start + 2600, start + 2600 + 9000 * slow, 310e6, 310000000),
            stage('config', 'configs/core.ign', start + 20000 * slow, start + 20100 * slow, 2400, 2400)] };
      }
      const json = (value) => new Response(JSON.stringify(value), { headers: { 'Content-Type': 'application/json' } });
      window.fetch = async (url, options) => {
        const { pathname, searchParams } = new URL(url, location.href);
        if (pathname === '/boots') {
          const machine = searchParams.get('machine');
          if (machine) return json([0, 1, 2, 3].map((n) => past(n, machine))
            .concat(machine === id(3) ? [boot(2)] : []));
          if (searchParams.get('state').includes('booting')) return json([...Array(9).keys()].map(boot));
          return json([0, 1, 2, 3].map((n) => past(n, id(n + 1))));
        }
        if (pathname === '/events') {
          let n = 0;
          const names = [['script', 'info'], ['held', 'warning'], ['boot-stalled', 'warning'], ['report', 'info']];
          const stream = new ReadableStream({ start(controller) {
            const timer = setInterval(() => {
              n += 1;
              const [event, level] = names[n % 4];
              const data = { id: n, time: iso(Date.now()), event, level, machine: id(n % 9 + 1), status: 200 };
              controller.enqueue(new TextEncoder().encode(`id: ${n}\\nevent: ${event}\\ndata: ${JSON.stringify(data)}\\n\\n`));
            }, 250);
            options?.signal?.addEventListener('abort', () => { clearInterval(timer); controller.error(options.signal.reason); });
          } });
          return new Response(stream, { headers: { 'Content-Type': 'text/event-stream' } });
        }
        return real(url, options);
      };
    })();
    """

  /// Spoils every text that the server tells: markup, text that runs the other way, 4 KB.
  static let hostile = """
    (() => {
      const bad = '<img src=x onerror="document.title=1">\\u202e\\u2067' + 'x'.repeat(4000);
      const spoil = (machine) => ({ ...machine, hostname: machine.hostname + bad, macs: [bad, bad], serial: bad,
        asset: bad, ip: bad, arch: bad, platform: bad, profile: bad, version: bad, lastBoot: bad, lastSeen: bad,
        state: machine.state && bad, metadata: { [bad]: bad }, held: { reason: bad, says: bad, since: bad } });
      const now = new Date().toISOString();
      const stage = (end) => ({ stage: bad, name: bad, start: now, end, bytes: 5, total: 10, rate: null });
      const boot = (id, state) => ({ id, machine: id % 2 ? null : bad, name: bad, profile: bad, version: bad, address: bad,
        state, stalled: state === 'stalled' ? { stage: bad, seconds: 9, says: bad } : null, shared: true, began: now,
        ended: state === bad ? now : null, stages: [stage(now), stage(state === bad ? now : null)] });
      const made = {
        '/boots': (query) => query.get('machine') ? [boot(0, 'stalled'), boot(2, bad)]
          : query.get('state').includes('booting') ? [boot(0, 'stalled'), boot(1, 'booting')] : [boot(2, bad), boot(3, bad)],
        '/image-versions': () => [{ os: bad, version: bad, arch: bad, size: 1, time: bad, verified: bad, channels: [bad, bad],
          pinned: true, profiles: [bad, bad], machines: [bad], running: [] }],
        '/ui/profiles': () => [bad, 'core'],
        '/explain': () => ({ decision: 'boot', machine: bad, profile: bad, why: bad, state: bad, looked_at: [], script: bad,
          cmdline: bad, length: 1, fetches: [{ url: bad, size: 1, exists: false }], answers: [{ file: bad, text: bad,
          problem: null }, { file: bad, text: null, problem: bad }], warnings: [bad] }),
      };
      const event = (n) => `id: ${n}\\nevent: x\\ndata: ${JSON.stringify({ id: n, time: bad, level: bad, event: bad,
        machine: bad, error: bad, [bad]: bad })}\\n\\n`;
      const real = window.fetch;
      window.fetch = async (url, options) => {
        const { pathname, searchParams } = new URL(url, location.href);
        if (made[pathname]) return new Response(JSON.stringify(made[pathname](searchParams)));
        if (pathname.endsWith('/audit')) return new Response(JSON.stringify([{ time: bad, change: bad, by: bad, why: bad }]));
        if (pathname === '/events') {
          return new Response(new ReadableStream({ start(controller) {
            controller.enqueue(new TextEncoder().encode([1, 2, 3].map(event).join('')
              + 'id: 9\\nevent: gap\\ndata: {"id":9,"event":"gap","from":4,"to":9}\\n\\n'));
          } }));
        }
        const answer = await real(url, options);
        if (!/^\\/machines(\\/[^/]+)?$/.test(pathname)) return answer;
        const found = await answer.json();
        const text = JSON.stringify(Array.isArray(found) ? found.map(spoil) : spoil(found));
        return new Response(text, { headers: answer.headers });
      };
    })();
    """
}
