import fc from "fast-check";
import { expect, test } from "vitest";
import type { Ground } from "../../../../ran-sim/layout/ground.ts";
import type { ModelOf } from "../../../../ran-sim/mobility/mobility-schema.ts";
import { createTraceReplay } from "../../../../ran-sim/mobility/trace-replay.ts";
import { parseRecording } from "../../../../ran-sim/mobility/tracks/parse-recording.ts";
import { sumoTimeMs } from "../../../../ran-sim/mobility/tracks/sumo-time.ts";
import { localTracks } from "../../../../ran-sim/mobility/tracks/tracks.ts";

const read = (text: string, coordinates?: "metres" | "degrees") =>
  parseRecording(text, "file", coordinates === undefined ? {} : { coordinates });
const point = (lat: number, lon: number, time: string) =>
  `<trkpt lat="${lat}" lon="${lon}"><ele>4</ele><time>${time}</time></trkpt>`;
const gpx = (...points: string[]) =>
  `<?xml version="1.0"?>\n<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>x</name><trkseg>${points.join("\n")}</trkseg></trk></gpx>`;

test("GPX: a track's points with their times, time zones and fractions of seconds included", () => {
  const { coordinates, tracks } = read(
    gpx(
      point(49, 8.4, "2024-02-28T23:59:59.5Z"),
      point(49.001, 8.4, "2024-02-29T00:00:00Z"),
      point(49.002, 8.4, "2024-02-29T02:00:01+02:00"),
    ),
  );
  expect(coordinates).toBe("degrees");
  expect([...tracks[0].timeMs]).toEqual([0, 500, 1500]);
  expect([...tracks[0].y]).toEqual([49, 49.001, 49.002]);
});

test("GPX with a namespace prefix, and two tracks", () => {
  const track = (time: string) =>
    `<g:trk><g:trkseg><g:trkpt lat="1" lon="2"><g:time>${time}</g:time></g:trkpt></g:trkseg></g:trk>`;
  const text = `<!-- export --><g:gpx xmlns:g="http://www.topografix.com/GPX/1/1">${track("2026-01-01T00:00:05Z")}${track("2026-01-01T00:00:00Z")}</g:gpx>`;
  const { tracks } = read(text);
  expect(tracks.map(({ name, timeMs }) => [name, timeMs[0]])).toEqual([
    ["track 1", 5000],
    ["track 2", 0],
  ]);
});

const fcd = `<fcd-export>
<timestep time="0.00"><vehicle id="a" x="0" y="0" speed="10"/><person id="p" x="5" y="5"/></timestep>
<timestep time="1.00"><vehicle id="a" x="10" y="0"/><vehicle id="b" x="7" y="1"/></timestep>
<timestep time="2.00"><vehicle id="a" x="10" y="20"/></timestep>
</fcd-export>`;

test("SUMO floating car data: one track for each vehicle and person", () => {
  const { coordinates, tracks } = read(fcd);
  expect(coordinates).toBe("metres");
  expect(tracks.map(({ name }) => name)).toEqual(["a", "p", "b"]);
  expect([...tracks[0].x]).toEqual([0, 10, 10]);
  expect([...tracks[2].timeMs]).toEqual([1000]);
});

test("CSV: several phones, in metres or degrees, columns in any order", () => {
  const { tracks } = read("id,y_m,x_m,t_ms\nb,1,2,500\na,3,4,100\nb,5,6,700");
  expect(tracks.map(({ name }) => name)).toEqual(["b", "a"]);
  expect([...tracks[0].timeMs]).toEqual([400, 600]);
  expect([...tracks[0].x]).toEqual([2, 6]);
  expect(read("t_ms,lat,lon\n0,49,8").coordinates).toBe("degrees");
});

const second = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();

test("law: repeated points and segments in any order give the track of the points once, in order, and are counted", () => {
  const order = fc
    .integer({ min: 2, max: 12 })
    .chain((count) =>
      fc.tuple(fc.constant(count), fc.array(fc.nat(count - 1), { maxLength: 10 }), fc.nat(count - 1)),
    );
  fc.assert(
    fc.property(order, ([count, repeats, turn]) => {
      const points = Array.from({ length: count }, (_, i) => point(49 + i * 1e-4, 8.4, second(i)));
      const again = repeats.map((i) => points[i]);
      // The segments change places at `turn`, and what is repeated comes last.
      const { tracks, counts } = read(gpx(...points.slice(turn), ...points.slice(0, turn), ...again));
      expect(tracks).toEqual(read(gpx(...points)).tracks);
      expect(counts).toMatchObject({ repeated: repeats.length, repeatedElsewhere: 0, unreadable: 0 });
    }),
    { seed: 11, numRuns: 100 },
  );
});

test("GPX: only a point's own time counts, and points without one are set aside among others", () => {
  const own = (n: number, inside: string) =>
    `<trkpt lat="49" lon="8.4"><time>${second(n)}</time><extensions><x:a xmlns:x="urn:x">${inside}</x:a><time>12.5</time></extensions></trkpt>`;
  const text = gpx(
    own(0, "<x:time>12.5</x:time>"),
    `<trkpt lat="49" lon="8.4"/>`,
    own(1, `<x:time>${second(9)}</x:time>`),
  );
  const { tracks, counts } = read(text);
  expect([...tracks[0].timeMs]).toEqual([0, 1000]);
  expect(counts.unreadable).toBe(1);
});

