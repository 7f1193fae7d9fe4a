// The page: one machine, its boots one below the other, and what can be done with it.
// SPDX-License-Identifier: Apache-2.0

import { ago, askJSON, change, clip, confirmed, every, h, nameOf, note, pill, renew, say, stream, value, values } from './common.js';
import { timeline } from './boots.js';

const states = ['unknown', 'configured', 'installing', 'installed', 'running'];

/** What a state leads to, where a disk feels it. */
const consequences = {
  configured: 'It will be installed again at its next network boot, over its disk.',
  unknown: 'It will have no profile. At its next network boot a profile that takes it installs it, over its disk.',
};

export function machine(main, id) {
  let record = null;
  const heading = h('h1', {}, value(clip(id, 120)));
  const banner = h('div', { class: 'banner', hidden: true });
  const facts = h('dl', { class: 'facts' });
  const boots = h('div', { class: 'timelines' }, h('p', { class: 'muted' }, 'Loading…'));
  const trail = h('div', {}, h('p', { class: 'muted' }, 'Loading…'));
  const select = h('select', { id: 'state' }, states.map((state) => h('option', {}, state)));
  const tools = h('div', { class: 'tools actions', hidden: true },
    h('button', { type: 'button', class: 'main', onclick: () => claim(record, load) }, 'Claim…'),
    h('span', { class: 'row' },
      h('label', { for: 'state' }, 'State '), select,
      h('button', { type: 'button', onclick: setState }, 'Set state')),
    h('button', { type: 'button', class: 'danger', onclick: remove }, 'Remove…'));
  main.append(
    h('p', { class: 'back' }, h('a', { href: '#/machines' }, '← Machines')),
    h('div', { class: 'top' }, heading), banner, tools, facts,
    h('section', { 'aria-labelledby': 'boots' }, h('h2', { id: 'boots' }, 'Its boots'), boots),
    h('section', { 'aria-labelledby': 'trail' }, h('h2', { id: 'trail' }, 'What was changed'), trail));

  async function load() {
    try {
      draw(await askJSON('machines/' + encodeURIComponent(id)));
    } catch (error) {
      banner.hidden = false;
      banner.replaceChildren(value(error.message, { class: 'wrap' }));
      if (error.status === 404) {
        tools.hidden = true;
        facts.replaceChildren();
        record = null;
      }
    }
  }

  function draw(machine) {
    banner.hidden = !machine.held && !machine.problem;
    if (JSON.stringify(machine) === JSON.stringify(record)) return renew(facts);
    if (machine.state !== record?.state) select.value = machine.state ?? 'unknown';
    record = machine;
    heading.replaceChildren(value(nameOf(machine)), ' ', pill(machine.state));
    document.title = `${clip(nameOf(machine), 80)} – coreos-ipxe-server`;
    tools.hidden = false;
    banner.replaceChildren(
      h('strong', {}, machine.problem ? 'Its record cannot be used. ' : 'It waits. '),
      value(machine.held?.says ?? machine.problem ?? '', { class: 'wrap' }));
    const rows = [
      ['Profile', machine.profile], ['ID', machine.id], ['UUID', machine.uuid === machine.id ? null : machine.uuid],
      ['MACs', machine.macs], ['Serial', machine.serial], ['Asset tag', machine.asset],
      ['Address', machine.ip], ['Platform', [machine.platform, machine.arch]],
      ['Version', machine.version],
      ['Metadata', Object.entries(machine.metadata ?? {}).map(([key, text]) => `${key}=${text}`)],
    ].map(([key, text]) => [key, [text].flat().filter(Boolean)]).filter(([, texts]) => texts.length)
      .map(([key, texts]) => [key, values(texts, ', ', { class: 'wrap' })]);
    rows.push(['Last boot', ago(machine.lastBoot)], ['Last seen', ago(machine.lastSeen)]);
    if (machine.installedAt) rows.push(['Installed', ago(machine.installedAt)]);
    if (machine.failedTries > 0) rows.push(['Installer served', `${machine.failedTries} times without a report`]);
    facts.replaceChildren(...rows.map(([key, shown]) => h('div', {}, h('dt', {}, key), h('dd', {}, shown))));
  }

  async function setState() {
    const state = select.value;
    const asks = consequences[state];
    if (asks && !(await confirmed(`Set ${nameOf(record)} to ${state}?`, asks, 'Set state'))) return;
    await act(() => change(record.id, { state }), `It is ${state}`);
    await load();
  }

  async function remove() {
    const isMeant = await confirmed(`Remove ${nameOf(record)}?`,
      'It will be a new machine: at its next network boot a profile that takes it installs it, over its disk.', 'Remove');
    if (isMeant && await act(() => change(record.id, null), 'It is removed')) location.hash = '#/machines';
  }

  // What boots is looked at every second, all else every five.
  let turns = 0;
  const poll = every(1000, async () => {
    const isTurn = turns % 5 === 0;
    turns += 1;
    if (isTurn) await load();
    if (isTurn || boots.isMoving) await drawBoots(boots, id);
  });
  drawTrail(trail, id);
  const heard = ({ detail }) => {
    if (!detail.some((event) => event.machine === record?.id)) return;
    turns = 0;
    poll.now();
  };
  stream.addEventListener('events', heard);
  return () => {
    stream.removeEventListener('events', heard);
    poll.stop();
  };
}

