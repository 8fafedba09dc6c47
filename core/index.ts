// The idea: compress, transport, project. Knows neither phones nor agents. Runs in Node and in the browser.
export { BadInputError, nearestName, requireName } from "./bad-input.ts";
export { dbToLinear, linearToDb } from "./decibel.ts";
export { createStream, type RandomStream } from "./random/stream.ts";
