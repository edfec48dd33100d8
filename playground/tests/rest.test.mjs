// The engine without a page: whatever is asked of it, and whenever its second file comes, it answers the same.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const FOLDER = new URL('../pkg/', import.meta.url);
const file = (name) => readFileSync(new URL(name, FOLDER));
let number = 0;

/** An engine of its own, whose rest comes at once or when it is needed; `came` tells how often it was. */
async function engine(isEarly) {
  const { initSync, Session } = await import(new URL(`gradus_wasm.js?${(number += 1)}`, FOLDER));
  const opening = initSync({ module: file('gradus_wasm_bg.wasm') });
  const made = { Session, came: 0 };
  globalThis.bringRest = () => {
    made.came += 1;
    new WebAssembly.Instance(new WebAssembly.Module(file('gradus_wasm_rest.wasm')), { opening });
  };
  if (isEarly) globalThis.bringRest();
  return made;
}

/** What is done with a session from its first moment on, and what it then says. */
const DEEDS = [
  ['trains', (session) => session.train(200)],
  ['trains by examples', (session) => session.trainExamples(37)],
  ['is configured', (session) => session.configure('{"optimizer": "adam", "layers": [{"units": 5, "activation": "gelu"}], "data": {"source": "rings"}}')],
  ['refuses', (session) => assert.throws(() => session.configure('{"layers": 3}'), /layers|invalid type/)],
  ['takes a table', (session) => session.setCsv('own.csv', 'a,b,c\n1,2,x\n2,1,y\n3,5,x\n5,3,y\n1,4,x\n4,1,y\n')],
  ['is put back', (session) => (session.train(5), session.undo(), session.reset())],
  ['has numbers of another kind', (session) => session.configure('{"compatible": true}')],
];

const told = (session) => [
  session.status(), session.config(), session.layout(), session.share(), session.command(), session.histograms(8), session.inspect(0),
  session.diagnosis(), session.networkSvg(), ...[session.modelFile(), session.parameters(), session.fields(12), session.losses()].map(String),
];

for (const [name, deed] of DEEDS) {
  test(`a session that ${name} is the same, whenever the rest of the engine comes`, async () => {
    const answers = [];
    for (const isEarly of [true, false]) {
      const made = await engine(isEarly);
      const session = made.Session.open('');
      deed(session);
      answers.push(told(session));
      assert.equal(made.came, 1, 'the rest comes once');
    }
    assert.deepEqual(answers[1], answers[0]);
  });
}

test('the opening alone trains and draws', async () => {
  const made = await engine(false);
  const session = made.Session.open('#v=1');
  for (let step = 0; step < 500; step += 1) session.train(1);
  session.fields(20);
  session.status();
  assert.equal(made.came, 0);
});
