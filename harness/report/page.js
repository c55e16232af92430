'use strict';
(async () => {
  const report = await unpack(document.getElementById('data').textContent);

  // unpack reads what the page carries: JSON, compressed, in base64 for URLs.
  function unpack(text) {
    const bytes = Uint8Array.from(atob(text.trim().replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).json();
  }

  const $ = (id) => document.getElementById(id);
  const grid = $('grid');

  // --- building: text is only ever text.

  function h(tag, attributes, ...children) {
    const e = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (value !== undefined && value !== false) e.setAttribute(name, value === true ? '' : value);
    }
    e.append(...children.flat(Infinity).filter((c) => c !== undefined && c !== null && c !== ''));
    return e;
  }

  function icon(outcome) {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    use.setAttribute('href', `#i-${outcome}`);
    svg.setAttribute('aria-hidden', 'true');
    svg.append(use);
    return svg;
  }

  // A source is an address or owner/repository#number.
  function link(source) {
    if (!source) return undefined;
    const issue = /^([\w.-]+\/[\w.-]+)#(\d+)$/.exec(source);
    const href = issue ? `https://github.com/${issue[1]}/issues/${issue[2]}` : source;
    if (!href.startsWith('https://')) return source;
    const shown = issue ? source : href.replace(/^https:\/\/(www\.)?/, '').replace(/^(.{60}).+$/, '$1…');
    return h('a', { href, rel: 'noreferrer noopener', target: '_blank' }, shown);
  }

  // prose sets names of variables, key ids and ARNs in a text apart.
  function prose(text) {
    return text.split(/(\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b|\bA[KS]IA[A-Z2-7]{16}\b|\barn:aws[^\s,;)]*[^\s,;).])/)
      .map((piece, i) => (i % 2 ? h('code', {}, piece) : piece));
  }

  const words = {
    accepted: 'Accepted', refused: 'Refused by AWS', 'no-call': 'No AWS call was made',
    failed: 'Accepted by AWS, and the subject failed', broken: 'Not judged',
    skipped: 'Not run',
  };
  const sure = { V: 'verified', L: 'likely', U: 'unverified' };

  // --- a cell's details

  function details(cell) {
    const host = report.hosts.find((x) => x.name === cell.host);
    const subject = report.subjects.find((x) => x.name === cell.subject);
    const strategy = subject.strategies.find((x) => x.name === cell.strategy);
    return [
      h('h2', { id: 'cell-title', tabindex: '-1' }, h('span', { class: 'name' }, cell.host), ' · ', h('span', { class: 'name' }, `${cell.subject} ${cell.strategy}`)),
      h('p', { class: 'muted' }, `${subject.title}; ${strategy.title}. On: ${host.title}.`),
      verdict(cell),
      ledger(cell),
      diagnosis(cell),
      calls(cell),
      ...(cell.run ? [environment(cell.run, host), ending(cell.run)] : []),
      about(host),
    ];
  }

  function verdict(cell) {
    const first = [words[cell.outcome]];
    if (cell.code) first.push(`: ${cell.code}`);
    else if (cell.as && cell.outcome === 'accepted') first.push(` as ${cell.as}`);
    const lines = [h('b', {}, ...first)];
    if (cell.unexpected) lines.push(h('p', {}, h('b', {}, 'Not as expected: '), cell.unexpected));
    else if (cell.outcome !== 'skipped') lines.push(h('p', {}, 'As expected.'));
    if (cell.expected?.because) lines.push(h('p', {}, prose(cell.expected.because), ' ', link(cell.expected.source)));
    if (cell.problem) lines.push(h('p', {}, cell.problem));
    return h('div', { class: 'verdict' }, h('span', { class: `tile ${cell.outcome}` }, icon(cell.outcome)), h('div', {}, ...lines));
  }

  // ledger is the table above the diagnosis: the cause shows there before a word is read.
  function ledger(cell) {
    const rows = cell.run?.ledger ?? [];
    if (!rows.length) return [];
    const quiet = (text) => h('span', { class: text === '-' || text === 'never' || text.startsWith('not ') ? 'muted' : undefined }, text);
    return [
      h('h3', {}, 'Where credentials could come from'),
      table('Where credentials could come from', ['Place', 'Asked for', 'Used'], rows.map((r) => [
        [r.place, r.how ? h('div', { class: 'muted how' }, prose(r.how)) : ''], quiet(r.asked), quiet(r.used)]), 'ledger'),
    ];
  }

  function diagnosis(cell) {
    const findings = cell.run?.findings ?? [];
    if (!findings.length) return [];
    return [h('h3', {}, 'Diagnosis'), findings.map((f) => h('div', { class: f.hazard ? 'finding calm' : 'finding' },
      h('h4', {}, f.kind.replaceAll('-', ' '), f.hazard ? ' (a hazard: nothing failed by it here)' : ''),
      h('p', {}, prose(f.what)),
      f.why ? h('p', {}, prose(f.why)) : '',
      f.change ? h('p', { class: 'change' }, h('b', {}, 'Change'), prose(f.change)) : '',
      f.source ? h('p', { class: 'small' }, 'See ', link(f.source), f.confidence && f.confidence !== 'V' ? ` (${sure[f.confidence]})` : '') : ''))];
  }

  function calls(cell) {
    if (!cell.run) return [];
    const { exchanges, elsewhere = [] } = cell.run;
    return [
      h('h3', {}, exchanges.length === 1 ? '1 AWS call' : `${exchanges.length} AWS calls`),
      exchanges.length ? '' : h('p', {}, 'No AWS call reached the mock.'),
      exchanges.map((x) => call(x)),
      elsewhere.length ? h('details', { open: !exchanges.length }, h('summary', {}, `${elsewhere.length} other ${elsewhere.length === 1 ? 'attempt' : 'attempts'}`),
        h('div', { class: 'inside' }, elsewhere.map((line) => h('p', { class: 'small' }, prose(line))))) : '',
    ];
  }

  function call(x) {
    const outcome = x.accepted ? 'accepted' : 'refused';
    return h('details', { open: true },
      h('summary', {}, `${x.seq}. `, h('span', { class: 'name' }, x.call), ' — ', x.accepted ? `accepted as ${x.principal}` : `${outcome} at ${x.stage ?? '?'}: ${x.reason ?? ''}`),
      h('div', { class: 'inside' },
        facts([
          ['Request', h('code', {}, `${x.method} ${x.url}`)],
          ['Answer', `${x.status}${x.code ? ` ${x.code}` : ''}${x.message ? `: ${x.message}` : ''}`],
          ['Known from', x.confidence ? [tag(sure[x.confidence], `sure-${x.confidence}`), ' ', link(x.source) ?? ''] : ''],
          ['Why', x.detail ? prose(x.detail) : ''],
          ['Asked', x.action && x.resource ? `${x.action} on ${x.resource}` : ''],
        ]),
        credentials(x.credentials),
        canonical(x.canonical, x.reason ?? ''),
        headers(x.header)));
  }

  function facts(rows) {
    return h('dl', {}, rows.filter(([, value]) => value && value.length !== 0).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
  }

  const tag = (text, kind) => h('span', { class: `tag ${kind}` }, text);

  function credentials(parts) {
    if (!parts?.length) return '';
    return table('Where the credentials came from', ['Part', 'Value', 'From', 'Belongs to'], parts.map((p) => [
      p.name, h('span', { class: 'mono' }, p.shown), prose(p.from), p.owner ? h('code', {}, p.owner) : '']));
  }

  function table(label, head, rows, kind = '') {
    return h('div', { class: 'wide' }, h('table', { class: `facts ${kind}`.trim(), 'aria-label': label },
      h('thead', {}, h('tr', {}, head.map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, rows.map((row) => h('tr', {}, row.map((value) => h('td', {}, value)))))));
  }

  // canonical shows the canonical request with the line that differs in both
  // forms, marked by words as well as colour.
  function canonical(c, reason) {
    if (!c) return '';
    const foreign = !c.line && reason.startsWith('token-'); // what is wrong is in the token's own line
    const lines = c.request.split('\n').map((text, i) => {
      const number = i + 1;
      if (foreign && text.startsWith('x-amz-security-token:')) return row('client', number, 'token', text);
      if (number !== c.line) return row('', number, '', text);
      return [row('aws', number, 'AWS', c.ours || text), row('client', number, 'client', c.theirs)];
    });
    function row(kind, number, who, text) {
      return h('span', { class: kind }, h('span', { class: 'no' }, String(number)), h('span', { class: 'who' }, who), h('span', {}, text || ' '));
    }
    return [
      h('p', {}, h('b', {}, c.line ? `Canonical request: line ${c.line}${c.name ? ` (${c.name})` : ''} differs` : 'Canonical request as AWS makes it')),
      c.mistake ? h('p', {}, sentence(c.mistake)) : '',
      h('pre', { class: 'canonical', tabindex: '0', 'aria-label': 'Canonical request' }, lines),
    ];
  }

  const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (text.endsWith('.') ? '' : '.');

  function headers(header) {
    const names = Object.keys(header ?? {}).sort();
    if (!names.length) return '';
    return h('details', {}, h('summary', {}, `${names.length} request headers`),
      h('div', { class: 'inside' }, h('pre', { tabindex: '0', 'aria-label': 'Request headers' }, names.map((n) => header[n].map((v) => `${n}: ${v}\n`)))));
  }

  const setBy = { host: 'host', user: 'project', wiring: 'harness', base: 'base' };
  const aboutCredentials = /AWS|BEDROCK|CREDENTIAL|TOKEN|SECRET|KEY/;

  function environment(run, host) {
    const row = (v) => {
      const known = v.setBy === 'host' || v.setBy === 'user' ? host.facts?.[v.name] : undefined;
      return [
        h('span', { class: 'name' }, v.name),
        h('span', { class: 'mono' }, v.shown || '""'),
        [tag(setBy[v.setBy] ?? v.setBy, v.setBy), v.overrides ? ` over the ${setBy[v.overrides]}’s` : ''],
        known ? [tag(`${known.from}, ${sure[known.confidence]}`, `sure-${known.confidence}`), ' ', link(known.source), known.note ? h('span', { class: 'muted' }, ` ${known.note}`) : ''] : '',
      ];
    };
    const first = run.environment.filter((v) => aboutCredentials.test(v.name) && v.setBy !== 'wiring');
    const rest = run.environment.filter((v) => !first.includes(v));
    const head = ['Variable', 'Value', 'Set by', 'How it is known'];
    return [
      h('h3', {}, 'Environment'),
      first.length ? table('Variables about credentials', head, first.map(row)) : h('p', {}, 'No variable has to do with credentials.'),
      rest.length ? h('details', {}, h('summary', {}, `${rest.length} other variables`), h('div', { class: 'inside' }, table('Other variables', head, rest.map(row)))) : '',
    ];
  }

  function ending(run) {
    const how = run.timedOut ? 'stopped: its time was up' : run.signal ? `ended by signal ${run.signal}` : `exit ${run.exitCode}`;
    return [
      h('h3', {}, 'The run'),
      facts([
        ['Ended', `${how}, after ${(run.durationNs / 1e9).toFixed(2)} s`],
        ['Command', h('code', {}, run.command)],
        ['Project', run.settings?.length ? h('code', {}, run.settings.join(' ')) : 'as hostproof run has it without flags'],
        ['Isolation', [run.isolation, run.why ? `: ${run.why}` : '']],
        ['Mock AWS', run.mock],
      ]),
      run.said ? h('pre', { tabindex: '0', 'aria-label': 'What the subject printed' }, run.said) : '',
    ];
  }

  function about(host) {
    return h('details', {}, h('summary', {}, 'About this host: ', h('span', { class: 'name' }, host.name)),
      h('div', { class: 'inside' },
        h('p', {}, host.summary), h('p', {}, `Rests on: ${host.basis}`),
        host.notSimulated?.length ? [h('p', {}, h('b', {}, 'Not simulated')), h('ul', {}, host.notSimulated.map((line) => h('li', {}, line)))] : ''));
  }

  // --- the dialog

  const dialog = $('cell');
  let open = null; // the button of the cell that is shown

  const nameOf = (cell) => [cell.host, cell.subject, cell.strategy].map(encodeURIComponent).join('/');

  function show(button) {
    open = button;
    const cell = report.cells[button.dataset.cell];
    $('body').replaceChildren(...details(cell).flat(Infinity).filter((x) => x !== ''));
    $('body').scrollTop = 0;
    const shown = visible();
    $('place').textContent = `${shown.indexOf(button) + 1} of ${shown.length}`;
    history.replaceState(null, '', `#${nameOf(cell)}`);
    if (!dialog.open) dialog.showModal();
    $('cell-title').focus({ preventScroll: true });
  }

  dialog.addEventListener('close', () => {
    history.replaceState(null, '', location.pathname + location.search);
    if (open) focus(open);
    open = null;
  });
  $('close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (e) => { if (e.target === dialog) dialog.close(); });

  function walk(by) {
    const shown = visible();
    const next = shown[(shown.indexOf(open) + by + shown.length) % shown.length];
    if (next) show(next);
  }
  $('previous').addEventListener('click', () => walk(-1));
  $('next').addEventListener('click', () => walk(1));

  function showHash() {
    const wanted = location.hash.slice(1);
    const i = wanted ? report.cells.findIndex((c) => nameOf(c) === wanted) : -1;
    const button = grid.querySelector(`button[data-cell="${i}"]`);
    if (!button) return;
    reveal(button);
    show(button);
  }

  // --- the grid: one stop for Tab, arrows within

  const buttons = () => [...grid.querySelectorAll('tbody button.tile')];
  const shownElement = (e) => !e.closest('[data-hidden]');
  const visible = () => buttons().filter((b) => shownElement(b) && !b.classList.contains('dim'));

  function focus(button) {
    rove(button);
    button.focus();
    button.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  function rove(button) {
    grid.querySelectorAll('button[tabindex="0"]').forEach((b) => { b.tabIndex = -1; });
    if (button) button.tabIndex = 0;
  }

  function rowsOf() {
    return [...grid.tBodies[0].rows].filter(shownElement).map((r) => [...r.querySelectorAll('button.tile')].filter(shownElement)).filter((r) => r.length);
  }

  grid.addEventListener('keydown', (e) => {
    const button = e.target.closest('button.tile');
    if (!button || e.altKey || e.metaKey) return;
    const rows = rowsOf();
    const y = rows.findIndex((r) => r.includes(button));
    const x = rows[y].indexOf(button);
    const last = rows.length - 1;
    const to = {
      ArrowRight: [y, x + 1], ArrowLeft: [y, x - 1], ArrowDown: [y + 1, x], ArrowUp: [y - 1, x],
      Home: [e.ctrlKey ? 0 : y, 0], End: [e.ctrlKey ? last : y, Infinity], PageDown: [y + 8, x], PageUp: [y - 8, x],
    }[e.key];
    if (!to) return;
    e.preventDefault();
    const row = rows[Math.max(0, Math.min(last, to[0]))];
    focus(row[Math.max(0, Math.min(row.length - 1, to[1]))]);
  });
  grid.addEventListener('click', (e) => {
    const button = e.target.closest('button.tile');
    if (button) { rove(button); show(button); }
  });

  // --- filters

  const chips = [...document.querySelectorAll('.chip')];

  function apply() {
    const text = $('filter').value.trim().toLowerCase();
    const group = $('subject').value;
    const only = chips.filter((c) => c.getAttribute('aria-pressed') === 'true').map((c) => c.dataset.outcome);
    grid.querySelectorAll('[data-group]').forEach((e) => e.toggleAttribute('data-hidden', group !== 'all' && e.dataset.group !== group));
    $('scroll').classList.toggle('wide', group === 'all');
    for (const b of buttons()) {
      const cell = report.cells[b.dataset.cell];
      const fits = !only.length || only.includes(cell.outcome) || only.includes('off') && b.classList.contains('off');
      b.classList.toggle('dim', !fits);
    }
    let hosts = 0;
    for (const row of grid.tBodies[0].rows) {
      const named = `${row.dataset.host} ${row.querySelector('.title').textContent}`.toLowerCase().includes(text);
      const has = !only.length || [...row.querySelectorAll('button.tile:not(.dim)')].some((b) => !b.closest('td').hasAttribute('data-hidden'));
      row.toggleAttribute('data-hidden', !named || !has);
      if (named && has) hosts += 1;
    }
    $('told').textContent = `${hosts} hosts, ${visible().length} cells shown`;
    rove(visible()[0]);
  }

  function reveal(button) {
    if (shownElement(button)) return;
    $('filter').value = '';
    $('subject').value = button.closest('td').dataset.group;
    chips.forEach((c) => c.setAttribute('aria-pressed', 'false'));
    apply();
  }

  $('filter').addEventListener('input', apply);
  $('subject').addEventListener('change', apply);
  for (const chip of chips) {
    chip.addEventListener('click', () => {
      chip.setAttribute('aria-pressed', String(chip.getAttribute('aria-pressed') !== 'true'));
      apply();
    });
  }

  // --- colours: as the system has them, or as chosen

  const root = document.documentElement;
  function theme(name) {
    if (name === 'auto') delete root.dataset.theme;
    else root.dataset.theme = name;
  }
  let chosen = 'auto';
  try { chosen = localStorage.getItem('hostproof-theme') ?? 'auto'; } catch { /* a page opened as a file may not */ }
  const radio = document.querySelector(`#theme input[value="${chosen === 'light' || chosen === 'dark' ? chosen : 'auto'}"]`);
  radio.checked = true;
  theme(radio.value);
  $('theme').addEventListener('change', (e) => {
    theme(e.target.value);
    try { localStorage.setItem('hostproof-theme', e.target.value); } catch { /* it is forgotten, then */ }
  });

  // A phone shows one subject at a time.
  if (matchMedia('(max-width:700px)').matches && report.subjects.length > 1) $('subject').value = '0';
  apply();
  showHash();
  addEventListener('hashchange', showHash);
  grid.dataset.ready = '';
})();