/** Does it, and says how it went. */
async function act(body, done) {
  try {
    await body();
    note('');
    say(done);
    return true;
  } catch (error) {
    note(error.message);
    say(error.message);
    return false;
  }
}

async function drawBoots(place, id) {
  let list;
  try {
    list = await askJSON(`boots?limit=20&machine=${encodeURIComponent(id)}`);
  } catch (error) {
    place.replaceChildren(h('p', { class: 'muted' }, 'Boots are not to be had: ' + error.message));
    return;
  }
  place.isMoving = list.some((boot) => !boot.ended);
  // The latest first, and all to one scale, so that a slow one is seen.
  list.sort((left, right) => Date.parse(right.began) - Date.parse(left.began));
  const whole = Math.max(1000, ...list.map((boot) => lasted(boot)));
  if (list.length === 0) {
    place.shown = new Map();
    place.replaceChildren(h('p', { class: 'muted' }, 'None since the server began to keep them.'));
    return;
  }
  // What has not changed stays, for who reads it just now.
  const shown = new Map();
  for (const boot of list) {
    const text = boot.ended ? JSON.stringify([boot, whole]) : null;
    const old = place.shown?.get(boot.id);
    const isSame = text !== null && old?.text === text;
    if (isSame) renew(old.element);
    shown.set(boot.id, isSame ? old : { text, element: timeline(boot, whole) });
  }
  const elements = [...shown.values()].map((one) => one.element);
  place.shown = shown;
  elements.forEach((element, index) => {
    if (place.children[index] !== element) place.insertBefore(element, place.children[index] ?? null);
  });
  while (place.children.length > elements.length) place.lastChild.remove();
}

export function lasted(boot) {
  const ends = boot.stages.map((stage) => Date.parse(stage.end ?? '') || 0);
  const end = boot.ended ? Date.parse(boot.ended) : Math.max(Date.now(), ...ends);
  return Math.max(0, Math.max(end, ...ends) - Date.parse(boot.began));
}

async function drawTrail(place, id) {
  try {
    const entries = (await askJSON(`machines/${encodeURIComponent(id)}/audit`)).slice(0, 50);
    place.replaceChildren(entries.length
      ? h('ol', { class: 'trail' }, entries.map((entry) => h('li', {},
        ago(entry.time), ' ', value(entry.change, { class: 'wrap' }), ' ',
        values([entry.by, entry.why], ' – ', { class: 'muted wrap' }))))
      : h('p', { class: 'muted' }, 'Nothing yet.'));
  } catch (error) {
    place.replaceChildren(h('p', { class: 'muted' }, error.message));
  }
}

