import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRanExperiment, createRanLive, loadRanScenario } from "#ran-sim";

/** Vehicles along the x axis at 28 m/s past sites 200 m apart, each from its own second on for its own time. */
function fcd(trips: Trips): string {
  const steps = Array.from({ length: 41 }, (_, timeS) => {
    const there = trips.flatMap(({ fromS, lengthS }, v) =>
      timeS >= fromS && timeS <= fromS + lengthS
        ? [`<vehicle id="v${v}" x="${(timeS - fromS) * 28 - 140}" y="0" speed="28"/>`]
        : [],
    );
    return `<timestep time="${timeS}">${there.join("")}</timestep>`;
  });
  return `<fcd-export>${steps.join("")}</fcd-export>`;
}

type Trips = readonly { readonly fromS: number; readonly lengthS: number }[];

/** A recording begins with its first sample, and phones come in the order in which they first occur. */
function fromTheFirst(trips: Trips): Trips {
  const first = Math.min(...trips.map(({ fromS }) => fromS));
  return trips
    .map(({ fromS, lengthS }) => ({ fromS: fromS - first, lengthS }))
    .sort((a, b) => a.fromS - b.fromS);
}

async function inFolder<T>(
  trips: Trips,
  use: (scenario: ReturnType<typeof loadRanScenario>) => Promise<T>,
  more = "",
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "absent-"));
  try {
    writeFileSync(join(folder, "fcd.xml"), fcd(trips));
    const file = join(folder, "town.yaml");
    writeFileSync(
      file,
      `layout: { kind: hex, sites: 7, isdM: 200 }\nmobility: { users: ${trips.length}, model: { kind: trace, file: fcd.xml${more} } }\ndurationS: 20\nwarmUpS: 5\ntickMs: 20\n`,
    );
    return await use(loadRanScenario(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("law: exposure is the time between first and last sample after the warm-up, and nothing happens outside it", async () => {
  const trips = fc.array(
    fc.record({ fromS: fc.integer({ min: 0, max: 24 }), lengthS: fc.integer({ min: 0, max: 10 }) }),
    {
      minLength: 1,
      maxLength: 4,
    },
  );
  await fc.assert(
    fc.asyncProperty(trips, (some) =>
      inFolder(fromTheFirst(some), async (scenario) => {
        const make = () => createRanExperiment({ scenario, seeds: [1], arms: ["a3-set5", "cho"] });
        const moved = fromTheFirst(some);
        const countedS = moved.reduce(
          (sum, { fromS, lengthS }) => sum + Math.max(0, Math.min(25, fromS + lengthS) - Math.max(5, fromS)),
          0,
        );
        if (countedS === 0) {
          expect(make).toThrow("nothing can be counted");
          return;
        }
        const experiment = make();
        const { units, tables } = await experiment.runShard(experiment.shards[0]);
        for (const { tallies } of units) {
          expect(tallies.handoversPerUeMinute).toMatchObject({ weight: expect.closeTo(countedS / 60, 9) });
        }
        for (const event of tables.events ?? []) {
          const { ue, time_s, type } = event as unknown as { ue: number; time_s: number; type: string };
          const { fromS, lengthS } = moved[ue];
          expect(time_s).toBeGreaterThanOrEqual(fromS);
          // What the network tells itself of a handover that is done may come after the phone has left.
          if (!/^(pathSwitch|ueContextRelease)/.test(type)) expect(time_s).toBeLessThan(fromS + lengthS);
        }
      }),
    ),
    { seed: 41, numRuns: 6 },
  );
}, 60_000);

test("a run says how long phones were there, and stores it", async () => {
  await inFolder([{ fromS: 0, lengthS: 8 }], async (scenario) => {
    const experiment = createRanExperiment({ scenario, seeds: [1], arms: ["a3"] });
    expect(experiment.notes).toEqual([
      "fcd.xml: phones are there from their first sample to their last: 3 s in all after the warm-up",
    ]);
    expect(experiment.config).toMatchObject({ notes: experiment.notes });
  });
});

test("where no phone is there after the warm-up nothing can be counted, and one line says so before anything runs", async () => {
  await inFolder([{ fromS: 0, lengthS: 3 }], async (scenario) => {
    const make = (changed: Partial<typeof scenario>) => () =>
      createRanExperiment({ scenario: { ...scenario, ...changed }, seeds: [1], arms: ["a3"] });
    expect(make({})).toThrow(
      /^mobility\.model\.file \(.*fcd\.xml\): expected a phone that is there between 5 s, .* and 25 s, .*, got phones from 0 s to 3 s only, so that nothing can be counted - set warmUpS: 0/,
    );
    expect(make({ warmUpS: 0 })().notes[0]).toMatch(/: 3 s in all after the warm-up$/);
    // Phones beside them are counted.
    const { model } = scenario.mobility;
    const walkers = { kind: "random-waypoint" as const, pauseS: { min: 0, max: 0 } };
    const groups = [
      { users: 1, model },
      { users: 1, model: walkers },
    ];
    const mixed = make({ mobility: { ...scenario.mobility, users: 2, groups } })();
    expect(mixed.notes[0]).toMatch(/, and none of this file in what is counted$/);
  });
});

test("with atEnd stay a vehicle that left is parked, as before", async () => {
  await inFolder(
    [{ fromS: 6, lengthS: 4 }],
    async (scenario) => {
      const experiment = createRanExperiment({ scenario, seeds: [1], arms: ["a3"] });
      const { units } = await experiment.runShard(experiment.shards[0]);
      expect(units[0].tallies.handoversPerUeMinute).toMatchObject({ weight: expect.closeTo(20 / 60, 9) });
    },
    ", atEnd: stay",
  );
});

test("the live picture has no place for a phone that is not there", async () => {
  const trips = [
    { fromS: 0, lengthS: 2 },
    { fromS: 1, lengthS: 9 },
  ];
  await inFolder(trips, async (scenario) => {
    const live = await createRanLive({ scenario, arm: "a3", worlds: 1 });
    await live.advance(25);
    expect([...live.frame().xM].map(Number.isNaN)).toEqual([false, true]);
    await live.advance(100);
    expect([...live.frame().xM].map(Number.isNaN)).toEqual([true, false]);
    expect([...live.frame().serving][0]).toBe(-1);
  });
});
