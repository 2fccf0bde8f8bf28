/** What a formatter may know besides the report. */
export interface RenderOptions {
  /** From section id to its title. */
  titles: ReadonlyMap<string, string>;
  colour: boolean;
  /** Characters of a line; 80 where unknown. */
  width: number;
  /** Evidence of every line, not only of those that are not well. */
  verbose: boolean;
  /** Only what is not well. */
  quiet: boolean;
  /** Where the reader can only show ASCII. */
  ascii: boolean;
  elapsedMs: number;
}
