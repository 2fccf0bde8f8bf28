import { inspect } from 'node:util';

const MASK = '[secret]';

/**
 * A value of the deployment under audit that must not be printed. Every way of turning it into text masks it;
 * only src/sources may call reveal() (held by a lint rule), and it is not assignable to Json.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  get length(): number {
    return this.#value.length;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
