// The same network once more, as small as can be and in another way: it takes nothing from the simulator, not even a formula.
//
// Each phone is alone on its straight line, so a map is not needed: shadowing is a first-order recursion along the line (exact for
// an exponential correlation), and the LOS field a sum of cosines. Sites stand on the infinite lattice; of each of seven classes the nearest is heard, as on the torus.

export interface Check {
  readonly offsetDb: number;
  readonly timeToTriggerMs: number;
  readonly filterCoefficient: number;
  readonly load: number;
  readonly speedKmh: number;
  /**
   * "blurred" and "formula": a field of 50 m (TR 38.901 7.6.3), soft as the simulator has it, over 15 m from 10 to 90 % across a
   * boundary, or soft by (7.6-18). "distance": one draw a link, so that line of sight changes where P_LOS passes it and nowhere
   * else, at once. "always": none of these.
   */
  readonly lineOfSight: "blurred" | "formula" | "distance" | "always";
  readonly shadowing: boolean;
  /** A command that is due while T310 runs: lost, or heard where the SINR is Qout or better at that moment. */
  readonly commandDuringT310: "lost" | "received";
}

export interface CheckResult {
  readonly ueMinutes: number;
  readonly handovers: number;
  /** Attempts that failed: a radio link failure after the A3 condition was entered, a lost command, a target below Qout. */
  readonly failedHandovers: number;
  /** Radio link failures while no A3 condition held. */
  readonly otherLinkFailures: number;
}

const TICK_S = 0.01;
const ISD_M = 500;
const SITES = 7;
const CELLS = 3 * SITES;
const MEAN_TICKS = 20;
const LAMBDA_M = 3e8 / 3.5e9;
/** A normal distribution has 2.563 deviations between its 10 % and its 90 % point. */
const BLUR_M = 15 / 2.563;
const COSINES = 40;

/** Returns what `phones` phones do in `durationS` after 5 s, each with its own channel. */
export function runCheck(check: Check, phones: number, durationS: number, seed: number): CheckResult {
  const random = uniforms(seed);
  const sum = { ueMinutes: 0, handovers: 0, failedHandovers: 0, otherLinkFailures: 0 };
  for (let phone = 0; phone < phones; phone++) runPhone(check, durationS, random, sum);
  return sum;
}

type Sum = { -readonly [K in keyof CheckResult]: CheckResult[K] };

