// Every control has a name in both languages and does what it says; every setting is live.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epoch, pause, scores, whenEpoch, withPage, WORDS } from './harness.mjs';

const house = withPage();

/** What a screen reader is told of everything that can be pressed or filled in: role and name. */
async function named(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const roles = ['button', 'checkbox', 'combobox', 'slider', 'spinbutton', 'textbox', 'tab', 'link', 'radio', 'switch', 'searchbox', 'menuitem'];
  return nodes
    .filter((node) => !node.ignored && roles.includes(node.role?.value))
    .map((node) => ({ role: node.role.value, name: (node.name?.value ?? '').trim() }));
}

const LANGUAGES = [
  ['en-US', 'en', /[一-鿿]/, ['中文', 'Switch to Chinese']],
  ['zh-CN', 'zh-CN', /^[A-Za-z ]{4,}$/, ['English', 'EN']],
];

for (const [locale, , foreign, allowed] of LANGUAGES) {
  test(`every control has a name in its language: ${locale}`, async () => {
    const { page, close } = await house.open({ locale });
    const count = await page.getByRole('tab').count();
    for (let place = 0; place < count; place += 1) {
      await page.getByRole('tab').nth(place).click();
      const controls = await named(page);
      assert.ok(controls.length > 20, `only ${controls.length} controls`);
      for (const { role, name } of controls) assert.notEqual(name, '', `a ${role} has no name`);
      if (locale === 'en-US') for (const { role, name } of controls) assert.ok(!foreign.test(name) || allowed.includes(name), `${role} "${name}" is in another language`);
    }
    await close();
  });
}

test('the language changes at once, and stays after a reload', async () => {
  const { page, close } = await house.open();
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  await page.getByRole('button', { name: '中文', exact: true }).click();
  await page.getByRole('button', { name: WORDS.zh.pause, exact: true }).waitFor();
  assert.match(await page.locator('html').getAttribute('lang'), /^zh/);
  await page.reload();
  await page.getByRole('button', { name: WORDS.zh.pause, exact: true }).waitFor();
  await close();
});

for (const [locale, words] of [['en-US', WORDS.en], ['zh-CN', WORDS.zh]]) {
  test(`train, pause, step and reset: ${locale}`, async () => {
    const { page, close } = await house.open({ locale });
    await whenEpoch(page, (found) => found > 0, words);
    const paused = await pause(page, words);
    await page.getByRole('button', { name: words.step, exact: true }).click();
    await whenEpoch(page, (found) => found === paused + 1, words);
    await page.getByRole('button', { name: words.reset, exact: true }).click();
    await whenEpoch(page, (found) => found === 0, words);
    const untrained = await scores(page);
    await page.getByRole('button', { name: words.train, exact: true }).click();
    await whenEpoch(page, (found) => found > 5, words);
    await pause(page, words);
    assert.notDeepEqual(await scores(page), untrained);
    await page.getByRole('button', { name: words.reset, exact: true }).click();
    await whenEpoch(page, (found) => found === 0, words);
    assert.deepEqual(await scores(page), untrained, 'a reset gives the same first weights');
    await close();
  });
}

/** Settings by name, and another value for each; training goes on and what the page shows is what was chosen. */
const CHOICES = [
  ['Learning rate', '0.1'],
  ['Activation', 'relu'],
  ['Activation', 'sigmoid'],
  ['Regularization', 'L1'],
  ['Regularization', 'L2'],
  ['Rate', '0.03'],
];

test('settings are live: training goes on and does not begin again', async () => {
  const { page, close } = await house.open();
  for (const [name, option] of CHOICES) {
    const before = await whenEpoch(page, (found) => found > 0);
    const field = page.getByRole('combobox', { name, exact: true }).first();
    await field.selectOption({ label: option });
    await whenEpoch(page, (found) => found > before + 2);
    assert.equal(await field.evaluate((select) => select.selectedOptions[0].textContent.trim()), option, name);
  }
  await close();
});

test('more settings are live too', async () => {
  const { page, close } = await house.open();
  await page.getByRole('tab', { name: 'Settings' }).click();
  const panel = page.getByRole('tabpanel');
  for (const name of ['Optimizer', 'Loss', 'Learning rate schedule', 'Initial weights']) {
    const field = panel.getByRole('combobox', { name, exact: true });
    const options = await field.locator('option').count();
    assert.ok(options > 1, `${name} has ${options} options`);
    for (let place = 0; place < Math.min(options, 4); place += 1) {
      await field.selectOption({ index: place });
      await page.waitForTimeout(150);
    }
    await field.selectOption({ index: 0 });
  }
  for (const [name, value] of [['Dropout', '0.1'], ['Weight decay', '0.001'], ['Clip gradient norm at', '1']]) {
    const field = panel.getByRole('spinbutton', { name, exact: true });
    await field.fill(value);
    await field.press('Enter');
    await page.waitForTimeout(150);
    assert.equal(Number(await field.inputValue()), Number(value), name);
  }
  await close();
});

