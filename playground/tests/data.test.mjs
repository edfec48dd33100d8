// Data of one's own: a file, text, points that are painted; and files that are none.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { open, pause, scores, serve, shareLink, whenEpoch, withPage } from './harness.mjs';

const folder = mkdtempSync(join(tmpdir(), 'gradus-'));
after(() => rmSync(folder, { recursive: true }));
const house = withPage();

/** Rows of two classes that a straight line tells apart. */
const rows = Array.from({ length: 40 }, (_, row) => `${(row % 7) - 3},${(row % 5) - 2},${(row % 7) - 3 + ((row % 5) - 2) > 0 ? 'yes' : 'no'}`);
const TABLE = `across,up,kind\n${rows.join('\n')}\n`;

const file = (name, text) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
const chooser = (page) => page.locator('input[type=file]').first();
/** The page with the tools for own data unfolded. */
async function unfolded(options) {
  const opened = await house.open(options);
  await opened.page.evaluate(() => document.querySelectorAll('details').forEach((part) => (part.open = true)));
  return opened;
}
const rowsRead = (page, count) => page.getByText(new RegExp(`(^|[ ,])${count} rows$`)).first().waitFor();

test('a CSV file is read, drawn and learned', async () => {
  const { page, close } = await unfolded();
  await chooser(page).setInputFiles(file('own.csv', TABLE));
  await rowsRead(page, 40);
  const columns = page.getByRole('group', { name: 'Columns on the map' });
  assert.deepEqual(await columns.getByRole('combobox').first().locator('option').allInnerTexts(), ['across', 'up'], 'columns of numbers');
  await whenEpoch(page, (found) => found > 30);
  await pause(page);
  assert.match((await scores(page))[1], /^(9\d|100)/, 'a straight line divides these rows');
  await close();
});

test('a column of words is a feature, and the column that is predicted is none', async () => {
  const { page, close } = await unfolded();
  const rows = Array.from({ length: 40 }, (_, row) => `${row},${['red', 'blue', 'green'][row % 3]},${(row * 7) % 40}`);
  await chooser(page).setInputFiles(file('words.csv', ['first', 'eye colour', 'last'].join() + '\n' + rows.join('\n') + '\n'));
  await rowsRead(page, 40);
  const features = (name) => page.getByRole('button', { name: new RegExp(`^\\S+ ${name}: `), pressed: true });
  await features('eye colour').waitFor();
  await features('first').waitFor();
  await page.getByRole('combobox', { name: 'To predict' }).selectOption('first');
  await features('last').waitFor();
  await features('eye colour').waitFor();
  assert.equal(await page.getByRole('button', { name: / first: / }).count(), 0);
  await close();
});

test('text can be pasted, and a second file takes the place of the first', async () => {
  const { page, close } = await unfolded();
  await page.getByRole('button', { name: 'Paste text' }).click();
  await page.getByRole('textbox', { name: 'CSV text' }).fill(TABLE);
  await page.getByRole('button', { name: 'Use this text' }).click();
  await rowsRead(page, 40);
  await chooser(page).setInputFiles(file('other.csv', `a;b;c\n${'1;2;x\n3;4;y\n'.repeat(6)}`));
  await rowsRead(page, 12);
  await close();
});

/** Files that are no data: what is said, and the page goes on with what it had. */
const WRONG = [
  ['empty.csv', '', /empty/],
  ['header.csv', 'a,b\n', /0 data rows/],
  ['ragged.csv', 'a,b\n1,x\n2\n3,y\n', /does not have the 2 fields/],
  ['quote.csv', 'a,b\n1,"x\n2,y\n', /never closed/],
  ['latin.csv', Buffer.from('a,b\n1,caf\xe9\n2,y\n', 'latin1'), /./],
  ['wide.csv', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), /./],
  ['picture.csv', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]), /./],
  ['nul.csv', 'a,b\n1,\0\n2,y\n', /./],
  ['infinite.csv', 'a,b\n1,x\ninf,y\n', /not a finite number/],
  ['one-class.csv', 'a,b\n1,x\n2,x\n', /only one class/],
  ['twice.csv', 'a,a\n1,x\n2,y\n', /both called/],
  ['words.csv', 'a,b\nfoo,x\nbar,y\n', /./],
  ['missing.csv', 'a,b,c\n1,,x\n2,3,y\n4,5,x\n', /./],
  ['script.csv', '<script>alert(1)</script>,b\n<img src=x onerror=alert(1)>,x\n2,y\n', /./],
  ['long-line.csv', `a,b\n${'9'.repeat(400_000)},x\n2,y\n`, /./],
  ['many-columns.csv', `${Array.from({ length: 5000 }, (_, n) => `c${n}`).join(',')}\n1\n`, /./],
];

