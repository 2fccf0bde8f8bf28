/** The volume that a path lies on. */
export interface Volume {
  kind: 'local' | 'network' | 'unknown';
  type: string | null;
  server: string | null;
}

const network =
  /^(?:nfs\d?|cifs|smb\d?|smbfs|ceph|lustre|beegfs|glusterfs|afs|ncpfs|gpfs|fuse\.(?:sshfs|glusterfs|ceph.*|s3fs|rclone|goofys|gcsfuse|mount-s3|mountpoint-s3|geesefs|juicefs|blobfuse2?|davfs2?|smbnetfs))$/;
/** A folder of a virtual machine's host, or something that is mounted when it is first entered: neither tells whose disk it is. */
const untold = /^(?:9p|virtiofs|vboxsf|prl_fs|fuse\.vmhgfs-fuse|autofs|fuse|fuseblk|fuse\..*)$/;

/**
 * Pure: the volume of an absolute path by /proc/self/mountinfo (proc(5)): the longest mount point that leads to it, the last of
 * several there.
 */
export function volumeOf(mountinfo: string, path: string): Volume {
  let best: { at: string; type: string; source: string } | null = null;
  for (const line of mountinfo.split('\n')) {
    const [before, after] = line.split(' - ');
    const at = unescaped(before?.split(' ')[4] ?? '');
    const [type = '', source = ''] = (after ?? '').split(' ');
    const leads = at === '/' || path === at || path.startsWith(`${at}/`);
    if (at && leads && (!best || at.length >= best.at.length)) best = { at, type, source: unescaped(source) };
  }
  if (!best) return { kind: 'unknown', type: null, server: null };
  const kind = network.test(best.type) ? 'network' : untold.test(best.type) ? 'unknown' : 'local';
  return { kind, type: best.type, server: kind === 'network' ? serverOf(best.source) : null };
}

const unescaped = (text: string) =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** `nas:/export`, `[fd00::1]:/export`, `//nas/share`, `user@nas:/home`. */
function serverOf(source: string): string | null {
  const found = /^\/\/([^/]+)\//.exec(source) ?? /^(?:[^@/]+@)?(?:\[([^\]]+)\]|([^:,/]+))(?:,[^/]*)?:/.exec(source);
  return found?.[1] ?? found?.[2] ?? null;
}
