/** Returns the URL of the bundle's folder, built first when a source has changed. */
export function builtBundle(log: (line: string) => void): Promise<URL>;