const outcomes = { boot: 'It boots', local: 'It boots its own disk', held: 'It gets nothing, and waits', ask: 'It is asked who it is' };

/** What an explanation has to show: what is amiss, the script, what it fetches, and files made for it. */
function parts(answer) {
  return [
    ...answer.warnings.map((line) => h('p', { class: 'wrong' }, value(line, { class: 'wrap' }))),
    answer.script ? h('pre', { tabindex: 0, role: 'region', 'aria-label': 'Its script' }, clip(answer.script, 8000)) : '',
    answer.fetches.length
      ? h('ul', { class: 'fetches', 'aria-label': 'What it fetches' }, answer.fetches.map((one) => h('li', {},
        value(one.url, { class: 'wrap' }), one.exists === false ? h('strong', { class: 'wrong' }, ' is not there') : '')))
      : '',
    ...answer.answers.map((one) => h('details', {}, h('summary', { class: one.problem ? 'wrong' : '' }, value(one.file)),
      one.problem ? h('p', { class: 'wrong' }, value(one.problem, { class: 'wrap' }))
        : h('pre', { tabindex: 0, role: 'region', 'aria-label': clip(one.file, 80) }, clip(one.text ?? '', 8000)))),
  ];
}

/** Asks for the profile of a machine, shows what it would get, and gives it. */
export async function claim(machine, done = () => window.dispatchEvent(new Event('changed'))) {
  let names;
  try {
    names = await askJSON('ui/profiles');
  } catch (error) {
    note(error.message);
    return;
  }
  const select = h('select', { id: 'profile', required: true, onchange: () => tell('') },
    names.map((name) => h('option', { value: name }, clip(name, 100))));
  if (names.includes(machine.profile)) select.value = machine.profile;
  // What a screen reader says of it; the script itself is read by who goes there.
  const verdict = h('p', { class: 'verdict', role: 'status' });
  const shown = h('div', { class: 'preview' });
  const wrong = h('p', { class: 'wrong', role: 'alert' });
  const dialog = h('dialog', { class: 'wide', 'aria-labelledby': 'claiming' },
    h('form', { method: 'dialog', onsubmit: give },
      h('h2', { id: 'claiming' }, 'Claim ', value(nameOf(machine))),
      names.length === 0 ? h('p', {}, 'There are no profiles: profiles/ holds none.') : null,
      h('div', { class: 'row' }, h('label', { for: 'profile' }, 'Profile '), select,
        h('button', { type: 'button', disabled: names.length === 0, onclick: preview }, 'See what it would get')),
      verdict, shown, wrong,
      h('div', { class: 'row end' },
        h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'),
        h('button', { type: 'submit', class: 'main', disabled: names.length === 0 }, 'Claim'))));

  function tell(text, isBad = false, children = []) {
    wrong.textContent = '';
    verdict.classList.toggle('wrong', isBad);
    verdict.replaceChildren(h('bdi', { class: 'wrap' }, clip(text, 2000)));
    shown.replaceChildren(...children);
  }

  /** What this machine would get; nothing is changed by it. */
  async function preview() {
    const profile = select.value;
    tell('Looking…');
    let [text, isBad, children] = ['', true, []];
    try {
      const answer = await askJSON(`explain?machine=${encodeURIComponent(machine.id)}&profile=${encodeURIComponent(profile)}`);
      isBad = answer.decision === 'held';
      text = `${outcomes[answer.decision] ?? answer.decision}: ${answer.why}`;
      children = parts(answer);
    } catch (error) {
      text = error.message;
    }
    if (select.value === profile) tell(text, isBad, children);
  }

  async function give(event) {
    event.preventDefault();
    try {
      await change(machine.id, { profile: select.value });
      dialog.close();
      say(`${clip(nameOf(machine), 80)} is claimed for ${select.value}`);
      done();
    } catch (error) {
      wrong.textContent = error.message;
    }
  }

  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
