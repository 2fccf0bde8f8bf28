import { defineCheck } from '../../src/core/define.ts';
import type { Judgement } from '../../src/core/verdict.ts';
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
  remedy:
    'Copy the dumps to another host and account (restic, rclone, rsync to a host of its own) and name it in backups.source.host.',
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
        const { declaredHost, volume, database, sameHost } = place;
        const hosts = database.hosts.join(', ');
        const { type, server } = volume;
        const seen = { declared: declaredHost, volume: type, server, database: hosts, reach: database.reach };
        if (listing.backups.length === 0) {
          const because = `nothing in ${listing.place} matches ${listing.pattern}`;
          return { status: 'fail', reasons: ['none'], because, fix: elsewhere, seen };
        }
        if (sameHost) {
          const because = `${declaredHost ?? server} is the host of the database (${hosts})`;
          return { status: 'fail', reasons: ['same-host'], because, fix: elsewhere, seen };
        }
        if (declaredHost === null) return { ...bySight(place, hosts), seen };
        const because = `backups.source.host says ${declaredHost}, the database is on ${hosts}`;
        const warnings = [{ reason: 'not-seen', text: notSeen(place) }] as const;
        return { status: 'pass', reason: 'declared-host', because, seen, warnings };
      },
    }),
    attest('Is a copy of each backup kept on another host or site than the database?', 180),
  ],
});

const elsewhere = 'copy each backup to another host, and name it in backups.source.host or audit the copy';

/** Where nobody declares a host: by the volume, and by where the database answers. */
function bySight(
  { volume, database, here, container }: Place,
  hosts: string,
): Judgement<'other-host' | 'same-host' | 'unseen'> {
  if (volume.kind === 'network') {
    const because = `a ${volume.type} volume of ${volume.server ?? 'a service'}, the database is on ${hosts}`;
    return { status: 'pass', reason: 'other-host', because };
  }
  if (volume.kind === 'local' && database.reach === 'this-machine') {
    const where = volume.sameAsRoot ? "the system's own volume" : `a local volume (${volume.type})`;
    const because = `on ${where} of ${here}, where the database answers too (${hosts})`;
    return { status: 'fail', reasons: ['same-host'], because, fix: elsewhere };
  }
  if (volume.kind === 'local' && database.reach === 'elsewhere' && !container) {
    return { status: 'pass', reason: 'other-host', because: `on ${here}, the database is on ${hosts}` };
  }
  const untold =
    volume.kind === 'unknown'
      ? `a volume (${volume.type ?? 'of an unknown kind'}) that does not tell whose disk it is`
      : reaches[database.reach];
  return { status: 'unclear', reason: 'unseen', because: `${untold}: set backups.source.host` };
}

const reaches: Readonly<Record<Place['database']['reach'], string>> = {
  'behind-proxy': 'the database is behind a proxy on this machine, which hides its host',
  'container-network': 'the database is in a container or virtual machine of this machine',
  unknown: "the database's name was not resolved",
  elsewhere: "svcheck runs in a container, whose volumes are its host's",
  'this-machine': 'nothing tells whose host it is',
};

/** Above all where what was seen speaks against what was declared. */
function notSeen({ declaredHost, volume, database, here }: Place): string {
  const beside = volume.kind === 'local' && database.reach === 'this-machine';
  const but = beside
    ? `; from here the folder is a local volume (${volume.type}) of ${here}, where the database answers too`
    : '';
  return `${declaredHost} is declared and was not seen${but}`;
}