test('training stops by itself where the settings say, and goes on from there', async () => {
  const { page, close } = await house.open({ hash: '#v=1&stop_epoch=120' });
  await page.getByText('Training stopped at epoch 120').waitFor();
  await page.getByRole('button', { name: WORDS.en.train, exact: true }).click();
  await whenEpoch(page, (found) => found > 140);
  await pause(page);
  await page.getByRole('tab', { name: 'Settings' }).click();
  const field = page.getByRole('tabpanel').getByRole('spinbutton', { name: 'Stop at test loss', exact: true });
  await field.fill('0.02');
  await field.press('Enter');
  await page.getByRole('button', { name: WORDS.en.reset, exact: true }).click();
  await page.getByRole('slider', { name: /^Speed/ }).focus();
  await page.keyboard.press('End');
  await page.getByRole('button', { name: WORDS.en.train, exact: true }).click();
  await page.getByText('test loss was as small as the settings ask for').waitFor();
  await page.getByRole('button', { name: WORDS.en.train, exact: true }).waitFor();
  const [, test] = (await page.getByRole('row', { name: /^Test/ }).innerText()).split(/\s+/);
  assert.ok(Number(test) <= 0.02 && Number(test) > 0.015, `the test loss is ${test}`);
  await close();
});

test('a learning rate that changes is drawn beside the losses', async () => {
  const { page, close } = await house.open();
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByRole('tabpanel').getByRole('combobox', { name: 'Learning rate schedule', exact: true }).selectOption('cosine');
  await page.getByText('rate dotted').waitFor();
  const before = await whenEpoch(page, (found) => found > 0);
  await whenEpoch(page, (found) => found > before + 20);
  await page.getByRole('img', { name: /^Chart: loss/ }).hover();
  await page.locator('figcaption').getByText(/rate 0\.0[0-3]/).waitFor();
  await close();
});

test('the network grows and shrinks while it learns', async () => {
  const { page, close } = await house.open();
  const network = page.getByRole('group', { name: /^Network/ });
  const neurons = () => network.getByRole('button', { name: /^Neuron \d+ of layer \d+/ }).count();
  const first = await neurons();
  assert.equal(first, 6, 'the default network has 4 + 2 units');
  const before = await epoch(page);
  await page.getByRole('button', { name: 'Add a neuron to layer 1' }).click();
  await assert.doesNotReject(page.getByRole('button', { name: /^Neuron 5 of layer 1/ }).waitFor());
  await page.getByRole('button', { name: 'Remove a neuron from layer 2' }).click();
  await page.getByRole('button', { name: /^Neuron 2 of layer 2/ }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Add a layer' }).click();
  await page.getByRole('button', { name: /^Neuron 1 of layer 3/ }).waitFor();
  await page.getByRole('button', { name: 'Remove the last layer' }).click();
  await page.getByRole('button', { name: /^Neuron 1 of layer 3/ }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^Feature .*: not used/ }).first().click();
  await whenEpoch(page, (found) => found > before);
  for (const wanted of [/^Undo$/, /^Redo$/]) await page.getByRole('button', { name: wanted }).click();
  await whenEpoch(page, (found) => found > 0);
  await close();
});

test('every data set can be chosen, and learned from', async () => {
  const { page, close } = await house.open();
  const sets = page.getByRole('group', { name: 'Data', exact: true }).getByRole('button');
  const count = await sets.count();
  assert.ok(count >= 4, `only ${count} data sets`);
  for (let place = 0; place < count; place += 1) {
    await sets.nth(place).click();
    await page.waitForFunction((button) => button.ariaPressed === 'true', await sets.nth(place).elementHandle());
    await whenEpoch(page, (found) => found > 0);
    assert.match((await scores(page))[0], /\d/);
  }
  await close();
});

test('every panel opens and every one shows something', async () => {
  const { page, close } = await house.open();
  const tabs = page.getByRole('tab');
  for (let place = 0; place < (await tabs.count()); place += 1) {
    await tabs.nth(place).click();
    await page.getByRole('tabpanel').filter({ hasText: /\S[^]{10}/ }).waitFor();
  }
  await close();
});
