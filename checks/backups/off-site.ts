import { defineCheck } from '../../src/core/define.ts';
import type { Facts } from '../../src/facts/index.ts';

type Place = Facts['backups.place'];

export const offSite = defineCheck({
  id: 'backups.off-site',
  item: 'Backups stored off-site',
  rule: {
    pass: 'on another host than the database and, where the source tells them (bucket, RDS), in another account or region; a host that is only declared passes with the warning that it was not seen',
    fail: 'same host or volume',
  },
  why: 'A disk that fails, a machine that burns or an intruder with root takes the database and every backup beside it.',
  docs: ['https://www.cisa.gov/sites/default/files/publications/data_backup_options.pdf'],
  reasons: {
    'other-host': 'on another host than the database, as far as the volume and the addresses show',
    'declared-host': 'on another host by backups.source.host',
    'not-seen': 'that host is declared and was not seen',
    'same-host': 'on the host or volume of the database',
    none: 'no backup at all',
    unseen: 'neither volume nor addresses tell whose host it is',
  },
  ways: ({ probe, attest }) => [
    probe({
      how: "the volume and host of the backup source beside the database's address",
      settings: ['backups.source', 'postgres.url'],
      needs: ['backups.listing', 'backups.place'],
      judge({ 'backups.listing': listing, 'backups.place': place }) {
        const hosts = place.database.hosts.join(', ');
        const seen = {
          declared: place.declaredHost,
          volume: place.volume.type,
          server: place.volume.server,
          database: hosts,
          reach: place.database.reach,
        };
        const fix = 'copy each backup to another host, and name it in backups.source.host or audit the copy';
        const same = (because: string) => ({ status: 'fail', reasons: ['same-host'], because, fix, seen }) as const;
        const other = (because: string) => ({ status: 'pass', reason: 'other-host', because, seen }) as const;
        if (listing.backups.length === 0) {
          return {
            status: 'fail',
            reasons: ['none'],
            because: `nothing in ${listing.place} matches ${listing.pattern}`,
            fix,
            seen,
          };
        }
        const { declaredHost, volume } = place;
        if (place.sameHost) return same(`${declaredHost ?? volume.server} is the host of the database (${hosts})`);
        if (declaredHost !== null) {
          const because = `backups.source.host says ${declaredHost}, the database is on ${hosts}`;
          return {
            status: 'pass',
            reason: 'declared-host',
            because,
            seen,
            warnings: [{ reason: 'not-seen', text: notSeen(place) }],
          };
        }
        if (volume.kind === 'network')
          return other(`a ${volume.type} volume of ${volume.server ?? 'a service'}, the database is on ${hosts}`);
        if (volume.kind === 'local' && place.database.reach === 'this-machine') {
          const where = volume.sameAsRoot ? "the system's own volume" : `a local volume (${volume.type})`;
          return same(`on ${where} of ${place.here}, where the database answers too (${hosts})`);
        }
        const told = volume.kind === 'local' && place.database.reach === 'elsewhere' && !place.container;
        return told
          ? other(`on ${place.here}, the database is on ${hosts}`)
          : { status: 'unclear', reason: 'unseen', because: untold(place), seen };
      },
    }),
    attest('Is a copy of each backup kept on another host or site than the database?', 180),
  ],
});

/** Above all where what was seen speaks against what was declared. */
function notSeen({ declaredHost, volume, database, here }: Place): string {
  const beside = volume.kind === 'local' && database.reach === 'this-machine';
  const but = beside
    ? `; from here the folder is a local volume (${volume.type}) of ${here}, where the database answers too`
    : '';
  return `${declaredHost} is declared and was not seen${but}`;
}

function untold({ volume, database, container }: Place): string {
  if (volume.kind === 'unknown')
    return `a volume (${volume.type ?? 'of an unknown kind'}) that does not tell whose disk it is: set backups.source.host`;
  if (database.reach === 'behind-proxy')
    return 'the database is behind a proxy on this machine, which hides its host: set backups.source.host';
  if (database.reach === 'container-network')
    return 'the database is in a container or virtual machine of this machine: set backups.source.host';
  if (database.reach === 'unknown') return "the database's name was not resolved: set backups.source.host";
  return container
    ? "svcheck runs in a container, whose volumes are its host's: set backups.source.host"
    : 'set backups.source.host';
}
