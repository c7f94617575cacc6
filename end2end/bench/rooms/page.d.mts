/** See page.mjs. */
export function fill(name: string, text: string): void;
export function draw(name: string, svg: string): void;
export function median(numbers: (number | null | undefined)[]): number | undefined;
export function table(rows: string[][]): string;
