import {
  type Consignment,
  type HandOffEnd,
  type Reception,
  rowOf,
  type StateBatch,
  type VectorHandOff,
  whenReady,
} from "#core";
import { NONE } from "../state.ts";
import type { ContextMemory, ModelMemory } from "./context-memory.ts";
import type { Vendor } from "./weights.ts";

/**
 * A network of two vendors: the memory of each cell is of the vendor that made the cell, with a model and states of its own. A
 * phone is remembered by the vendor of the cell that serves it; at a handover between vendors its state has to become one
 * of the other's model.
 */
export interface VendorMemory extends ContextMemory {
  /** Returns from which vendor to which the last request of a phone went. */
  wayOf(ue: number): Way;
  /** Whether two phones are remembered by one vendor. */
  isOfOneVendor(ue: number, other: number): boolean;
}

interface Way {
  readonly from: Vendor;
  readonly to: Vendor;
}

export type OfVendors<T> = Readonly<Record<Vendor, T>>;

const VENDORS = ["a", "b"] as const;

/**
 * Returns the memory of a network whose cell `cell` is of `vendors[cell]`. Rows that it reads and takes are as wide as the
 * wider of the two models' states, zeros after those of the other.
 */
export function createVendorMemory(
  memories: OfVendors<ModelMemory>,
  vendors: readonly Vendor[],
  ueCount: number,
): VendorMemory {
  const { a, b } = memories;
  const stateSize = Math.max(a.stateSize, b.stateSize);
  /** Whose the serving cell is, or was. */
  const current: Vendor[] = new Array<Vendor>(ueCount).fill("a");
  const ways: Way[] = new Array<Way>(ueCount).fill({ from: "a", to: "a" });
  const masked = { a: new Int32Array(ueCount), b: new Int32Array(ueCount) };
  const of = (ue: number): ModelMemory => memories[current[ue]];

  return {
    stateSize,
    wayOf: (ue) => ways[ue],
    isOfOneVendor: (ue, other) => current[ue] === current[other],
    cellsOf: (ue) => of(ue).cellsOf(ue),
    expectation: (ue, cell) => of(ue).expectation(ue, cell),
    predict: (ue, horizonMs, out) => of(ue).predict(ue, horizonMs, out),
    observe(observations) {
      const { serving } = observations;
      for (let ue = 0; ue < ueCount; ue++) {
        if (serving[ue] !== NONE) current[ue] = vendors[serving[ue]];
        masked.a[ue] = current[ue] === "a" ? serving[ue] : NONE;
        masked.b[ue] = current[ue] === "b" ? serving[ue] : NONE;
      }
      return whenReady(a.observe({ ...observations, serving: masked.a }), () =>
        b.observe({ ...observations, serving: masked.b }),
      );
    },
    depart(leaving) {
      for (const departure of leaving) {
        const { ue, source, target } = departure;
        const way = { from: vendors[source], to: vendors[target] };
        ways[ue] = way;
        memories[way.from].depart?.([departure]);
        if (way.from !== way.to) memories[way.to].admit(ue, memories[way.from].departure(ue));
      }
    },
    read(ues) {
      const values = new Float32Array(ues.length * stateSize);
      for (const [i, ue] of ues.entries()) values.set(of(ue).read([ue]).values, i * stateSize);
      return { count: ues.length, size: stateSize, values };
    },
    async write(ues, states) {
      for (const vendor of VENDORS) {
        const rows = [...ues.keys()].filter((i) => ways[ues[i]].to === vendor);
        if (rows.length === 0) continue;
        const memory = memories[vendor];
        const own = rows.map((i) => ues[i]);
        for (const ue of own) current[ue] = vendor;
        await memory.write(own, narrowed(states, rows, memory.stateSize));
      }
    },
    forget(ue) {
      a.forget(ue);
      b.forget(ue);
      // Whoever is asked next is the target.
      current[ue] = ways[ue].to;
    },
  };
}

/**
 * Returns the hand-off of a network of two vendors. `senders` compress as each vendor does; `receivers` open and project, by who
 * sent and who takes over. `sizes` are those of the vendors' states.
 */
export function createVendorHandOff(
  senders: OfVendors<VectorHandOff>,
  receivers: OfVendors<OfVendors<VectorHandOff>>,
  sizes: OfVendors<number>,
  wayOf: (ue: number) => Way,
): VectorHandOff {
  const { steps, end } = senders.a;
  const ways = VENDORS.flatMap((from) => VENDORS.map((to) => ({ from, to })));
  return {
    steps: { ...steps, project: `${steps.project}; between vendors: ${receivers.a.b.steps.project}` },
    end,
    async send(states, shipments, atS) {
      const sent: Consignment[] = [];
      for (const vendor of VENDORS) {
        const rows = [...shipments.keys()].filter((i) => wayOf(shipments[i].entity).from === vendor);
        if (rows.length === 0) continue;
        const own = rows.map((i) => shipments[i]);
        const consignments = await senders[vendor].send(narrowed(states, rows, sizes[vendor]), own, atS);
        for (const [at, i] of rows.entries()) sent[i] = consignments[at];
      }
      return sent;
    },
    async receive(consignments, receiver, atS) {
      const values = receiver.values.slice();
      const outcomes: Reception<StateBatch>["outcomes"][number][] = consignments.map(() => "none-sent");
      const ends: HandOffEnd[] = consignments.map(() => ({ ends: "lost", because: "none-sent" }));
      for (const { from, to } of ways) {
        const rows = [...consignments.keys()].filter((i) => {
          const consignment = consignments[i];
          if (consignment === null) return false;
          const way = wayOf(consignment.entity);
          return way.from === from && way.to === to;
        });
        if (rows.length === 0) continue;
        const own = rows.map((i) => consignments[i]);
        const got = await receivers[from][to].receive(own, narrowed(receiver, rows, sizes[to]), atS);
        for (const [at, i] of rows.entries()) {
          values.set(rowOf(got.states, at), i * receiver.size);
          outcomes[i] = got.outcomes[at];
          ends[i] = got.ends[at];
        }
      }
      return { states: { ...receiver, values }, outcomes, ends };
    },
  };
}

/** Returns some rows of a batch, their first `size` values. */
function narrowed(states: StateBatch, rows: readonly number[], size: number): StateBatch {
  const values = new Float32Array(rows.length * size);
  for (const [to, from] of rows.entries()) values.set(rowOf(states, from).subarray(0, size), to * size);
  return { count: rows.length, size, values };
}
