/** The RAN simulator as a worker runs it. */
import { whenReady } from "#core";
import {
  createRanLive,
  formerRanArms,
  liveRanArms,
  loadRanScenario,
  type RanLive,
  type RanScenario,
  ranScenarioNames,
} from "#ran-sim";
import type { Simulator, SimulatorSource } from "./simulator.ts";
import { wireFormulas } from "./wire-formulas.ts";

/**
 * Worlds that the live KPIs are pooled over: intervals resample worlds, so that many small ones say more than a few large ones;
 * a small machine carries so many phones in real time, and no scenario has fewer than three worlds.
 */
const PHONES = 240;

function worldsOf({ mobility }: RanScenario): number {
  return Math.min(12, Math.max(3, Math.round(PHONES / mobility.users)));
}

export const ranSource: SimulatorSource<"ran"> = {
  domain: "ran",
  formerArms: formerRanArms,
  catalogue: { scenarios: [...ranScenarioNames()], arms: [...liveRanArms], armsByScenario: {} },
  initial: { scenario: "walk", arm: "latent" },
  armOfAll: "latent",
  open({ scenario: name, arm, seed, kpis = [] }) {
    const scenario = loadRanScenario(name, []);
    return whenReady(
      createRanLive({ scenario, arm, worlds: worldsOf(scenario), firstSeed: seed, kpis }),
      ranSimulator,
    );
  },
};

/** Returns `live` in seconds instead of ticks: what does not fill a tick waits for the next call. */
export function ranSimulator(live: RanLive): Simulator<"ran"> {
  const { layout, steps, tickMs, formulas } = live;
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
      formulas: wireFormulas(formulas),
      chart: { metric: "postHandoverAccuracy.50-250ms", unit: "1" },
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
