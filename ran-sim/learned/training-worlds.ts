import { createStream } from "#core";
import { parseRanScenario, type RanScenario } from "../scenario.ts";

/**
 * The worlds on which models are trained: a different deployment, speed and radio for each seed, so that what is learned is
 * how links behave and not one map. Named scenarios and traces are among them in kind, none in substance: with and without
 * fading, with edges of buildings as sharp as half a metre or as soft as 15 m, with neighbours that send a third of the
 * time or always.
 */

/** Returns the scenario of one training or validation world. */
export function trainingScenario(seed: number, { users = 30, durationS = 30 } = {}): RanScenario {
  const random = createStream(seed, "training-world");
  const draw = (index: number, low = 0, high = 1): number => low + (high - low) * random.uniform(0, 0, index);
  const street = draw(0) < 0.4;
  const fading = draw(1) < 0.4;
  const sharp = draw(7) < 0.6;
  return parseRanScenario(
    {
      name: "training",
      durationS,
      warmUpS: 1,
      layout: { isdM: street ? draw(2, 150, 300) : draw(2, 300, 900) },
      radio: {
        ...(street ? { environment: "UMi", hBsM: 10 } : {}),
        ...(fading ? { fading: { kind: "rayleigh" } } : {}),
        load: draw(3) < 0.5 ? 1 : draw(8, 0.3, 1),
        losTransitionM: sharp ? 0.5 * 30 ** draw(9) : 15,
      },
      // As many slow phones as fast ones, on a scale of ratios.
      mobility: { users, speedKmh: 3 * 40 ** draw(4) },
      measurement: { errorSigmaDb: draw(5) < 0.6 ? 1.216 : 0 },
      network: { reportPeriodMs: draw(6) < 0.8 ? 40 : 120 },
    },
    `training world ${seed}`,
  );
}
