// Addresses that somebody may send: whatever stands in them, the page opens, says what it left out, and learns. Nothing in
// them becomes markup or script.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync, deflateRawSync, deflateSync } from 'node:zlib';
import { closeDialog, whenEpoch, withPage } from './harness.mjs';

const house = withPage();

const base64url = (bytes) => Buffer.from(bytes).toString('base64url');
const config = (value) => base64url(JSON.stringify(value));
const bomb = Buffer.alloc(30_000_000, 0x20);

const HASHES = [
  // TensorFlow Playground's keys with values that are none.
  '#activation=evil&networkShape=-1,NaN,1e9&batchSize=0&learningRate=Infinity&seed=%00',
  '#networkShape=999999999',
  `#networkShape=${Array(1000).fill(8).join(',')}`,
  '#networkShape=1e308,1e308',
  '#networkShape=,,,,',
  '#batchSize=-10&percTrainData=0&noise=-50',
  '#batchSize=1e300&percTrainData=100000&noise=1e300',
  '#learningRate=NaN&regularizationRate=NaN',
  '#learningRate=-1&regularization=L3',
  '#dataset=../../etc/passwd&regDataset=file:///etc/passwd',
  '#dataset=__proto__&activation=constructor',
  '#problem=toString&regularization=hasOwnProperty',
  '#seed=<script>alert(1)</script>',
  '#seed=1e999&x=maybe&y=perhaps',
  '#tutorial=<img src=x onerror=alert(1)>&hideText=true',
  '#activation=tanh&activation=relu&activation=linear',
  '#x=false&y=false',
  '#showTestData=%F0%9F%92%A9&discretize=%ff%fe',
  '#%',
  '#%E0%A4%A',
  '#=&=&=&&&&===',
  '#&amp;&lt;script&gt;',
  `#${'a'.repeat(100_000)}`,
  `#${'a=b&'.repeat(20_000)}`,
  '#javascript:alert(1)',
  '#data:text/html,<script>alert(1)</script>',
  '#https://evil.example/',
  '#open=https://evil.example/data.csv',
  '#open=../../../etc/passwd',
  '#open=//evil.example/data.csv',
  // Our own keys with values that are none.
  '#v=1',
  '#v=0&c=abc',
  '#v=2&unknown=1',
  '#v=999999999999999999999',
  `#v=1&c=${config({ layers: [{ units: 1e9, activation: 'tanh' }] })}`,
  `#v=1&c=${config({ layers: Array(500).fill({ units: 64, activation: 'tanh' }) })}`,
  `#v=1&c=${config({ data: { rows: 1e12 } })}`,
  `#v=1&c=${config({ features: ['x1'.repeat(100_000)] })}`,
  `#v=1&c=${config({ features: ['('.repeat(50_000)] })}`,
  `#v=1&c=${config({ __proto__: { polluted: true }, constructor: 1 })}`,
  `#v=1&c=${base64url('['.repeat(100_000))}`,
  `#v=1&s=${base64url(randomBytes(5000))}`,
  // Shared states, cut off, changed, or made to burst.
  '#s=',
  '#s=!!!!',
  `#s=${base64url(randomBytes(64))}`,
  `#s=${base64url(gzipSync(bomb))}`,
  `#s=${base64url(deflateSync(bomb))}`,
  `#s=${base64url(deflateRawSync(bomb))}`,
  `#share=${base64url(deflateRawSync(bomb))}`,
];

test('addresses that mean no good', { timeout: 600_000 }, async (all) => {
  // One browser window for all of them: what one leaves behind the next one meets. A small one is drawn sooner.
  const { page, close } = await house.open({ width: 600, height: 400 });
  for (const hash of HASHES) {
    const shown = hash.length > 60 ? `${hash.slice(0, 57)}…` : hash;
    await all.test(shown, async () => {
      await page.goto('about:blank');
      await page.goto(`${house.origin}/${hash}`);
      await whenEpoch(page, (found) => found > 0);
      assert.equal(await page.evaluate(() => ({}).polluted), undefined);
      assert.equal(await page.locator('img[src="x"], body script:not([src])').count(), 0);
    });
  }
  await close();
});

test('a shared link that is damaged anywhere still opens', { timeout: 600_000 }, async () => {
  const { page, close } = await house.open();
  await whenEpoch(page, (found) => found > 0);
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await page.waitForFunction(() => [...document.querySelectorAll('dialog textarea')].every((area) => area.value !== ''));
  const { hash } = new URL(await page.getByRole('textbox', { name: 'Link with everything' }).inputValue());
  const damaged = [hash.slice(0, -1), hash.slice(0, hash.length / 2), `${hash}A`, `${hash}&${hash.slice(1)}`, hash.toLowerCase()];
  for (const part of [0.2, 0.5, 0.9]) {
    const at = Math.floor(hash.length * part);
    damaged.push(`${hash.slice(0, at)}${hash[at] === 'A' ? 'B' : 'A'}${hash.slice(at + 1)}`);
  }
  for (const other of damaged) {
    await page.goto('about:blank');
    await page.goto(`${house.origin}/${other}`);
    await whenEpoch(page, (found) => found > 0);
  }
  await close();
});

test('an address that changes while it trains is opened, good or bad', async () => {
  const { page, close } = await house.open();
  for (const hash of ['#networkShape=3,3,3', '#%%%', '#learningRate=NaN', '#dataset=xor&networkShape=2']) {
    await page.evaluate((next) => void (location.hash = next), hash);
    await page.waitForTimeout(300);
    await whenEpoch(page, (found) => found > 0);
  }
  await close();
});

/** Model files that are none. */
const MODELS = [
  ['empty.gradus', Buffer.alloc(0)],
  ['text.gradus', Buffer.from('hello')],
  ['zeros.gradus', Buffer.alloc(4096)],
  ['noise.gradus', randomBytes(4096)],
  ['header.gradus', Buffer.from([255, 255, 255, 255, 255, 255, 255, 127, 123, 125])],
  ['zip.gradus', Buffer.from('PK\x03\x04 no model')],
  ['deep.gradus', Buffer.concat([Buffer.from([0xa0, 0x86, 1, 0, 0, 0, 0, 0]), Buffer.from('['.repeat(100_000))])],
];

test('model files that are none are refused in words', async () => {
  const { page, close } = await house.open();
  await whenEpoch(page, (found) => found > 0);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  const dialog = page.getByRole('dialog');
  for (const [name, buffer] of MODELS) {
    await dialog.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    await dialog.getByRole('alert').filter({ hasText: /\S/ }).waitFor();
  }
  await closeDialog(page);
  const before = await whenEpoch(page, () => true);
  await whenEpoch(page, (found) => found > before);
  await close();
});