test("SUMO: times of the clock, a head of any length, and a bad record among good ones", () => {
  const comment = `<!-- <sumoConfiguration> ${"x ".repeat(20_000)} -->`;
  const text = `<?xml version="1.0"?>${comment}<fcd-export>
    <timestep time="1:00:00:01.50"><vehicle id="a" x="0" y="0"/><vehicle id="b" x="" y="0"/></timestep>
    <timestep time="1:00:00:02.50"><vehicle id="a" x="5" y="0"/></timestep></fcd-export>`;
  const { tracks, counts } = read(text);
  expect(tracks.map(({ name, timeMs }) => [name, [...timeMs]])).toEqual([["a", [0, 1000]]]);
  expect(counts.unreadable).toBe(1);
  expect([sumoTimeMs("00:00:01.25"), sumoTimeMs("2:00:00:00"), sumoTimeMs("1.25")]).toEqual([
    1250, 172_800_000, 1250,
  ]);
  expect(Number.isNaN(sumoTimeMs("1:60:00"))).toBe(true);
});

test("SUMO as CSV is what it is as XML", () => {
  const csv = [
    "timestep_time;vehicle_id;vehicle_speed;vehicle_x;vehicle_y;person_id;person_x;person_y",
    "0.00;a;10;0;0;p;5;5",
    "1.00;a;;10;0;;;",
    "1.00;b;;7;1;;;",
    "2.00;a;;10;20;;;",
    "3.00;;;;;;;",
  ].join("\n");
  const byName = (text: string) =>
    Object.fromEntries(
      read(text).tracks.map(({ name, x, y, timeMs }) => [name, [[...timeMs], [...x], [...y]]]),
    );
  expect(byName(csv)).toEqual(byName(fcd));
  expect(read(csv).format).toBe("fcd");
});

/** Vehicles on a line eastwards at 35.8 degrees north; `perM` is how x goes on per metre. */
const line = (speedMps: number, x0: number, perM: number, y: number, said: number, head = "") =>
  `${head}<fcd-export>${Array.from(
    { length: 6 },
    (_, i) =>
      `<timestep time="${i}"><vehicle id="a" x="${(x0 + i * speedMps * perM).toFixed(7)}" y="${y}" speed="${said}"/></timestep>`,
  ).join("")}</fcd-export>`;
/** Degrees in a metre along that parallel, on the WGS 84 ellipsoid: 1 / 90,385. */
const degreesPerM = 1 / 90_385;

test("law: degrees that pass for metres are found out by the speed, or by SUMO's own comment, and said", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: -170, max: 170 }), (speedMps, lon) => {
      const found = read(line(speedMps, lon, degreesPerM, 35.8, speedMps));
      expect(found.coordinates).toBe("degrees");
      expect(found.notes[0]).toMatch(/as metres they contradict/);
      expect(read(line(speedMps, 100, 1, 35.8, speedMps)).coordinates).toBe("metres");
      const head = `<!-- <fcd-output.geo value="true"/> -->`;
      expect(read(line(0, lon, degreesPerM, 35.8, 0, head)).coordinates).toBe("degrees");
    }),
    { seed: 12, numRuns: 50 },
  );
});

test("law: a displacement is refused when it contradicts the speed more than fivefold, and only then", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 2, max: 20, noNaN: true }),
      fc.double({ min: 0.05, max: 20, noNaN: true }),
      (mps, times) => {
        fc.pre(Math.abs(times - 5) > 0.01 && Math.abs(times - 0.2) > 0.01);
        const text = line(mps * times, 1000, 1, 35.8, mps);
        if (times > 5 || times < 0.2) expect(() => read(text)).toThrow(/go with the file's speed/);
        else expect(read(text).coordinates).toBe("metres");
      },
    ),
    { seed: 13, numRuns: 100 },
  );
});

test("what SUMO's comment says is not overruled", () => {
  const head = `<!-- <fcd-output.geo value="true"/> -->`;
  expect(() => read(line(10, 8, degreesPerM, 35.8, 10, head), "metres")).toThrow(/as its own comment says/);
});

