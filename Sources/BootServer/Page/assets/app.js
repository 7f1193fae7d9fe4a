// The page: which view is shown, and what surrounds it.
// SPDX-License-Identifier: Apache-2.0

import { ask, note, say, stream } from './common.js';
import { boots } from './boots.js';
import { events, images } from './lists.js';
import { machine } from './machine.js';
import { held, machines } from './machines.js';

/** Each draws into `main` and returns what ends it. */
const views = { machines, held, machine, boots, images, events };
const main = document.getElementById('main');
let stop = () => {};
let isFirst = true;

function show() {
  const [, name = '', ...rest] = location.hash.split('/');
  const view = views[name] ?? machines;
  stop();
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
  note('');
  main.replaceChildren();
  document.body.dataset.view = view.name;
  for (const anchor of document.querySelectorAll('nav a')) {
    const isHere = anchor.hash === '#/' + view.name || (view === machine && anchor.hash === '#/machines');
    if (isHere) anchor.setAttribute('aria-current', 'page');
    else anchor.removeAttribute('aria-current');
  }
  let argument = '';
  try {
    argument = decodeURIComponent(rest.join('/'));
  } catch {
    // A broken escape names nothing.
  }
  stop = view(main, argument);
  const heading = main.querySelector('h1');
  document.title = `${heading?.textContent ?? ''} – coreos-ipxe-server`;
  if (!isFirst) {
    heading?.setAttribute('tabindex', '-1');
    heading?.focus();
    say('');
  }
  isFirst = false;
}

const logout = document.getElementById('logout');
if (document.documentElement.dataset.by !== 'socket') {
  logout.hidden = false;
  logout.addEventListener('click', async () => {
    try {
      await ask('ui/logout', { method: 'POST' });
      location.reload();
    } catch (error) {
      note(error.message);
    }
  });
}

// The address stays that of the view.
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
window.addEventListener('hashchange', show);
show();
// The first rows come first.
setTimeout(() => stream.start(), 300);
