import { describe, expect, it } from 'vitest';
import { checks, sections } from '../checks/index.ts';
import { documentLines, documentList, documentSignOff } from './support/document.ts';

describe('the registry and the document', () => {
  it('hold the same 140 lines under the same headings, in the same order', () => {
    const registered = sections.flatMap(({ heading, checks: own }) => own.map(({ item }) => ({ heading, item })));
    expect(registered).toEqual(documentLines());
    expect(registered).toHaveLength(140);
  });

  it('has 28 sections', () => {
    expect(sections).toHaveLength(28);
  });

  it('holds the rollback plan word by word', () => {
    const rollback = sections.find(({ id }) => id === 'rollback');
    expect(rollback?.triggers?.map(({ item }) => item)).toEqual(documentList('Automated Rollback Triggers'));
    expect(rollback?.steps).toEqual(documentList('Manual Rollback Steps'));
  });

  it('holds the roles and states of the sign-off', () => {
    const signOff = sections.find(({ id }) => id === 'sign-off');
    expect({ roles: signOff?.roles, outcomes: signOff?.outcomes }).toEqual(documentSignOff());
  });
});

describe('each check', () => {
  it.each(checks.map((check) => [check.id, check] as const))('%s is complete', (id, check) => {
    const section = sections.find((one) => one.checks.includes(check));
    expect(id).toMatch(new RegExp(`^${section?.id}\\.[a-z0-9-]+$`));
    expect(check.rule.pass).not.toBe('');
    expect(check.rule.fail).not.toBe('');
    expect(check.ways.at(-1)?.by, 'a person’s word is the last way of every line').toBe('attest');
    expect(check.settings.safeParse({}).success, 'every setting has a default').toBe(true);
    if (!check.ways.some((way) => 'judge' in way)) return;
    expect(check.why).not.toBe('');
    expect(check.remedy).not.toBe('');
    expect(check.docs.length).toBeGreaterThan(0);
    for (const page of check.docs) expect(page).toMatch(/^https:\/\//);
  });

  it('has an id of its own', () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  });
});
