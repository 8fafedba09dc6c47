/** Light or dark: the system's choice until the person makes one, which this browser remembers. */
export type ThemeName = "light" | "dark";

const STORAGE_KEY = "baton-theme";

export class Theme {
  #chosen = $state<ThemeName | null>(null);
  #system = $state<ThemeName>("light");

  constructor() {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    this.#system = dark.matches ? "dark" : "light";
    dark.addEventListener("change", () => {
      this.#system = dark.matches ? "dark" : "light";
    });
    const stored = localStorage.getItem(STORAGE_KEY);
    this.#choose(stored === "light" || stored === "dark" ? stored : null);
  }

  get current(): ThemeName {
    return this.#chosen ?? this.#system;
  }

  toggle(): void {
    const next = this.current === "dark" ? "light" : "dark";
    localStorage.setItem(STORAGE_KEY, next);
    this.#choose(next);
  }

  #choose(name: ThemeName | null): void {
    this.#chosen = name;
    if (name === null) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
  }
}
