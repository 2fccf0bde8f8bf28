import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DocumentLine {
  /** The headings that lead to it, joined by " / ". */
  heading: string;
  item: string;
}

const file = join(import.meta.dirname, '../../checks/production-checklist.md');

/** The checkboxes of production-checklist.md, in its order, with the headings above each. */
export function documentLines(): DocumentLine[] {
  const headings: string[] = [];
  const lines: DocumentLine[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const heading = /^(#{2,4}) (.+)$/.exec(line);
    if (heading?.[1] && heading[2]) headings.splice(heading[1].length - 2, 9, heading[2]);
    const box = /^- \[ \] (.+)$/.exec(line);
    if (box?.[1]) lines.push({ heading: headings.join(' / '), item: box[1] });
  }
  return lines;
}

/** The list under one heading of the document: bullets or numbers, without checkboxes. */
export function documentList(heading: string): string[] {
  const text = readFileSync(file, 'utf8');
  const part = text.slice(text.indexOf(`# ${heading}\n`)).split(/\n#/)[0] ?? '';
  return [...part.matchAll(/^(?:- |\d+\. )(?!\[)(.+)$/gm)].map((match) => match[1] ?? '');
}

/** The first cells of the sign-off table, and the words of the deployment status. */
export function documentSignOff(): { roles: string[]; outcomes: string[] } {
  const text = readFileSync(file, 'utf8');
  const roles = [...text.matchAll(/^\| ([A-Z][\w ]+?) \|(?:\s*\|)+$/gm)].map((match) => match[1] ?? '');
  const status = /\*\*Deployment Status\*\*: (.+)$/m.exec(text)?.[1] ?? '';
  return { roles, outcomes: status.split('/').map((word) => word.replace('⬜', '').trim()) };
}