test('files that are no data are refused in words, and nothing is lost', async () => {
  const { page, close } = await unfolded();
  await chooser(page).setInputFiles(file('own.csv', TABLE));
  await rowsRead(page, 40);
  for (const [name, text, expected] of WRONG) {
    await chooser(page).setInputFiles(file(name, text));
    await page.waitForFunction((wanted) => new RegExp(wanted).test([...document.querySelectorAll('[role=alert], [role=status]')].map((part) => part.textContent).join('\n')), expected.source);
    await page.waitForTimeout(100);
    const before = await whenEpoch(page, (found) => found >= 0);
    await whenEpoch(page, (found) => found > before);
    await chooser(page).setInputFiles(file('own.csv', TABLE));
    await rowsRead(page, 40);
  }
  await close();
});

test('what the engine refuses is said in Chinese on the Chinese page', async () => {
  const { page, close } = await unfolded({ locale: 'zh-CN', hash: '#v=1&learning_rate=99999' });
  const said = (part) => page.waitForFunction((wanted) => [...document.querySelectorAll('[role=alert], [role=status]')].some((place) => place.textContent.includes(wanted)), part);
  await said('已取');
  for (const [name, text, words] of [
    ['empty.csv', '', '文件为空'],
    ['header.csv', 'a,b\n', '只有 0 行数据'],
    ['ragged.csv', 'a,b\n1,x\n2\n3,y\n', '字段数'],
    ['quote.csv', 'a,b\n1,"x\n2,y\n', '引号没有闭合'],
    ['infinite.csv', 'a,b\n1,x\ninf,y\n', '不是有限的数'],
    ['one-class.csv', 'a,b\n1,x\n2,x\n', '只有一个类别'],
    ['twice.csv', 'a,a\n1,x\n2,y\n', '同名'],
  ]) {
    await chooser(page).setInputFiles(file(name, text));
    await said(words);
  }
  await close();
});

test('a file above the limit is refused before it is read', async () => {
  const { page, close } = await unfolded();
  await chooser(page).setInputFiles(file('large.csv', `a,b\n${'1,x\n2,y\n'.repeat(800_000)}`));
  await page.getByRole('alert').filter({ hasText: 'large.csv' }).waitFor();
  await close();
});

test('points are painted while it learns, and travel in the link', async () => {
  const { page, close } = await unfolded();
  await page.getByRole('button', { name: 'Empty the plane' }).click();
  // Without points there is no loss.
  await page.waitForFunction(() => !/\d/.test(document.querySelector('table tbody td')?.textContent ?? ''));
  const map = page.getByRole('img', { name: /Map of the answers/ });
  const brushes = page.getByRole('group', { name: 'Brush' }).getByRole('button');
  for (const [brush, across] of [[0, 0.25], [1, 0.75]]) {
    await brushes.nth(brush).click();
    await map.scrollIntoViewIfNeeded();
    const box = await map.boundingBox();
    const at = (share, down) => [box.x + share * box.width, box.y + down * box.height];
    for (const down of [0.3, 0.5, 0.7]) {
      await page.mouse.move(...at(across, down));
      await page.mouse.down();
      await page.mouse.move(...at(across + 0.08, down + 0.03), { steps: 6 });
      await page.mouse.up();
    }
  }
  await page.keyboard.press('Escape');
  await page.waitForTimeout(500);
  assert.match((await scores(page))[0], /\d/, 'painted points have a loss');
  await pause(page);
  const link = await shareLink(page);
  const again = await house.open({ hash: new URL(link).hash });
  await pause(again.page);
  assert.match((await scores(again.page))[0], /\d/);
  await again.close();
  await close();
});

test('the file that `gradus play FILE` names is on the page', async () => {
  const path = join(folder, 'named.csv');
  writeFileSync(path, TABLE);
  const server = await serve([path]);
  assert.equal(new URL(server.address).hash, '#open=data.csv');
  const own = { browser: house.browser, origin: new URL(server.address).origin };
  const { page, close } = await open(own, { hash: '#open=data.csv' });
  await page.evaluate(() => document.querySelectorAll('details').forEach((part) => (part.open = true)));
  await rowsRead(page, 40);
  await close();
  assert.equal(await server.stop(), 130);
});
