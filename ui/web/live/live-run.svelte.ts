/** The run as the page sees it: the connection, the shared state, both sides. */
import type { Domain } from "#core";
import type {
  AgentLayout,
  Frame,
  MessageOf,
  PhonesFrame,
  PipelineFrame,
  RanLayout,
  RunState,
  ServerMessage,
} from "../../protocol.ts";
import { Connection, type ConnectionStatus } from "./connection.ts";
import { Side } from "./side.svelte.ts";

export class LiveRun {
  readonly ran = new Side<"ran", RanLayout, PhonesFrame>("ran");
  readonly agent = new Side<"agent", AgentLayout, PipelineFrame>("agent");
  #status = $state<ConnectionStatus>("connecting");
  #retryInMs = $state<number | null>(null);
  #state = $state.raw<RunState | null>(null);
  #pace = $state.raw<MessageOf<"pace"> | null>(null);
  #notices = $state.raw<readonly string[]>([]);
  readonly #connection: Connection;

  constructor(url: string) {
    this.#connection = new Connection(url, {
      status: (status, retryInMs) => {
        this.#status = status;
        this.#retryInMs = retryInMs;
        if (status !== "open") this.#pace = null;
      },
      message: (message) => this.#adopt(message),
      frame: (frame) => this.#adoptFrame(frame),
      problem: (problem) => {
        this.#notices = [problem];
      },
    });
  }

  get status(): ConnectionStatus {
    return this.#status;
  }
  get retryInMs(): number | null {
    return this.#retryInMs;
  }
  /** Null until the server has said it. */
  get state(): RunState | null {
    return this.#state;
  }
  get pace(): MessageOf<"pace"> | null {
    return this.#pace;
  }
  /** The last thing that went wrong, in one line; or a line for each of the user's KPIs that cannot be shown. */
  get notices(): readonly string[] {
    return this.#notices;
  }
  /** Whether commands can be given. */
  get isOpen(): boolean {
    return this.#status === "open";
  }

  open(): void {
    this.#connection.open();
  }
  play(playing: boolean): void {
    this.#connection.send({ type: "play", playing });
  }
  setSpeed(speed: number): void {
    this.#connection.send({ type: "speed", speed });
  }
  setSeed(seed: number): void {
    this.#connection.send({ type: "seed", seed });
  }
  restart(): void {
    this.#notices = [];
    this.#connection.send({ type: "restart" });
  }
  selectScenario(domain: Domain, scenario: string): void {
    this.#connection.send({ type: "select", domain, scenario });
  }
  selectArm(domain: Domain, arm: string): void {
    this.#connection.send({ type: "select", domain, arm });
  }
  dismissNotice(): void {
    this.#notices = [];
  }

  #adopt(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.ran.forget();
        this.agent.forget();
        this.ran.catalogue = message.catalogue.ran;
        this.agent.catalogue = message.catalogue.agent;
        break;
      case "run":
        this.#state = message;
        this.ran.adoptEpoch(message.ran.epoch);
        this.agent.adoptEpoch(message.agent.epoch);
        break;
      case "ran-layout":
        this.ran.adoptLayout(message);
        this.#tell("Cells", message.formulas.problems);
        break;
      case "agent-layout":
        this.agent.adoptLayout(message);
        this.#tell("Agents", message.formulas.problems);
        break;
      case "reports":
        if (message.domain === "ran") this.ran.adoptReports(message, performance.now());
        else this.agent.adoptReports(message, performance.now());
        break;
      case "kpis":
        if (message.domain === "ran") this.ran.adoptKpis(message);
        else this.agent.adoptKpis(message);
        break;
      case "pace":
        this.#pace = message;
        break;
      case "error":
        this.#notices = [message.message];
        break;
    }
  }

  /** Adds to the notices; both sides may have some. */
  #tell(side: string, lines: readonly string[]): void {
    this.#notices = [...new Set([...this.#notices, ...lines.map((line) => `${side}: ${line}`)])];
  }

  #adoptFrame(frame: Frame): void {
    switch (frame.kind) {
      case "phones":
        this.ran.adoptFrame(frame);
        break;
      case "pipeline":
        this.agent.adoptFrame(frame);
        break;
      case "history":
        if (frame.domain === "ran") this.ran.adoptHistory(frame);
        else this.agent.adoptHistory(frame);
        break;
    }
  }
}
