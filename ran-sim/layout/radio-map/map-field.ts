/** A radio map as a continuous field: the level of every cell at every place. */

import { createStream } from "#core";
import { createFourierPlane } from "../../radio/fourier-plane.ts";
import { rectangularTorus } from "../../radio/layout.ts";
import { createFieldSpectrum, createRandomField } from "../../radio/random-field.ts";
import { valueAt } from "../../radio/torus-grid.ts";
import type { Ground } from "../ground.ts";
import { type GeoPoint, metresPerDegree } from "../projection.ts";
import type { RadioMap } from "./parse-radio-map.ts";

export interface MapField {
  readonly cellCount: number;
  /** From the south-west square's reference point to the north-east one's, centred on (0, 0). */
  readonly ground: Extract<Ground, { kind: "rectangle" }>;
  /** The point of the Earth at (0, 0). */
  readonly origin: GeoPoint;
  /** Writes the RSRP in dBm of every cell at (xM, yM), which must be on the ground, to `out` [cell]. */
  levelsAt(xM: number, yM: number, out: Float64Array): void;
  /** Returns where a cell is strongest on average: its masts are unknown. */
  strongestAt(cell: number): { readonly xM: number; readonly yM: number };
}

/** Correlation distance of the deviation's field, assumed: the squares are 40 to 60 m wide. */
const DEVIATION_DISTANCE_M = 20;
/** Nodes of that field along a side. */
const DEVIATION_NODES = 256;

/**
 * Returns the field of `map`.
 *
 * The value of a square stands at its reference point; between four of them it is bilinear in dB. Where a square was
 * visited and a cell not seen, the cell has `floorDbm`. A square that nobody visited takes the mean of its neighbours'
 * values, from the visited ones outwards: that is filled in, not measured. With `deviation`, each cell's measured deviation,
 * interpolated in the same way, scales a field of unit variance that is drawn from the seed (purpose "radio-map/deviation",
 * entity = cell identity); where a cell has no deviation of its own, the mean of its others.
 */
export function createMapField(
  map: RadioMap,
  options: {
    readonly floorDbm: number;
    readonly deviation: boolean;
    readonly edge: "bounce" | "refuse";
    readonly seed: number;
  },
): MapField {
  const { rows, columns, cellIds, stepDeg, corner } = map;
  const cellCount = cellIds.length;
  const origin = {
    latDeg: corner.latDeg + ((rows - 1) * stepDeg) / 2,
    lonDeg: corner.lonDeg + ((columns - 1) * stepDeg) / 2,
  };
  const { northM, eastM } = metresPerDegree(origin.latDeg);
  const widthM = (columns - 1) * stepDeg * eastM;
  const heightM = (rows - 1) * stepDeg * northM;
  const levels = filled(
    map,
    Float64Array.from(map.meanDbm, (level) => (Number.isNaN(level) ? options.floorDbm : level)),
  );
  const noise = options.deviation ? deviations(map, widthM, heightM, options.seed) : null;
  const corners = { square: new Int32Array(4), weight: new Float64Array(4) };

  const locate = (xM: number, yM: number): void => {
    const column = Math.min(columns - 1, Math.max(0, ((xM + widthM / 2) / widthM) * (columns - 1)));
    const row = Math.min(rows - 1, Math.max(0, ((yM + heightM / 2) / heightM) * (rows - 1)));
    const west = Math.min(columns - 2, Math.floor(column));
    const south = Math.min(rows - 2, Math.floor(row));
    const u = column - west;
    const v = row - south;
    const { square, weight } = corners;
    square[0] = south * columns + west;
    square[1] = square[0] + 1;
    square[2] = square[0] + columns;
    square[3] = square[2] + 1;
    weight[0] = (1 - u) * (1 - v);
    weight[1] = u * (1 - v);
    weight[2] = (1 - u) * v;
    weight[3] = u * v;
  };
  const interpolated = (values: Float64Array, cell: number): number => {
    const { square, weight } = corners;
    let sum = 0;
    for (let i = 0; i < 4; i++) sum += weight[i] * values[square[i] * cellCount + cell];
    return sum;
  };

  return {
    cellCount,
    ground: {
      kind: "rectangle",
      xMinM: -widthM / 2,
      xMaxM: widthM / 2,
      yMinM: -heightM / 2,
      yMaxM: heightM / 2,
      xEdge: options.edge,
      yEdge: options.edge,
    },
    origin,
    levelsAt(xM, yM, out) {
      locate(xM, yM);
      for (let cell = 0; cell < cellCount; cell++) {
        out[cell] = interpolated(levels, cell);
        if (noise !== null) out[cell] += interpolated(noise.sigmaDb, cell) * noise.unitAt(cell, xM, yM);
      }
    },
    strongestAt(cell) {
      let best = 0;
      for (let square = 0; square < rows * columns; square++) {
        if (levels[square * cellCount + cell] > levels[best * cellCount + cell]) best = square;
      }
      return {
        xM: ((best % columns) / (columns - 1) - 0.5) * widthM,
        yM: (Math.floor(best / columns) / (rows - 1) - 0.5) * heightM,
      };
    },
  };
}

