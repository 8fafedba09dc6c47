// The shards of one kind of worlds of a study, as any thread can make them.
import { applySettings, type Experiment, type Setting, type ShardResult, type UnitResult } from "#core";
import {
  type ArmVariant,
  createRanExperiment,
  createReplayExperiment,
  loadRanScenario,
  parseRanScenario,
  readTraces,
} from "#ran-sim";
import { withDisagreement } from "./label-disagreement.ts";
import { type Condition, laneName, type Study, type StudyArm } from "./study.ts";
import { unseenUnits } from "./unseen-handovers.ts";

/** A folder of traces in place of synthetic worlds. */
export interface Replay {
  readonly folder: string;
  readonly name: string;
  /** Only traces of these groups are run; what arms learn from traces they learn from all others. Left out: all. */
  readonly groups?: readonly string[];
  /** Add a breakdown of every lane: handovers without a row, within a second, that other groups' traces hold too. */
  readonly unseen?: boolean;
}

export interface StudyShards {
  readonly study: Study;
  readonly condition: Condition;
  readonly replay?: Replay;
}

/** Between the name of a lane in rows and its training seed, in the name of its variant. */
const SEED = " #";

/**
 * Returns the experiment whose shards are the worlds of one condition; all arms, points and training seeds are in step in each.
 * Its results hold units alone, with the names of lanes and their training seeds told apart.
 */
export function createStudyShards(options: StudyShards): Experiment<"ran"> {
  const { study, condition, replay } = options;
  const scenarioOf = (more: readonly Setting[]) => {
    const settings = [...study.settings, ...condition.settings, ...more];
    return replay === undefined
      ? loadRanScenario(study.scenario, settings)
      : parseRanScenario(applySettings({ name: replay.name }, settings), study.slug);
  };
  const variants = study.arms.flatMap((arm) => variantsOf(arm, study.trainingSeeds, scenarioOf));
  const scenario = scenarioOf([]);
  const base =
    replay === undefined
      ? createRanExperiment({ scenario, seeds: study.seeds, arms: [], variants })
      : createReplay(replay, { scenario, arms: [], variants });
  const name = condition.name === "" ? scenario.name : `${scenario.name}/${condition.name}`;
  return {
    ...base,
    name: study.slug,
    recipe: { module: import.meta.url, make: "createStudyShards", options },
    async runShard(shard, pauses) {
      const ran = await base.runShard(shard, pauses);
      const result =
        study.labels === true && replay === undefined
          ? { ...ran, units: withDisagreement(cleanScenario(study), shard, ran) }
          : ran;
      const more = replay?.unseen === true ? unseenUnits(replay, shard, result) : [];
      return { units: [...result.units, ...more].map((unit) => labelled(unit, name)), tables: {} };
    },
  };
}

function cleanScenario({ scenario, settings }: Study): ArmVariant["scenario"] {
  return loadRanScenario(scenario, settings);
}

/** Returns a lane for each point and each training seed. */
function variantsOf(
  { arm, points = [{ label: "", settings: [] }], learned, openLoop = true }: StudyArm,
  trainingSeeds: readonly number[],
  scenarioOf: (settings: readonly Setting[]) => ArmVariant["scenario"],
): readonly ArmVariant[] {
  return points.flatMap(({ label, settings }) =>
    (learned ? trainingSeeds : [null]).map((seed) => ({
      name: `${laneName(arm, label)}${seed === null ? "" : `${SEED}${seed}`}`,
      arm,
      openLoop,
      scenario: scenarioOf([
        ...settings,
        ...(seed === null ? [] : [{ path: "network.trainingSeed", value: seed }]),
      ]),
    })),
  );
}

function labelled(unit: UnitResult<"ran">, condition: string): ShardResult<"ran">["units"][number] {
  const [arm, seed] = unit.arm.split(SEED);
  // A breakdown of the scenario stays one of the condition.
  const at = unit.scenario.indexOf("/");
  const scenario = at < 0 ? condition : `${condition}${unit.scenario.slice(at)}`;
  return { ...unit, arm, scenario, ...(seed === undefined ? {} : { trainingSeed: Number(seed) }) };
}

function createReplay(
  { folder, name, groups }: Replay,
  parts: Pick<Parameters<typeof createReplayExperiment>[0], "scenario" | "arms" | "variants">,
): Experiment<"ran"> {
  const input = readTraces(folder);
  if (input.kind !== "multi-cell") throw new RangeError(`${folder} holds no multi-cell traces`);
  const experiment = createReplayExperiment({ ...parts, name, traces: input.traces });
  if (groups === undefined) return experiment;
  const wanted = new Set(
    input.traces.filter(({ group }) => groups.includes(group ?? "")).map((one) => one.name),
  );
  return {
    ...experiment,
    shards: experiment.shards.filter(({ key }) => wanted.has(key.slice(key.indexOf("/trace=") + 7))),
  };
}