function runPhone(check: Check, durationS: number, random: () => number, sum: Sum): void {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const ticks = Math.round((5 + durationS) / TICK_S);
  const stepM = (check.speedKmh / 3.6) * TICK_S;
  const heading = 2 * Math.PI * random();
  let x = 2000 * (random() - 0.5);
  let y = 2000 * (random() - 0.5);
  const links = Array.from({ length: SITES }, () => createLink(check, normal, random));
  const ring = new Float64Array(CELLS * MEAN_TICKS);
  const sinrRing = new Float64Array(CELLS * MEAN_TICKS);
  const filtered = new Float64Array(CELLS).fill(Number.NaN);
  const heldMs = new Float64Array(CELLS).fill(-1);
  const errors = [new Float64Array(CELLS).map(normal), new Float64Array(CELLS).map(normal)];
  const a = 1 - (1 - 2 ** (-check.filterCoefficient / 4)) ** (TICK_S / 0.2);
  let serving = -1;
  let target = -1;
  let until = -1;
  let phase: "connected" | "preparing" | "executing" | "lost" | "out" = "connected";
  let [outOfSync, inSync, t310End] = [0, 0, -1];
  const clear = (): void => {
    [outOfSync, inSync, t310End] = [0, 0, -1];
    heldMs.fill(-1);
  };

  for (let tick = 0; tick < ticks; tick++) {
    const counted = tick * TICK_S >= 5;
    x += stepM * Math.cos(heading);
    y += stepM * Math.sin(heading);
    const slot = tick % MEAN_TICKS;
    const mw = levels(check, links, x, y, stepM, normal);
    let total = NOISE_MW;
    for (const one of mw) total += check.load * one;
    if (tick > 0 && slot === 0) errors.push((errors.shift() as Float64Array).map(normal));
    const turn = (Math.PI / 2) * (slot / MEAN_TICKS);
    const filled = Math.min(tick + 1, MEAN_TICKS);
    const meanMw = new Float64Array(CELLS);
    const meanSinr = new Float64Array(CELLS);
    for (let cell = 0; cell < CELLS; cell++) {
      ring[cell * MEAN_TICKS + slot] = mw[cell];
      sinrRing[cell * MEAN_TICKS + slot] = mw[cell] / (total - check.load * mw[cell]);
      for (let k = 0; k < filled; k++) {
        meanMw[cell] += ring[cell * MEAN_TICKS + k] / filled;
        meanSinr[cell] += sinrRing[cell * MEAN_TICKS + k] / filled;
      }
      const error = 1.216 * (errors[0][cell] * Math.cos(turn) + errors[1][cell] * Math.sin(turn));
      const measured = 10 * Math.log10(meanMw[cell]) + error;
      filtered[cell] = tick === 0 ? measured : (1 - a) * filtered[cell] + a * measured;
    }
    const sinrDb = (cell: number): number => 10 * Math.log10(meanSinr[cell]);
    if (serving < 0) serving = indexOfGreatest(meanMw);
    if (counted) sum.ueMinutes += TICK_S / 60;

    if (phase === "out") {
      const best = indexOfGreatest(meanMw);
      if (tick < until || sinrDb(best) < -8) continue;
      serving = best;
      phase = "connected";
      clear();
    }
    if (phase === "executing") {
      if (tick < until) continue;
      const failed = sinrDb(target) < -8;
      if (counted) sum[failed ? "failedHandovers" : "handovers"]++;
      phase = failed ? "out" : "connected";
      if (failed) until = tick + 20;
      serving = target;
      clear();
      if (failed) continue;
    }

    // Radio link monitoring: N310 10, N311 3, T310 1 s, an indication every tick.
    if (sinrDb(serving) < -8) {
      inSync = 0;
      if (t310End < 0 && ++outOfSync >= 10) t310End = tick + 100;
    } else if (sinrDb(serving) > -6) {
      outOfSync = 0;
      if (t310End >= 0 && ++inSync >= 3) [inSync, t310End] = [0, -1];
    }
    const offersDb = (cell: number): number => filtered[cell] - filtered[serving] - check.offsetDb;
    let entered = false;
    for (let cell = 0; cell < CELLS; cell++) {
      if (cell === serving) continue;
      heldMs[cell] = offersDb(cell) > 0 ? (heldMs[cell] < 0 ? 0 : heldMs[cell] + 10) : -1;
      entered ||= heldMs[cell] >= 0;
    }
    if (t310End >= 0 && tick >= t310End) {
      // The failure of an attempt whose command was lost is that attempt's.
      if (counted && phase !== "lost") {
        sum[entered || phase === "preparing" ? "failedHandovers" : "otherLinkFailures"]++;
      }
      phase = "out";
      until = tick + 20;
      continue;
    }
    if (phase === "lost" && t310End < 0) {
      phase = "connected";
      heldMs.fill(-1);
    }
    if (phase === "connected") {
      target = -1;
      for (let cell = 0; cell < CELLS; cell++) {
        if (cell === serving || heldMs[cell] < check.timeToTriggerMs) continue;
        if (target < 0 || filtered[cell] > filtered[target]) target = cell;
      }
      if (target < 0) continue;
      phase = "preparing";
      until = tick + 5;
    } else if (phase === "preparing" && tick >= until) {
      if (t310End >= 0 && (check.commandDuringT310 === "lost" || sinrDb(serving) < -8)) {
        if (counted) sum.failedHandovers++;
        phase = "lost";
      } else {
        phase = "executing";
        until = tick + 4;
      }
    }
  }
}

/** One phone's link to the sites of one class. */
interface Link {
  /** Wave numbers along the way and across it. */
  readonly waves: readonly { readonly along: number; readonly across: number; readonly phase: number }[];
  readonly drawn: number;
  losShadow: number;
  nlosShadow: number;
  movedM: number;
}

function createLink(check: Check, normal: () => number, random: () => number): Link {
  const on = check.shadowing ? 1 : 0;
  // exp(-(x / 50)^2) is the characteristic function of a normal wave number of deviation sqrt(2) / 50.
  const waves = Array.from({ length: COSINES }, () => ({
    along: (Math.SQRT2 / 50) * normal(),
    across: (Math.SQRT2 / 50) * normal(),
    phase: 2 * Math.PI * random(),
  }));
  return { waves, drawn: random(), losShadow: on * normal(), nlosShadow: on * normal(), movedM: 0 };
}

const NOISE_MW = 10 ** ((-174 + 10 * Math.log10(30e3) + 7) / 10);
/** 46 dBm over 51 blocks of 12 elements, and 8 dBi. */
const BASE_DBM = 46 - 10 * Math.log10(12 * 51) + 8;
const BREAKPOINT_M = (4 * 24 * 0.5 * 3.5e9) / 3e8;

