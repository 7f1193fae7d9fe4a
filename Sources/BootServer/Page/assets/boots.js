// The page: what boots now, with bars that move, and a boot as a timeline.
// SPDX-License-Identifier: Apache-2.0

import { ago, askJSON, bytes, clip, every, h, link, note, pill, refill, say, span, value, values } from './common.js';
import { lasted } from './machine.js';

const most = 200;

/** What people call who boots. */
function title(boot) { return boot.name ?? boot.machine ?? boot.address; }

/** Of a boot that is under way: `initrd 63 %, 41 MB of 65 MB, 12 MB/s, 2 s left`; of one that stands still what
 * the server says: `initrd 63 %, 41.0 MB of 65.0 MB, no byte for 45 s`. */
function progress(stage, boot) {
  if (boot.stalled) return clip(String(boot.stalled.says), 300);
  if (!stage) return 'has not asked for anything yet';
  const parts = [stageName(stage)];
  if (stage.total) {
    const share = Math.min(1, stage.bytes / stage.total);
    parts[0] += ` ${Math.floor(share * 100)} %`;
    parts.push(`${bytes(stage.bytes)} of ${bytes(stage.total)}`);
    // Where nothing moved just now: its rate since it began.
    const rate = stage.rate ?? stage.bytes / Math.max(1, (Date.now() - Date.parse(stage.start)) / 1000);
    if (boot.state === 'booting' && rate > 0 && share < 1) {
      parts.push(`${bytes(Math.round(rate))}/s`, `${span((stage.total - stage.bytes) / rate * 1000)} left`);
    }
  } else if (stage.bytes) {
    parts.push(bytes(stage.bytes));
  }
  return parts.join(', ');
}

function stageName(stage) {
  const file = clip(String(stage.name ?? '').split('/').pop(), 60);
  // `initrd.gz` says by itself what it is.
  const kind = clip(String(stage.stage), 20);
  return file.startsWith(kind) ? file : `${kind} ${file}`.trim();
}

function current(boot) {
  return boot.stages.findLast((stage) => !stage.end) ?? boot.stages.at(-1);
}

/** One line of the list; `update` changes it in place, so that bars move and nothing is read out anew. */
class Row {
  constructor(boot) {
    this.key = boot.id;
    this.who = h('span', { class: 'who' });
    this.what = h('span', { class: 'muted what' });
    this.text = h('span', { class: 'progress-text' });
    this.fill = h('span', { class: 'fill' });
    this.bar = h('span', { class: 'meter', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 }, this.fill);
    this.element = h('li', { class: 'boot' },
      h('span', { class: 'first' }, this.who, this.what), this.bar, this.text);
    this.element.dataset.boot = boot.id;
  }

  update(boot) {
    const name = title(boot);
    if (this.name !== name) {
      this.name = name;
      refill(this.who, [boot.machine ? link(boot.machine, name) : value(name)]);
      this.bar.setAttribute('aria-label', `Boot of ${clip(name, 80)}`);
    }
    const shared = boot.shared ? 'several machines share its address' : '';
    const what = [boot.profile, boot.version, shared];
    if (this.said !== what.join()) {
      this.said = what.join();
      this.what.replaceChildren(values(what, ' · '));
    }
    const stage = current(boot);
    const share = stage?.total ? Math.min(100, Math.floor(stage.bytes / stage.total * 100)) : null;
    this.fill.style.transform = `translateX(${(share ?? 0) - 100}%)`;
    if (share === null) this.bar.removeAttribute('aria-valuenow');
    else this.bar.setAttribute('aria-valuenow', share);
    const text = progress(stage, boot);
    this.bar.setAttribute('aria-valuetext', text);
    if (this.text.textContent !== text) this.text.textContent = text;
    this.element.classList.toggle('stalled', boot.state === 'stalled');
  }
}

