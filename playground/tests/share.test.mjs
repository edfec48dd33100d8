// A link gives everything again: data, network, weights, place in training. And it goes on from there bit for bit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epoch, pause, scores, shareLink, whenEpoch, withPage } from './harness.mjs';

const house = withPage();
const hash = (link) => new URL(link).hash;

/** Trains by single epochs until that many. */
async function stepTo(page, wanted) {
  for (let done = await epoch(page); done < wanted; done += 1) await page.keyboard.press('s');
  await whenEpoch(page, (found) => found === wanted);
}

const CHANGES = [
  ['as it comes', async () => {}],
  ['with another learning rate', async (page) => page.getByRole('combobox', { name: 'Learning rate', exact: true }).selectOption({ label: '0.1' })],
  ['with another network', async (page) => page.getByRole('button', { name: 'Add a layer' }).click()],
  ['with a penalty', async (page) => page.getByRole('combobox', { name: 'Regularization', exact: true }).selectOption({ label: 'L2' })],
];

for (const [name, change] of CHANGES) {
  test(`what is shared goes on bit for bit: ${name}`, async () => {
    const first = await house.open();
    await change(first.page);
    await whenEpoch(first.page, (found) => found > 20);
    const at = await pause(first.page);
    const link = await shareLink(first.page);
    assert.equal(new URL(link).origin, house.origin);

    const second = await house.open({ hash: hash(link) });
    const later = await pause(second.page);
    assert.ok(later >= at, `it was shared at epoch ${at} and opened at ${later}`);
    await stepTo(first.page, later);
    assert.deepEqual(await scores(first.page), await scores(second.page));
    assert.equal(hash(await shareLink(second.page)), hash(await shareLink(first.page)));
    await first.close();
    await second.close();
  });
}

test('the address is the settings, and a reload begins with them', async () => {
  const { page, close } = await house.open();
  await page.getByRole('combobox', { name: 'Learning rate', exact: true }).selectOption({ label: '0.3' });
  await page.waitForFunction(() => location.hash.includes('0.3'));
  const address = page.url();
  const other = await house.open({ hash: hash(address) });
  const chosen = other.page.getByRole('combobox', { name: 'Learning rate', exact: true });
  assert.equal(await chosen.evaluate((select) => select.selectedOptions[0].textContent.trim()), '0.3');
  await other.close();
  await close();
});

/** Addresses of TensorFlow Playground, and a control that must show what they say. */
const FOREIGN = [
  ['#activation=relu&batchSize=10&dataset=spiral&learningRate=0.01&networkShape=8,8', 'Activation', 'relu'],
  ['#activation=sigmoid&dataset=xor&learningRate=0.1&networkShape=3', 'Learning rate', '0.1'],
  ['#regularization=L2&regularizationRate=0.01&dataset=gauss', 'Regularization', 'L2'],
  ['#problem=regression&regDataset=reg-gauss&learningRate=0.03', 'Problem', 'Regression'],
];

for (const [address, name, expected] of FOREIGN) {
  test(`an address of TensorFlow Playground: ${name} is ${expected}`, async () => {
    const { page, close } = await house.open({ hash: address });
    const field = page.getByRole('combobox', { name, exact: true }).first();
    assert.equal(await field.evaluate((select) => select.selectedOptions[0].textContent.trim()), expected);
    await whenEpoch(page, (found) => found > 0);
    await close();
  });
}
