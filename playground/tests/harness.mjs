// What all tests of the page stand on: the program that serves it, a browser, and a watch over everything that a healthy
// page does not do: errors and warnings on the console, exceptions, breaches of its policy, failed requests, requests to
// anybody else.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';

const PATIENCE = 60_000; // milliseconds: a machine of two cores that does other things too
const STEADY = 10; // times that a number is the same before it counts as at rest

/** The program that serves the page, until `stop`. */
export async function serve(words = [], gradus = process.env.GRADUS) {
  assert.ok(gradus, 'GRADUS names no program; run the tests with `cargo xtask playground --test`');
  const child = spawn(gradus, ['play', '--no-open', '--json', ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const line = await Promise.race([
    new Promise((resolve) => createInterface(child.stdout).once('line', resolve)),
    ended.then((code) => assert.fail(`gradus play ended with ${code}`)),
  ]);
  return {
    address: JSON.parse(line).address,
    stop: () => (child.kill('SIGINT'), ended),
  };
}

/** A browser without a window. */
export function launch(executablePath = process.env.CHROMIUM) {
  // Chromium's own walls cannot be built as root or inside most containers; the page that it shows is ours.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A server and a browser for all tests of a file. */
export function withPage(words = []) {
  const house = {};
  before(async () => {
    house.server = await serve(words);
    house.browser = await launch();
    house.origin = new URL(house.server.address).origin;
  });
  after(async () => {
    await house.browser?.close();
    const code = await house.server?.stop();
    assert.ok(code === 130 || process.platform === 'win32', `gradus play ended with ${code} after Ctrl-C`);
  });
  house.open = (options) => open(house, options);
  return house;
}

/** Everything that went wrong on a page, as lines. `expected` are patterns of what a test provokes on purpose. */
function watch(page, origin, expected) {
  const wrong = [];
  const tell = (line) => {
    if (!expected.some((pattern) => pattern.test(line))) wrong.push(line);
  };
  page.on('console', (message) => {
    if (['error', 'warning', 'assert'].includes(message.type())) tell(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => tell(`exception: ${error.message}`));
  page.on('crash', () => tell('the page crashed'));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // Whoever leaves a page breaks off what it still asks for.
    if (reason !== 'net::ERR_ABORTED') tell(`request failed: ${request.url()} ${reason}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== origin) tell(`request to another origin: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) tell(`answer ${response.status()}: ${response.url()}`);
  });
  return wrong;
}

/** The page in a fresh profile, once its engine answers. */
export async function open(house, { hash = '', width = 1280, height = 900, dark = false, locale = 'en-US', expected = [], reduced = true, ready = true } = {}) {
  const context = await house.browser.newContext({
    locale,
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: reduced ? 'reduce' : 'no-preference',
    hasTouch: width < 600,
  });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const wrong = watch(page, house.origin, expected);
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (report) => console.error(`policy: ${report.violatedDirective} ${report.blockedURI} ${report.sourceFile}:${report.lineNumber}`));
  });
  await page.goto(`${house.origin}/${hash}`);
  if (ready) await whenReady(page).catch(async (error) => assert.fail([error.message, ...wrong, ...(await page.getByRole('status').allInnerTexts())].join('\n')));
  return {
    page,
    wrong,
    /** Ends the page; fails where anything went wrong on it. */
    async close() {
      await context.close();
      assert.deepEqual(wrong, []);
    },
  };
}

/** The names of what the tests press most, as they stand on the page. */
export const WORDS = {
  en: { train: 'Train', pause: 'Pause', reset: 'Reset', step: 'Step', epochs: 'How often the network has seen all training data' },
  zh: { train: '训练', pause: '暂停', reset: '重置', step: '单步', epochs: '全部训练数据被看过多少遍' },
};

/** Waits until the engine has answered: the first numbers are there. */
export async function whenReady(page) {
  await page.waitForFunction(() => /\d/.test(document.querySelector('table tbody td')?.textContent ?? '') && document.querySelector('select, input[type=range]') !== null);
}

/** How many epochs the page says it has trained. */
export async function epoch(page, words = WORDS.en) {
  const text = await page.getByTitle(words.epochs).locator('output').innerText();
  return Number(text.replace(/\D/g, ''));
}

/** Waits until that number is as wanted. */
export async function whenEpoch(page, isWanted, words = WORDS.en) {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const found = await epoch(page, words);
    if (isWanted(found)) return found;
    assert.ok(Date.now() < deadline, `the epoch is ${found} and does not become what is waited for`);
    await page.waitForTimeout(30);
  }
}

/** Ends training, wherever it stands; gives the epoch. */
export async function pause(page, words = WORDS.en) {
  const button = page.getByRole('button', { name: words.pause, exact: true });
  if (await button.isVisible()) await button.click();
  await page.getByRole('button', { name: words.train, exact: true }).waitFor();
  // The last frame may still be on its way: the number has to stay.
  let [last, same] = [-1, 0];
  return whenEpoch(page, (found) => ((same = found === last ? same + 1 : 0), (last = found), same >= STEADY), words);
}

/** The link with everything, from the dialog that shares it. */
export async function shareLink(page) {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const field = page.getByRole('textbox', { name: 'Link with everything' });
  await page.waitForFunction(() => [...document.querySelectorAll('dialog textarea')].every((area) => area.value !== ''));
  const link = await field.inputValue();
  await closeDialog(page);
  return link;
}

/** Closes the window over the page. Once closed it keeps the focus for a moment, and the next key would go to it: it has to be gone. */
export async function closeDialog(page) {
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
}

/** The loss and the accuracy that the page shows: training's, then the test's. */
export function scores(page) {
  return page.locator('table').first().locator('tbody td').allInnerTexts();
}

/** One line of figures for whoever reads the log. */
export function print(line) {
  console.log(`   ${line}`);
}
