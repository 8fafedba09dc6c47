/** The RAN simulator as a worker runs it. */
import { whenReady } from "#core";
import { createRanLive, liveRanArms, loadRanScenario, type RanLive, ranScenarioNames } from "#ran-sim";
import type { Simulator, SimulatorSource } from "./simulator.ts";

/** Worlds that the live KPIs are pooled over: intervals need several, a small machine carries few. */
const worlds = 3;

export const ranSource: SimulatorSource<"ran"> = {
  domain: "ran",
  catalogue: { scenarios: [...ranScenarioNames()], arms: [...liveRanArms] },
  initial: { scenario: "walk", arm: "latent" },
  open: ({ scenario, arm, seed }) =>
    whenReady(
      createRanLive({ scenario: loadRanScenario(scenario, []), arm, worlds, firstSeed: seed }),
      ranSimulator,
    ),
};

/** Returns `live` in seconds instead of ticks: what does not fill a tick waits for the next call. */
export function ranSimulator(live: RanLive): Simulator<"ran"> {
  const { layout, steps, tickMs } = live;
  let restMs = 0;
  return {
    layout: {
      type: "ran-layout",
      sites: layout.sites.map(({ xM, yM }) => ({ xM, yM })),
      cells: layout.cells.map(({ site, azimuthDeg, name }) => ({
        site,
        // An isotropic antenna has no direction, and a JSON number no NaN.
        azimuthDeg: Number.isNaN(azimuthDeg) ? 0 : azimuthDeg,
        name,
      })),
      isdM: layout.isdM,
      latticeM: layout.latticeM.map(([xM, yM]) => ({ xM, yM })),
      steps,
      chart: { metric: "handoversPerUeMinute", unit: "1/min" },
    },
    advance(dtS) {
      const ticks = Math.floor((restMs + dtS * 1000) / tickMs);
      restMs += dtS * 1000 - ticks * tickMs;
      if (ticks > 0) return live.advance(ticks);
    },
    frame() {
      const { timeS, xM, yM, serving, phase, sinrDb } = live.frame();
      return { kind: "phones", domain: "ran", timeS, xM, yM, serving, phase, sinrDb };
    },
    takeReports: () => live.takeReports(),
    kpis: () => live.kpis(),
  };
}