/** Returns the power of every cell in mW at (x, y), one step of `stepM` after the last. */
function levels(
  check: Check,
  links: readonly Link[],
  x: number,
  y: number,
  stepM: number,
  normal: () => number,
): Float64Array {
  const out = new Float64Array(CELLS);
  const nearest = nearestOfClasses(x, y);
  for (const [site, link] of links.entries()) {
    link.movedM += stepM;
    if (check.shadowing) {
      const [r4, r6] = [Math.exp(-stepM / 37), Math.exp(-stepM / 50)];
      link.losShadow = r4 * link.losShadow + Math.sqrt(1 - r4 * r4) * normal();
      link.nlosShadow = r6 * link.nlosShadow + Math.sqrt(1 - r6 * r6) * normal();
    }
    const { dx, dy } = nearest[site];
    const d2 = Math.max(10, Math.hypot(dx, dy));
    const lg = Math.log10(Math.hypot(d2, 23.5));
    const fc = 20 * Math.log10(3.5);
    const los =
      d2 <= BREAKPOINT_M
        ? 28 + 22 * lg + fc
        : 28 + 40 * lg + fc - 9 * Math.log10(BREAKPOINT_M ** 2 + 23.5 ** 2);
    const nlos = Math.max(los, 13.54 + 39.08 * lg + fc);
    const share = losShare(check, link, d2);
    const lossDb = share * (los + 4 * link.losShadow) + (1 - share) * (nlos + 6 * link.nlosShadow);
    const azimuth = (Math.atan2(dy, dx) * 180) / Math.PI;
    const below = (Math.atan(23.5 / d2) * 180) / Math.PI;
    const vertical = Math.min(30, 12 * ((below - 8) / 65) ** 2);
    for (let sector = 0; sector < 3; sector++) {
      const off = ((((azimuth - 30 - 120 * sector + 180) % 360) + 360) % 360) - 180;
      const cut = Math.min(30, Math.min(30, 12 * (off / 65) ** 2) + vertical);
      out[3 * site + sector] = 10 ** ((BASE_DBM - lossDb - cut) / 10);
    }
  }
  return out;
}

function losShare({ lineOfSight }: Check, link: Link, d2: number): number {
  if (lineOfSight === "always") return 1;
  const probability = d2 <= 18 ? 1 : 18 / d2 + Math.exp(-d2 / 63) * (1 - 18 / d2);
  if (lineOfSight === "distance") return link.drawn < probability ? 1 : 0;
  if (probability >= 1) return 1;
  let [field, along, across] = [0, 0, 0];
  for (const wave of link.waves) {
    const angle = wave.along * link.movedM + wave.phase;
    field += Math.cos(angle);
    along -= wave.along * Math.sin(angle);
    across -= wave.across * Math.sin(angle);
  }
  const scale = Math.sqrt(2 / COSINES);
  const above = scale * field + quantile(probability);
  if (lineOfSight === "formula") return 0.5 + Math.atan(Math.sqrt(20 / LAMBDA_M) * above) / Math.PI;
  // The boundary is nearly straight over the blur: the field over its slope is the distance from it.
  return cumulative(above / (scale * Math.hypot(along, across)) / BLUR_M);
}

/** Returns the displacement from the nearest site of each class. Sites: i a + j b, a at 30 and b at 90 degrees; class (i - 2 j) mod 7. */
function nearestOfClasses(x: number, y: number): readonly { dx: number; dy: number }[] {
  const i0 = Math.round(x / (ISD_M * Math.cos(Math.PI / 6)));
  const j0 = Math.round(y / ISD_M - i0 / 2);
  const best = Array.from({ length: SITES }, () => ({ dx: Number.POSITIVE_INFINITY, dy: 0 }));
  for (let i = i0 - 3; i <= i0 + 3; i++) {
    for (let j = j0 - 3; j <= j0 + 3; j++) {
      const dx = x - i * ISD_M * Math.cos(Math.PI / 6);
      const dy = y - (j + i / 2) * ISD_M;
      const of = (((i - 2 * j) % SITES) + SITES) % SITES;
      if (Math.hypot(dx, dy) < Math.hypot(best[of].dx, best[of].dy)) best[of] = { dx, dy };
    }
  }
  return best;
}

/** Returns the normal quantile by bisection of Abramowitz and Stegun 7.1.26, whose error is below 2e-7. */
function quantile(p: number): number {
  let [low, high] = [-6, 6];
  for (let k = 0; k < 40; k++) {
    const middle = (low + high) / 2;
    if (cumulative(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function cumulative(z: number): number {
  const v = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * v);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - series * Math.exp(-v * v);
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}

function indexOfGreatest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** A generator of its own: mulberry32. */
function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
