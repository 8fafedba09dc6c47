import type { Graph } from "#core/model";
import { type ContextNetwork, contextNetwork } from "./context-network.ts";
import type { ContextShape } from "./context-shape.ts";
import { windowNetwork } from "./window-network.ts";

/** Declares the network of a shape: a window of reports where the shape has one, recurrent values elsewhere. */
export function declareNetwork(graph: Graph, name: string, shape: ContextShape): ContextNetwork {
  return shape.windowReports === undefined
    ? contextNetwork(graph, name, shape)
    : windowNetwork(graph, name, shape);
}