/** Returns `values` [square, cell] with unvisited squares filled in ring by ring. */
function filled({ rows, columns, cellIds, visited }: RadioMap, values: Float64Array): Float64Array {
  const cellCount = cellIds.length;
  const known = Uint8Array.from(visited);
  for (;;) {
    const ring: number[] = [];
    for (let square = 0; square < known.length; square++) {
      if (known[square] === 0 && neighbours(square, rows, columns).some((other) => known[other] === 1)) {
        ring.push(square);
      }
    }
    if (ring.length === 0) return values;
    for (const square of ring) {
      const from = neighbours(square, rows, columns).filter((other) => known[other] === 1);
      for (let cell = 0; cell < cellCount; cell++) {
        let sum = 0;
        for (const other of from) sum += values[other * cellCount + cell];
        values[square * cellCount + cell] = sum / from.length;
      }
    }
    // Only now: a ring is filled from the one before it, whatever the order within.
    for (const square of ring) known[square] = 1;
  }
}

/** The eight squares around one, fewer at the edge. */
function neighbours(square: number, rows: number, columns: number): readonly number[] {
  const row = Math.floor(square / columns);
  const column = square % columns;
  const around: number[] = [];
  for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
    for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
      if (r !== row || c !== column) around.push(r * columns + c);
    }
  }
  return around;
}

function deviations(map: RadioMap, widthM: number, heightM: number, seed: number) {
  const { cellIds, deviationDb, visited } = map;
  const cellCount = cellIds.length;
  const sigmaDb = Float64Array.from(deviationDb);
  for (let cell = 0; cell < cellCount; cell++) {
    let sum = 0;
    let count = 0;
    for (let square = 0; square < visited.length; square++) {
      const one = deviationDb[square * cellCount + cell];
      if (Number.isNaN(one)) continue;
      sum += one;
      count++;
    }
    const mean = count === 0 ? 0 : sum / count;
    for (let square = 0; square < visited.length; square++) {
      const at = square * cellCount + cell;
      if (Number.isNaN(sigmaDb[at])) sigmaDb[at] = mean;
    }
  }
  // Twice as wide as the map, so that opposite edges do not share the field that wraps around.
  const grid = {
    torus: rectangularTorus(2 * widthM, 2 * heightM),
    rows: DEVIATION_NODES,
    columns: DEVIATION_NODES,
  };
  const fourier = createFourierPlane(grid);
  const spectrum = createFieldSpectrum(
    grid,
    fourier,
    { shape: "exponential", distanceM: DEVIATION_DISTANCE_M },
    { interpolated: true },
  );
  const source = { spectrum, stream: createStream(seed, "radio-map/deviation") };
  const fields = cellIds.map((cellId) => createRandomField(source, cellId, fourier));
  return {
    sigmaDb,
    unitAt: (cell: number, xM: number, yM: number): number => valueAt(grid, fields[cell], xM, yM),
  };
}
