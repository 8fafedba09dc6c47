import * as core from "#core";

// Two hundred states of six values that move together: what a model might know of a phone, or of a task.
const random = core.createStream(1, "hello");
const values = Float32Array.from(
  { length: 200 * 6 },
  (_, i) => random.normal(Math.floor(i / 6)) + 0.1 * random.normal(i, 1),
);

// Compress six values into two, transport them over a link that loses every second message, project what arrives.
const handOff = core.createHandOff({
  ...core.linearSteps(core.fitPca(core.stateBatch(200, 6, values), 2)),
  precision: "int8",
  link: core.createLink(core.linkParametersSchema.parse({ delayMs: 5, lossProbability: 0.5 }), random),
});
const leaving = core.stateBatch(4, 6, values.slice(0, 24));
const sent = await handOff.send(
  leaving,
  [0, 1, 2, 3].map((entity) => ({ entity, sequence: 0 })),
  0,
);
const { states, ends } = await handOff.receive(sent, core.stateBatch(4, 6, new Float32Array(24)), 0.01);

export const lines = ends.map((end, i) => {
  const [left, arrived] = [values[i * 6], states.values[i * 6]].map((value) => value.toFixed(2));
  return `${left} left in ${sent[i].bytes.length} bytes, ${arrived} arrived; ${core.endInWords(end)}`;
});
