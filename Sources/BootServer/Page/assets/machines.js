// The page: machines in a list of which only what is seen is in the document.
// SPDX-License-Identifier: Apache-2.0

import { Failed, ago, ask, askJSON, every, h, link, nameOf, note, pill, renew, say, stream, value } from './common.js';
import { claim } from './machine.js';

const pageSize = 100;
const mostPages = 30;
const fields = 'id,hostname,macs,profile,state,held,lastBoot,problem';

/** Pages of one list, fetched when they are needed, forgotten when there are many. */
class Pages {
  total = null;
  #query;
  #changed;
  #pages = new Map();
  #lastOf = new Map();
  #ids = null;
  #loading = new Set();
  #abort = new AbortController();

  constructor(query, changed) {
    this.#query = query;
    this.#changed = changed;
  }

  stop() { this.#abort.abort(); }

  get(index) { return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize]; }

  /** Has all of these rows loaded; `anew`: also those that are there, and no others are kept. */
  async need(first, last, anew = false) {
    const [from, to] = [Math.floor(first / pageSize), Math.floor(last / pageSize)];
    const wanted = [];
    for (let page = from; page <= to; page += 1) {
      if ((anew || !this.#pages.has(page)) && !this.#loading.has(page)) wanted.push(page);
    }
    for (const page of anew ? [...this.#pages.keys()] : []) {
      if (page < from || page > to) this.#pages.delete(page);
    }
    for (const page of wanted) await this.#load(page);
  }

  async #load(page) {
    this.#loading.add(page);
    try {
      await this.#fetch(page).catch((error) => {
        if (error.status !== 409) throw error;
        // The machine before this page is gone: look where it begins now.
        this.#ids = null;
        this.#lastOf.clear();
        return this.#fetch(page);
      });
      note('');
    } catch (error) {
      if (error.name !== 'AbortError') note(error.message);
    } finally {
      this.#loading.delete(page);
    }
  }

