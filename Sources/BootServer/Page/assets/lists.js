// The page: images, and events as they come.
// SPDX-License-Identifier: Apache-2.0

import { ago, askJSON, bytes, clip, h, link, note, say, stream, value, values } from './common.js';

export function images(main) {
  const body = h('tbody');
  const count = h('p', { class: 'count' });
  const heads = ['Version', 'Size', 'Age', 'Verified', 'Channels', 'Profiles', 'Machines'];
  main.append(h('div', { class: 'top' }, h('h1', {}, 'Images'), count),
    h('table', { class: 'plain', 'aria-label': 'Images' },
      h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col' }, head)))), body));
  const cell = (place, ...children) => h('td', { 'data-head': heads[place] }, ...children);
  askJSON('image-versions').then((list) => {
    count.textContent = list.length === 0
      ? 'None; coreos-ipxe-server images fetch brings some'
      : `${list.length} ${list.length === 1 ? 'version' : 'versions'}`;
    say(count.textContent);
    body.replaceChildren(...list.slice(0, 1000).map((one) => h('tr', {},
      h('th', { scope: 'row' }, value(`${one.os} ${one.version}`), ' ', value(one.arch, { class: 'muted' })),
      cell(1, bytes(one.size)), cell(2, ago(one.time)),
      cell(3, value(one.verified ?? 'by hand')),
      cell(4, value(one.channels.join(', ') + (one.pinned ? ' (pinned)' : ''))),
      cell(5, value(one.profiles.join(', '))),
      cell(6, `${one.machines.length}` + (one.running.length ? `, ${one.running.length} booted it last` : '')))));
  }).catch((error) => note(error.message));
  return () => {};
}

/** Rows in the document at most. */
const mostRows = 200;
const known = new Set(['name', 'id', 'time', 'event', 'level', 'machine']);

function row(event) {
  if (event.name === 'gap') return gap(event);
  const rest = Object.entries(event).filter(([key]) => !known.has(key))
    .map(([key, text]) => `${key}=${typeof text === 'object' ? JSON.stringify(text) : text}`);
  return h('li', { class: event.level ?? '' },
    h('time', { datetime: clip(String(event.time), 40), title: clip(String(event.time), 40) }, clip(String(event.time ?? '').slice(11), 8).slice(0, 8)), ' ',
    h('strong', {}, value(event.event ?? event.name)), ' ',
    h('span', {}, event.machine ? link(event.machine, event.machine) : ''), ' ',
    values(rest, ' ', { class: 'muted' }));
}

/** Where the server could not tell all, in words. */
function gap(event) {
  const count = Number(event.to) - Number(event.from) + 1;
  const many = count > 0 ? `Up to ${count.toLocaleString('en')} events` : 'Some events';
  return h('li', { class: 'gap' }, `${many} are missing here: the server does not keep them any more.`);
}

export function events(main) {
  let isPaused = false;
  const list = h('ol', { class: 'events', 'aria-label': 'Events, the newest first' });
  const count = h('p', { class: 'count' });
  const search = h('input', { type: 'search', id: 'wanted', placeholder: 'event, machine, word', oninput: draw });
  const pause = h('button', {
    type: 'button', 'aria-pressed': 'false', onclick: () => {
      isPaused = !isPaused;
      pause.setAttribute('aria-pressed', String(isPaused));
      if (!isPaused) draw();
    },
  }, 'Pause');
  main.append(h('div', { class: 'top' }, h('h1', {}, 'Events'), count),
    h('div', { class: 'tools', role: 'search' },
      h('label', { for: 'wanted', class: 'unseen' }, 'Filter events'), search, pause),
    list);

  function told(number) { return number === 1 ? 'one' : `the last ${number}`; }

  function fits(event) {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return true;
    const text = JSON.stringify(event).toLowerCase();
    return words.every((word) => text.includes(word));
  }

  function draw() {
    note(stream.problem);
    const wanted = stream.events.filter(fits).slice(0, mostRows);
    list.replaceChildren(...wanted.map(row));
    count.textContent = wanted.length === 0 ? (stream.problem ? '' : 'None yet; they appear as they come')
      : told(wanted.length);
  }

  function heard({ detail }) {
    if (isPaused) return;
    if (detail.length === 0) return draw();
    list.prepend(...detail.filter(fits).slice(0, mostRows).map(row));
    while (list.children.length > mostRows) list.lastChild.remove();
    count.textContent = told(list.children.length);
  }

  stream.recall();
  draw();
  stream.addEventListener('events', heard);
  return () => stream.removeEventListener('events', heard);
}
