/** Names of objects, packed: a repository may have millions, and a string for each would not fit into memory. */
export class ObjectSet {
  readonly #bytes: number;
  #packed: Buffer;
  #count = 0;
  /** Open addressing: one more than an object's place, by the beginning of its name; those are random already. */
  #table = new Int32Array(1024);

  /** @param bytes of one name: 20 for SHA-1, 32 for SHA-256 */
  constructor(bytes: number, packed: Buffer = Buffer.alloc(0)) {
    this.#bytes = bytes;
    this.#packed = packed;
    this.#count = Math.floor(packed.length / bytes);
    this.#index();
  }

  get size(): number {
    return this.#count;
  }

  /** All names, one after another. */
  get packed(): Buffer {
    return this.#packed.subarray(0, this.#count * this.#bytes);
  }

  has(object: string): boolean {
    const name = Buffer.from(object, 'hex');
    return name.length === this.#bytes && this.#slotOf(name, 0) < 0;
  }

  add(object: string): void {
    const name = Buffer.from(object, 'hex');
    if (name.length !== this.#bytes) return;
    if ((this.#count + 1) * this.#bytes > this.#packed.length) {
      this.#packed = Buffer.concat([this.#packed, Buffer.alloc(Math.max(64 * this.#bytes, this.#packed.length))]);
    }
    const slot = this.#slotOf(name, 0);
    if (slot < 0) return;
    name.copy(this.#packed, this.#count * this.#bytes);
    this.#count += 1;
    this.#table[slot] = this.#count;
    if (this.#count * 2 > this.#table.length) this.#index();
  }

  #index(): void {
    let length = 1024;
    while (length < this.#count * 4) length *= 2;
    this.#table = new Int32Array(length);
    for (let place = 0; place < this.#count; place += 1) {
      const slot = this.#slotOf(this.#packed, place * this.#bytes);
      if (slot >= 0) this.#table[slot] = place + 1;
    }
  }

  /** The free slot for a name; -1 where it is there already. */
  #slotOf(names: Buffer, at: number): number {
    const mask = this.#table.length - 1;
    for (let slot = names.readUInt32LE(at) & mask; ; slot = (slot + 1) & mask) {
      const place = (this.#table[slot] ?? 0) - 1;
      if (place === -1) return slot;
      const other = place * this.#bytes;
      if (names.compare(this.#packed, other, other + this.#bytes, at, at + this.#bytes) === 0) return -1;
    }
  }
}
