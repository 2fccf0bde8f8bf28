/**
 * Dated: how long each major of PostgreSQL is supported, and the newest minor release known when this was written.
 * Ends: PostgreSQL, "Versioning Policy", https://www.postgresql.org/support/versioning/ (seen 2026-11-24).
 * Minors: the news of 2026-08-13 on https://www.postgresql.org/ ("18.6, 17.11, 16.15, 15.19, 14.24 … Released"), for 15 the changelog
 * of Debian's postgresql-15 of 2026-11-13 (15.20), for 13 the news of 2025-11-13, its last.
 */
interface Major {
  major: number;
  /** The last day of support, UTC. */
  until: string;
  /** The newest minor known, and when it was. */
  minor: number;
  released: string;
}

export const majors: readonly Major[] = [
  { major: 10, until: '2022-11-10', minor: 23, released: '2022-11-10' },
  { major: 11, until: '2023-11-09', minor: 22, released: '2023-11-09' },
  { major: 12, until: '2024-11-21', minor: 22, released: '2024-11-21' },
  { major: 13, until: '2025-11-13', minor: 23, released: '2025-11-13' },
  { major: 14, until: '2026-11-12', minor: 24, released: '2026-08-13' },
  { major: 15, until: '2027-11-11', minor: 20, released: '2026-11-13' },
  { major: 16, until: '2028-11-09', minor: 15, released: '2026-08-13' },
  { major: 17, until: '2029-11-08', minor: 11, released: '2026-08-13' },
  { major: 18, until: '2030-11-14', minor: 6, released: '2026-08-13' },
];

/** A major that came after this was written is supported for five years from then at the least (same policy). */
export const newerUntil = '2031-09-01';

/** What a distribution goes on to support, told by the package's own version inside server_version. */
interface Distribution {
  name: string;
  build: RegExp;
  major: number;
  until: string;
}

/**
 * Debian: the end of LTS, https://wiki.debian.org/LTS; Ubuntu: the month in which standard support ends,
 * https://ubuntu.com/about/release-cycle (both seen 2026-11-24). Builds of apt.postgresql.org (`pgdg`) are PostgreSQL's own.
 */
export const distributions: readonly Distribution[] = [
  { name: 'Debian 11', build: /\(Debian \S+\+deb11u\d+\)/, major: 13, until: '2026-08-31' },
  { name: 'Debian 12', build: /\(Debian \S+\+deb12u\d+\)/, major: 15, until: '2028-06-30' },
  { name: 'Debian 13', build: /\(Debian \S+\+deb13u\d+\)/, major: 17, until: '2030-06-30' },
  { name: 'Ubuntu 22.04', build: /\(Ubuntu \S+ubuntu0?\.?22\.04/, major: 14, until: '2027-04-01' },
  { name: 'Ubuntu 24.04', build: /\(Ubuntu \S+ubuntu0?\.?24\.04/, major: 16, until: '2029-04-01' },
];