  async #fetch(page) {
    const after = page === 0 ? '' : await this.#before(page);
    const query = `${this.#query}&limit=${pageSize}&fields=${fields}${after && '&after=' + after}`;
    const answer = await ask('machines?' + query, { signal: this.#abort.signal });
    const rows = await answer.json();
    const total = Number(answer.headers.get('X-Total-Count') ?? rows.length);
    if (total !== this.total) this.#ids = null;
    this.total = total;
    this.#pages.delete(page);
    this.#pages.set(page, rows);
    if (rows.length === pageSize) this.#lastOf.set(page, rows[pageSize - 1].id);
    if (this.#pages.size > mostPages) this.#pages.delete(this.#pages.keys().next().value);
    this.#changed();
  }

  /** The machine in front of a page; who jumps far gets the IDs of all, once. */
  async #before(page) {
    const known = this.#lastOf.get(page - 1);
    if (known) return known;
    if (!this.#ids) {
      const all = await askJSON(`machines?${this.#query}&fields=id`, { signal: this.#abort.signal });
      this.#ids = all.map((row) => row.id);
    }
    const id = this.#ids[page * pageSize - 1];
    if (!id) throw new Failed(409, 'The list has become shorter.');
    return id;
  }
}

/** A table of rows of one height, in a box that scrolls. */
class List {
  #box; #body; #columns; #pages = null; #rows = new Map(); #active = 0; #timer = null; #isMarked = false;

  constructor(box, columns) {
    this.#box = box;
    this.#columns = columns;
    this.#body = box.querySelector('[role=rowgroup].body');
    box.addEventListener('scroll', () => this.draw(), { passive: true });
    box.addEventListener('keydown', (event) => this.#key(event));
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(box);
  }

  stop() {
    this.resized.disconnect();
    clearTimeout(this.#timer);
    this.#pages?.stop();
  }

  show(query, told) {
    this.#pages?.stop();
    const pages = new Pages(query, () => {
      this.draw();
      told(pages.total);
    });
    this.#pages = pages;
    this.#active = 0;
    this.#box.scrollTop = 0;
    pages.need(0, pageSize - 1);
  }

  refresh() {
    const [first, last] = this.#seen();
    return this.#pages?.need(first, Math.max(first, last), true);
  }

  #seen() {
    const height = this.#height();
    const total = this.#pages?.total ?? 0;
    const first = Math.max(0, Math.floor(this.#box.scrollTop / height) - 4);
    const last = Math.ceil((this.#box.scrollTop + this.#box.clientHeight) / height) + 4;
    return [Math.min(first, Math.max(0, total - 1)), Math.min(total, last) - 1];
  }

  #height() { return parseFloat(getComputedStyle(this.#box).getPropertyValue('--row')) || 44; }

  draw() {
    const total = this.#pages?.total;
    if (total === null || total === undefined) return;
    const height = this.#height();
    this.#active = Math.max(0, Math.min(this.#active, total - 1));
    this.#body.style.height = `${total * height}px`;
    this.#box.querySelector('[role=table]').setAttribute('aria-rowcount', total + 1);
    const [first, last] = this.#seen();
    let isLost = false;
    for (const [index, row] of this.#rows) {
      const isWanted = index >= first && index <= last || (index < total && row.contains(document.activeElement));
      if (!isWanted) {
        isLost ||= row.contains(document.activeElement);
        row.remove();
        this.#rows.delete(index);
      }
    }
    let isWhole = true;
    for (let index = first; index <= last; index += 1) {
      if (!this.#pages.get(index)) isWhole = false;
      this.#put(index, height);
    }
    if (!isWhole) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#pages.need(first, last), 60);
    }
    // The machine is gone, with who stood on it.
    if (isLost) (this.#rows.get(this.#active)?.querySelector('a') ?? document.querySelector('h1'))?.focus();
    this.#mark();
  }

  #put(index, height) {
    const record = this.#pages.get(index);
    let row = this.#rows.get(index);
    const isActive = index === this.#active;
    if (!row) {
      row = h('div', { role: 'row', class: 'line' });
      this.#rows.set(index, row);
      // In the order of the list, for who reads it in the document's order.
      const next = [...this.#rows.keys()].filter((other) => other > index).sort((a, b) => a - b)[0];
      this.#body.insertBefore(row, next === undefined ? null : this.#rows.get(next));
      row.setAttribute('aria-rowindex', index + 2);
    }
    row.style.transform = `translateY(${index * height}px)`;
    if (row.record !== record || !row.hasChildNodes()) this.#fill(row, record);
    else renew(row);
    row.querySelector('a')?.setAttribute('tabindex', isActive ? 0 : -1);
  }

  #fill(row, record) {
    // Fetched anew and the same: whoever stands there, or comes back from a dialog, finds it.
    const isSame = record && row.record && JSON.stringify(row.record) === JSON.stringify(record);
    const focused = row.contains(document.activeElement) ? document.activeElement : null;
    const isOther = row.record?.id !== record?.id;
    row.record = record;
    if (isSame) return renew(row);
    row.replaceChildren(...this.#columns.map((column, place) =>
      h('div', { role: 'cell', class: 'cell ' + column.key }, record ? column.cell(record) : place ? '' : '…')));
    // In place of a machine's button there is never another's.
    if (focused) row.querySelector(focused.tagName === 'BUTTON' && !isOther ? 'button' : 'a')?.focus({ preventScroll: true });
  }

  /** When the first rows are painted the page is of use. */
  #mark() {
    if (this.#isMarked || performance.getEntriesByName('usable').length > 0) return;
    this.#isMarked = true;
    requestAnimationFrame(() => setTimeout(() => performance.mark('usable')));
  }

  #key(event) {
    if (event.target.tagName !== 'A' || event.altKey || event.ctrlKey || event.metaKey) return;
    const total = this.#pages?.total ?? 0;
    const page = Math.max(1, Math.floor(this.#box.clientHeight / this.#height()) - 2);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -total, End: total };
    const step = steps[event.key];
    if (step === undefined || total === 0) return;
    event.preventDefault();
    this.#active = Math.max(0, Math.min(total - 1, this.#active + step));
    const [height, top] = [this.#height(), this.#box.scrollTop];
    const head = this.#box.querySelector('.head').offsetHeight;
    const place = this.#active * height;
    if (place < top) this.#box.scrollTop = place;
    else if (place + height + head > top + this.#box.clientHeight) {
      this.#box.scrollTop = place + height + head - this.#box.clientHeight;
    }
    this.draw();
    const row = this.#rows.get(this.#active);
    if (row && !row.record) this.#pages.need(this.#active, this.#active).then(() => this.#focus());
    this.#focus();
  }

  #focus() { this.#rows.get(this.#active)?.querySelector('a')?.focus({ preventScroll: true }); }
}

function macs(machine) {
  const [first = '', ...others] = machine.macs ?? [];
  return [value(first), others.length ? ` +${others.length}` : ''];
}

/** The name; below it, where there is no room for columns, what they would say. */
function name(machine, below = [machine.profile, ...(machine.macs ?? [])].filter(Boolean).join(' · ')) {
  return [link(machine.id, nameOf(machine)), h('span', { class: 'under' }, value(below))];
}

function state(machine) {
  if (machine.problem) return [pill('damaged'), ' ', value(machine.problem, { class: 'muted' })];
  const why = machine.held && h('span', { class: 'held-why' }, value(machine.held.reason, { title: machine.held.says }));
  return [pill(machine.state), why && ' ', why];
}

const columns = {
  name: { key: 'name', label: 'Name', sort: 'name', cell: (m) => name(m) },
  mac: { key: 'mac', label: 'MAC', cell: macs },
  profile: { key: 'profile', label: 'Profile', sort: 'profile', cell: (m) => value(m.profile ?? '') },
  state: { key: 'state', label: 'State', sort: 'state', cell: state },
  lastBoot: { key: 'time', label: 'Last boot', sort: '-lastBoot', cell: (m) => ago(m.lastBoot) },
  why: { key: 'why', label: 'Why it waits', sort: 'held', cell: (m) => value(m.held?.says ?? m.problem) },
  since: { key: 'time', label: 'Since', cell: (m) => ago(m.held?.since, '') },
};

/** A view of machines: a search, an order, and the list. */
function listView(main, options) {
  let sort = options.sort;
  const count = h('p', { class: 'count' });
  const search = h('input', {
    type: 'search', id: 'search', placeholder: 'name, MAC, serial, profile, state', spellcheck: 'false',
    autocomplete: 'off', oninput: () => { clearTimeout(timer); timer = setTimeout(load, 150); },
  });
  const order = h('select', { id: 'order', onchange: () => setSort(order.value) },
    options.columns.filter((c) => c.sort).map((c) => h('option', { value: c.sort }, c.label)));
  const heads = options.columns.map((column) => h('div', { role: 'columnheader', class: 'cell ' + column.key },
    column.sort
      ? h('button', { type: 'button', class: 'sort', onclick: () => setSort(turned(column.sort)) }, column.label)
      : column.label || h('span', { class: 'unseen' }, 'Actions')));
  const box = h('div', { class: 'list' },
    h('div', { role: 'table', 'aria-label': options.title, 'aria-describedby': 'keys' },
      h('div', { role: 'rowgroup', class: 'head' }, h('div', { role: 'row', class: 'line', 'aria-rowindex': 1 }, heads)),
      h('div', { role: 'rowgroup', class: 'body' })));
  main.append(
    h('div', { class: 'top' }, h('h1', { tabindex: -1 }, options.title), count),
    h('div', { class: 'tools', role: 'search' },
      h('label', { for: 'search', class: 'unseen' }, 'Filter machines'), search,
      h('label', { for: 'order', class: 'narrow' }, 'Sort by ', order)),
    h('p', { id: 'keys', class: 'unseen' }, 'In the list the arrow keys go from machine to machine.'), box);
  let timer;
  const list = new List(box, options.columns);

  function turned(wanted) {
    if (sort !== wanted) return wanted;
    return wanted.startsWith('-') ? wanted.slice(1) : '-' + wanted;
  }

  function setSort(wanted) {
    sort = wanted;
    load();
  }

  function load() {
    options.columns.forEach((column, place) => {
      if (!column.sort) return;
      const isSorted = sort.replace('-', '') === column.sort.replace('-', '');
      if (isSorted) heads[place].setAttribute('aria-sort', sort.startsWith('-') ? 'descending' : 'ascending');
      else heads[place].removeAttribute('aria-sort');
    });
    if (order.value !== sort && [...order.options].some((o) => o.value === sort)) order.value = sort;
    const words = [options.fixed, search.value.slice(0, 150)].filter(Boolean).join(' ');
    list.show(`sort=${sort}&q=${encodeURIComponent(words)}`, (total) => {
      const text = total === 0
        ? (search.value ? 'None fits' : options.none)
        : `${total.toLocaleString('en')} ${total === 1 ? 'machine' : 'machines'}`;
      if (count.textContent === text) return;
      count.textContent = text;
      say(text);
    });
  }

  load();
  // What events tell is looked at soon, and everything every few seconds: not each event costs a request.
  let isStale = false;
  const heard = ({ detail }) => { if (detail.length) isStale = true; };
  const changed = () => list.refresh();
  stream.addEventListener('events', heard);
  window.addEventListener('changed', changed);
  let turns = 0;
  const poll = every(2000, async () => {
    turns += 1;
    if (turns > 1 && (isStale || turns % 3 === 0)) {
      isStale = false;
      await list.refresh();
    }
  });
  return () => {
    clearTimeout(timer);
    stream.removeEventListener('events', heard);
    window.removeEventListener('changed', changed);
    poll.stop();
    list.stop();
  };
}

export function machines(main) {
  return listView(main, {
    title: 'Machines', sort: 'name', none: 'No machine has been seen yet',
    columns: [columns.name, columns.mac, columns.profile, columns.state, columns.lastBoot],
  });
}

export function held(main) {
  const action = {
    key: 'action', label: '',
    cell: (machine) => h('button', {
      type: 'button', onclick: () => claim(machine), 'aria-label': 'Claim ' + nameOf(machine).slice(0, 80),
    }, 'Claim'),
  };
  return listView(main, {
    title: 'Held', sort: 'held', fixed: 'is:held', none: 'No machine waits',
    columns: [
      { ...columns.name, cell: (m) => name(m, m.held?.says ?? m.problem ?? '') }, columns.why,
      columns.since, action,
    ],
  });
}
