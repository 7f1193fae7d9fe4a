// The page: what all views share. Whatever comes from the server becomes text, never markup.
// SPDX-License-Identifier: Apache-2.0

/** An element. `on...` attributes are listeners, the others attributes; children are nodes or texts. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** A text of the server's: bounded, and its direction stays its own. */
export function value(text, attributes = {}) {
  const whole = String(text ?? '');
  return h('bdi', { ...attributes, title: clip(String(attributes.title ?? whole), 500) }, clip(whole, 300));
}

/** Several texts in a row: none of them turns the direction of the others. */
export function values(texts, between, attributes = {}) {
  const shown = texts.filter((text) => text !== null && text !== undefined && text !== '');
  return h('span', attributes, shown.flatMap((text, place) => [place ? between : '', value(text)]));
}

/** Embeddings, overrides and isolates: one that is never ended would turn what stands behind it, too. */
const turns = /[\u202a-\u202e\u2066-\u2069]/g;

/** As much of a text as there is room for; what would turn its direction is seen as a mark. */
export function clip(text, most) {
  return (text.length > most ? text.slice(0, most) + '…' : text).replace(turns, '\ufffd');
}

/** Why a request failed: the server's own line. */
export class Failed extends Error {
  constructor(status, line) {
    super(line);
    this.status = status;
  }
}

/** Asks the server; its paths begin beside `/ui/`. */
export async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch('../' + path, { cache: 'no-store', ...options });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Failed(0, 'The server does not answer.');
  }
  if (answer.status === 401) {
    // The session is over: the server shows where one logs in.
    location.reload();
    throw new Failed(401, 'The session is over.');
  }
  if (!answer.ok) {
    const line = (await answer.text()).split('\n')[0];
    throw new Failed(answer.status, clip(line || `The server answers ${answer.status}.`, 400));
  }
  return answer;
}

export async function askJSON(path, options) {
  const answer = await ask(path, options);
  return answer.json();
}

/** Changes a machine: a merge patch, or `null` to remove it. */
export function change(id, patch) {
  return ask('machines/' + encodeURIComponent(id), patch === null
    ? { method: 'DELETE' }
    : {
      method: 'PATCH', body: JSON.stringify(patch),
      headers: { 'Content-Type': 'application/merge-patch+json' },
    });
}

let sayTimer;
/** Tells a screen reader, once things have settled. */
export function say(text) {
  clearTimeout(sayTimer);
  sayTimer = setTimeout(() => { document.getElementById('status').textContent = text; }, 400);
}

/** A quiet line below the view: what is not there, or does not work now; empty takes it away. */
export function note(text) {
  const line = document.getElementById('note');
  if (line.textContent === text) return;
  line.textContent = text;
  line.hidden = text === '';
  if (text) say(text);
}

/** Puts other children into a list; who stood on one of its links stands there still. */
export function refill(list, children) {
  const there = list.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  list.replaceChildren(...children);
  if (there) [...list.querySelectorAll('a')].find((one) => one.getAttribute('href') === there)?.focus({ preventScroll: true });
}

const units = [[1e9, 'GB'], [1e6, 'MB'], [1e3, 'kB']];
export function bytes(count) {
  if (count === null || count === undefined) return '';
  const unit = units.find(([size]) => count >= size);
  if (!unit) return `${count} B`;
  const number = count / unit[0];
  return `${number < 10 ? number.toFixed(1) : Math.round(number)} ${unit[1]}`;
}

