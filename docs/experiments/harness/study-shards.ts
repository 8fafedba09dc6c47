// The shards of one kind of worlds of a study, as any thread can make them.
import type { Experiment, UnitResult } from "#core";
import { createRanExperiment, createReplayExperiment, readTraces } from "#ran-sim";
import { withDisagreement } from "./label-disagreement.ts";
import { lanesOf, partsOf, scenarioOf } from "./lanes.ts";
import { ofReceiver } from "./receivers.ts";
import type { Replay } from "./replay.ts";
import type { Condition, Study } from "./study.ts";
import { unseenUnits } from "./unseen-handovers.ts";

export interface StudyShards {
  readonly study: Study;
  readonly condition: Condition;
  readonly replay?: Replay;
}

/**
 * Returns the experiment whose shards are the worlds of one condition; all arms, points and training seeds are in step in each.
 * Its results hold units alone, with the names of lanes and their training seeds told apart.
 */
export function createStudyShards(options: StudyShards): Experiment<"ran"> {
  const { study, condition, replay } = options;
  const { variants } = lanesOf(study, condition, replay?.name);
  const scenario = scenarioOf(study, condition, replay?.name);
  const base =
    replay === undefined
      ? createRanExperiment({
          ...{ scenario, seeds: study.seeds, arms: [], variants },
          byVendor: study.byVendor === true,
        })
      : createReplay(replay, { scenario, arms: [], variants });
  const name = condition.name === "" ? scenario.name : `${scenario.name}/${condition.name}`;
  return {
    ...base,
    name: study.slug,
    recipe: { module: import.meta.url, make: "createStudyShards", options },
    async runShard(shard, pauses) {
      const ran = await base.runShard(shard, pauses);
      const units =
        study.labels === true && replay === undefined
          ? withDisagreement(scenarioOf(study, { name: "", settings: [] }), shard, ran)
          : ran.units;
      const more = replay?.unseen === true ? unseenUnits(replay, shard, ran) : [];
      const all = [...units, ...more].map((unit) => labelled(unit, name));
      return { units: study.byVendor === true ? all.flatMap(ofReceiver) : all, tables: {} };
    },
  };
}

/** Returns the unit under the name of its condition; a breakdown of the scenario stays one of the condition. */
function labelled(unit: UnitResult<"ran">, condition: string): UnitResult<"ran"> {
  const { lane, ...trained } = partsOf(unit.arm);
  const at = unit.scenario.indexOf("/");
  return {
    ...unit,
    ...trained,
    arm: lane,
    scenario: at < 0 ? condition : `${condition}${unit.scenario.slice(at)}`,
  };
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