test.each<[string, RegExp]>([
  ["<gpx><trk>", /well-formed XML, got unclosed tag/],
  [`<gpx>${"<a>".repeat(200_000)}`, /elements nested at most 100 deep, got a deeper a/],
  ["<gpx/>", /GPX with trkpt elements/],
  [gpx(`<trkpt lat="1" lon="2"/>`), /line \d+: expected a time in every trkpt/],
  [gpx(`<trkpt lat="91" lon="2"/>`), /trkpt lat: expected degrees from -90 to 90, got "91"/],
  [gpx(point(1, 2, "yesterday")), /time: expected a time such as/],
  ...["2026-02-31T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T99:00:00Z"].map(
    (time): [string, RegExp] => [gpx(point(1, 2, time)), /time: expected a date and time that exist/],
  ),
  ["<kml></kml>", /XML with the root kml/],
  [
    `<!DOCTYPE fcd-export [<!ENTITY x "1">]><fcd-export><timestep time="&x;"/></fcd-export>`,
    /undefined entity/,
  ],
  [`<fcd-export><vehicle id="a" x="1" y="2"/></fcd-export>`, /a vehicle inside a timestep/],
  [
    `<fcd-export><timestep time="1"><vehicle id="a" x="" y="2"/></timestep></fcd-export>`,
    /vehicle x: expected a number/,
  ],
  ["t_ms,x_m,y_m\n0,1,", /line 2, column y_m/],
  ["t_ms,x_m,y_m,speed_mps\n0,0,0,10\n1,10,0,10\n2,20,0,10", /go with the file's speed.*1000 times it/],
  ["t_ms,x_m,y_m\n0,0,0\n1,10,0\n2,20,0", /at most 350 m\/s between samples, got 10000 m\/s/],
  ["t_ms,x_m\n0,1", /the columns t_ms and either/],
  ["t_ms,x_m,y_m,speed\n0,1,1,1", /column.*"speed".*--columns t_ms=t_ms,x_m=x_m,y_m=y_m,speed_mps=speed/],
])("refuses %j", (text, message) => {
  expect(() => read(text)).toThrow(message);
});

test("degrees that are none are refused when SUMO's are asked for", () => {
  expect(() => read(fcd.replace('x="7"', 'x="700"'), "degrees")).toThrow(/are they metres\?/);
});

const ground: Ground = {
  kind: "rectangle",
  xMinM: -50,
  xMaxM: 50,
  yMinM: -50,
  yMaxM: 50,
  xEdge: "wrap",
  yEdge: "wrap",
};
const model: ModelOf<"trace"> = {
  kind: "trace",
  file: "a.xml",
  startS: 0,
  atEnd: "stay",
  coordinates: "metres",
  shiftM: [0, 0],
};
const replay = (
  count: number,
  options: Partial<{ startS: number; atEnd: "stay" | "turn" | "absent" }> = {},
) =>
  createTraceReplay(
    localTracks(read(fcd), null, [0, 0]),
    ground,
    { ...model, ...options },
    {
      first: 0,
      count,
      path: "mobility.model",
    },
  );
const at = (movement: ReturnType<typeof replay>, count: number, timeS: number) => {
  const out = { xM: new Float64Array(count), yM: new Float64Array(count) };
  movement.positionsAt(timeS, out);
  return Array.from(out.xM, (xM, i) => [xM, out.yM[i]]);
};

test("phones drive evenly between samples, wait before the first and stay after the last", () => {
  const movement = replay(3);
  expect(at(movement, 3, 1.5)[0]).toEqual([10, 10]);
  expect(at(movement, 3, 0.25)[0]).toEqual([2.5, 0]);
  expect(at(movement, 3, 0)[2]).toEqual([7, 1]);
  expect(at(movement, 3, 99)[0]).toEqual([10, 20]);
  expect(at(replay(1, { startS: 1 }), 1, 0.5)[0]).toEqual([10, 10]);
});

test("with atEnd turn they drive back and forth", () => {
  const movement = replay(1, { atEnd: "turn" });
  expect(at(movement, 1, 2.5)[0]).toEqual([10, 10]);
  expect(at(movement, 1, 4)[0]).toEqual([0, 0]);
  expect(at(movement, 1, 4.25)[0]).toEqual([2.5, 0]);
});

test("a trace that leaves the map is refused with the time and the map's size, and so are too many phones", () => {
  const far = localTracks(read(fcd), null, [45, 0]);
  const users = { first: 0, count: 1, path: "mobility.groups[1].model" };
  expect(() => createTraceReplay(far, ground, model, users)).toThrow(
    /mobility\.groups\[1\]\.model\.file \(a\.xml\), 1 s of "a": expected places with x from -50 to 50 m.*got \(55\.0, 0\.0\) m/,
  );
  expect(() => replay(4)).toThrow(/at most 3 phones/);
  expect(() => replay(1, { startS: 5 })).toThrow(/startS: expected at most 2 s/);
});

test("degrees are projected around the layout's place on Earth, or around their own middle", () => {
  const recording = read("t_ms,lat,lon\n0,49.00,8.4\n100000,49.01,8.4");
  expect(localTracks(recording, null, [0, 0])[0].y[1]).toBeCloseTo(556.06, 1);
  expect(localTracks(recording, { latDeg: 49, lonDeg: 8.4 }, [0, 5])[0].y[0]).toBe(5);
});

test("a recording of any number of vehicles is not deep", () => {
  const steps = Array.from(
    { length: 300 },
    (_, i) => `<timestep time="${i}"><vehicle id="a" x="${i}" y="0"/></timestep>`,
  );
  expect(read(`<fcd-export>${steps.join("")}</fcd-export>`).tracks[0].x).toHaveLength(300);
});