export function boots(main) {
  const count = h('p', { class: 'count' });
  const now = h('ul', { class: 'boots', 'aria-label': 'Booting now' });
  const lately = h('ul', { class: 'lately', 'aria-label': 'Ended lately' });
  main.append(
    h('div', { class: 'top' }, h('h1', {}, 'Booting'), count), now,
    h('section', { 'aria-labelledby': 'ended' }, h('h2', { id: 'ended' }, 'Ended lately'), lately));
  const rows = new Map();
  let isThere = true;

  function draw(list) {
    const stalled = list.filter((boot) => boot.state === 'stalled').length;
    // What stalled wants to be seen first; else the one that began first.
    list.sort((left, right) => (right.state === 'stalled') - (left.state === 'stalled')
      || Date.parse(left.began) - Date.parse(right.began) || left.id - right.id);
    const seen = new Set(list.map((boot) => boot.id));
    for (const [key, row] of rows) {
      if (seen.has(key)) continue;
      row.element.remove();
      rows.delete(key);
    }
    list.forEach((boot, place) => {
      let row = rows.get(boot.id);
      if (!row) {
        row = new Row(boot);
        rows.set(boot.id, row);
      }
      row.update(boot);
      if (now.children[place] !== row.element) now.insertBefore(row.element, now.children[place] ?? null);
    });
    const text = list.length === 0 ? 'Nothing boots now'
      : `${list.length}${list.length === most ? ' or more' : ''} under way` + (stalled ? `, ${stalled} stalled` : '');
    if (count.textContent !== text) {
      count.textContent = text;
      say(text);
    }
  }

  const poll = every(1000, async () => {
    try {
      const list = await askJSON(`boots?state=booting,stalled&limit=${most}`);
      isThere = true;
      draw(list.slice(0, most));
      note('');
    } catch (error) {
      isThere = false;
      count.textContent = '';
      note('Boots are not to be had: ' + error.message);
      // A server without them need not be asked every second.
      if (error.status === 404) poll.stop();
    }
  });
  const slow = every(10000, async () => {
    if (!isThere) return;
    const list = await askJSON('boots?state=done,local,no-report,restarted,cut&limit=20').catch(() => []);
    list.sort((left, right) => Date.parse(right.ended ?? right.began) - Date.parse(left.ended ?? left.began));
    refill(lately, list.slice(0, 20).map((boot) => h('li', {},
      pill(boot.state), ' ', boot.machine ? link(boot.machine, title(boot)) : value(title(boot)),
      ' ', values([boot.profile, boot.version], ' ', { class: 'muted' }), ' ',
      span(lasted(boot)), ', ', ago(boot.ended))));
    if (list.length === 0) lately.append(h('li', { class: 'muted' }, 'None yet'));
  });
  return () => {
    poll.stop();
    slow.stop();
  };
}

/** A boot's stages below each other, each a bar where it was in time. */
export function timeline(boot, whole) {
  const began = Date.parse(boot.began);
  const end = began + lasted(boot);
  const lines = boot.stages.map((stage, place) => {
    const from = Date.parse(stage.start) - began;
    const isOpen = !stage.end;
    const until = (isOpen ? end : Date.parse(stage.end)) - began;
    const isStalled = boot.state === 'stalled' && isOpen && place === boot.stages.length - 1;
    const bar = h('span', { class: isStalled ? 'part stalled' : isOpen && !boot.ended ? 'part open' : 'part' });
    bar.style.left = `${clamp(from / whole) * 100}%`;
    bar.style.width = `${Math.max(0.4, clamp((until - from) / whole) * 100)}%`;
    const amount = stage.total && stage.bytes < stage.total ? `${bytes(stage.bytes)} of ${bytes(stage.total)}` : bytes(stage.bytes);
    const facts = [span(until - from), stage.bytes ? amount : '', stage.rate ? `${bytes(stage.rate)}/s` : '',
      isStalled ? 'stalled here' : isOpen && boot.ended ? 'not finished' : ''];
    return h('li', {},
      h('span', { class: 'stage' }, value(stageName(stage))),
      h('span', { class: 'lane', 'aria-hidden': 'true' }, bar),
      h('span', { class: isStalled ? 'amount wrong' : 'amount' }, facts.filter(Boolean).join(', ')));
  });
  return h('article', { class: 'timeline' },
    h('h3', {}, ago(boot.began), ' ', pill(boot.state), ' ', values([boot.profile, boot.version], ' ', { class: 'muted' }), ' ', span(end - began)),
    boot.stalled ? h('p', { class: 'wrong' }, value(boot.stalled.says, { class: 'wrap' })) : null,
    boot.shared ? h('p', { class: 'muted' }, 'Several machines share its address: what they fetched is counted for none.') : null,
    h('ol', { class: 'stages' }, lines));
}

function clamp(share) {
  return Math.min(1, Math.max(0, share));
}