export function span(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

function agoText(time) {
  const seconds = (Date.now() - Date.parse(time)) / 1000;
  if (Number.isNaN(seconds)) return clip(time, 30);
  if (seconds < 10) return 'now';
  if (seconds < 60) return `${Math.round(seconds)} s ago`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86400)} days ago`;
}

/** `3 min ago`, with the whole time to point at. */
export function ago(time, empty = 'never') {
  if (!time) return h('span', { class: 'muted' }, empty);
  const whole = clip(String(time), 40);
  return h('time', { datetime: whole, title: whole, class: 'ago' }, h('bdi', {}, agoText(whole)));
}

/** Brings all `3 min ago` within an element up to date. */
export function renew(element) {
  for (const time of element.querySelectorAll('time.ago')) {
    const text = agoText(time.getAttribute('datetime'));
    if (time.textContent !== text) time.firstChild.textContent = text;
  }
}

export function nameOf(machine) {
  return clip(machine.hostname || machine.id, 120);
}

/** A state as a word in a coloured pill; the word alone says it all. */
export function pill(word) {
  const text = clip(String(word ?? 'damaged'), 24);
  return h('span', { class: /^[a-z-]+$/.test(text) ? 'pill ' + text : 'pill' }, value(text));
}

export function link(id, text) {
  return h('a', { href: '#/machine/' + encodeURIComponent(id) }, value(text));
}

/** Runs `body` now and every so often while the page is seen; `stop()` ends it. */
export function every(milliseconds, body) {
  let timer = null;
  let isStopped = false;
  let isRunning = false;
  let isWanted = false;
  const turn = async () => {
    clearTimeout(timer);
    if (isStopped) return;
    if (isRunning) {
      // Soon, and not once for each who wants it.
      isWanted = true;
      return;
    }
    isRunning = true;
    try {
      if (!document.hidden) await body();
    } catch (error) {
      note(error.message);
    }
    isRunning = false;
    if (!isStopped) timer = setTimeout(turn, isWanted ? Math.min(500, milliseconds) : milliseconds);
    isWanted = false;
  };
  const seen = () => { if (!document.hidden) turn(); };
  document.addEventListener('visibilitychange', seen);
  turn();
  return {
    now: turn,
    stop() {
      isStopped = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    },
  };
}

/** Asks once more, in a dialog that Escape leaves. Resolves to whether it was meant. */
export function confirmed(question, consequence, yes) {
  return new Promise((resolve) => {
    const dialog = h('dialog', { 'aria-labelledby': 'question', 'aria-describedby': 'consequence' },
      h('h2', { id: 'question' }, value(question)),
      h('p', { id: 'consequence' }, consequence),
      h('div', { class: 'row end' },
        h('button', { type: 'button', autofocus: true, onclick: () => dialog.close('no') }, 'Cancel'),
        h('button', { type: 'button', class: 'danger', onclick: () => dialog.close('yes') }, yes)));
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Somebody looked at something, as this very page does all the while: nothing happened by that. The server's
 * `Event.Name.looks`. */
const looks = new Set([
  'machines', 'machine-api', 'boots', 'events', 'explain', 'image-versions', 'page', 'state', 'doubts', 'metrics', 'health',
]);
function isLook(event) {
  return looks.has(event.name) && (event.method === 'GET' || event.method === 'HEAD') && !(event.status >= 400);
}

/** Events that the list of them begins with. */
const mostPast = 100;

/** The server's events, kept while the page is seen: a bounded list, the newest first. */
class Stream extends EventTarget {
  events = [];
  /** Why there are none now; empty while all is well. */
  problem = '';
  #last = '';
  #abort = null;
  #isStarted = false;
  /** Whether what happened before the page was opened is here, or wanted. */
  #hasPast = false;

  start() {
    this.#isStarted = true;
    document.addEventListener('visibilitychange', () => this.#follow());
    this.#follow();
  }

  /** Has what happened last here, too: it is not fetched before somebody wants to see it. */
  recall() {
    if (this.#hasPast) return;
    this.#hasPast = true;
    if (this.events.length >= mostPast) return;
    // From the start: what came meanwhile is among it.
    this.events = [];
    this.#last = '';
    if (this.#isStarted) this.#follow();
  }

  #follow() {
    this.#abort?.abort();
    this.#abort = null;
    if (document.hidden) return;
    this.#abort = new AbortController();
    this.#run(this.#abort.signal);
  }

  async #run(signal) {
    let pause = 1000;
    while (!signal.aborted) {
      try {
        const answer = await ask(this.#hasPast && !this.#last ? `events?last=${mostPast}` : 'events', {
          headers: this.#last ? { 'Last-Event-ID': this.#last } : {}, signal,
        });
        this.#tell('');
        pause = 1000;
        await this.#read(answer.body.getReader(), signal);
      } catch (error) {
        if (error.name === 'AbortError') return;
        if (error instanceof Failed) {
          this.#tell(`Live events are not to be had: ${error.message}`);
          pause = 30000;
        }
      }
      await new Promise((resolve) => { setTimeout(resolve, pause); });
    }
  }

  async #read(reader, signal) {
    const decoder = new TextDecoder();
    let rest = '';
    for (;;) {
      const { done, value: piece } = await reader.read();
      if (done || signal.aborted) return;
      rest += decoder.decode(piece, { stream: true });
      const blocks = rest.split('\n\n');
      rest = blocks.pop();
      if (rest.length > 1 << 20) return;
      const fresh = blocks.map((block) => this.#event(block)).filter(Boolean);
      if (fresh.length === 0) continue;
      this.events.unshift(...fresh.reverse());
      this.events.length = Math.min(this.events.length, 500);
      this.dispatchEvent(new CustomEvent('events', { detail: fresh }));
    }
  }

  #event(block) {
    const event = { name: 'message', data: '' };
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':');
      const field = line.slice(0, colon);
      const text = line.slice(colon + 1).replace(/^ /, '');
      if (field === 'id') this.#last = text;
      else if (field === 'event') event.name = text;
      else if (field === 'data') event.data += text;
    }
    if (!event.data) return null;
    try {
      const whole = { ...JSON.parse(event.data), name: event.name };
      return isLook(whole) ? null : whole;
    } catch {
      return null;
    }
  }

  #tell(problem) {
    if (this.problem === problem) return;
    this.problem = problem;
    this.dispatchEvent(new CustomEvent('events', { detail: [] }));
  }
}

export const stream = new Stream();
