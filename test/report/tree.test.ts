import { describe, expect, it } from 'vitest';
import { renderHuman } from '../../src/report/human.ts';
import { failed, renderOptions, reportOf, resultOf } from '../support/report.ts';

const tree = ['acme.test: 2 lookups', '├─ include:a.test  1', '│  └─ mx  1', `└─ include:${'x'.repeat(200)}`];
const evidence = [{ where: 'TXT of acme.test', at: '2026-11-24T19:02:11.000Z', seen: { tree } }];

describe('a drawing in the evidence', () => {
  it('stands under a line that is not well, cut at the width', () => {
    const lines = renderHuman(reportOf([{ ...failed, evidence }]), renderOptions).split('\n');
    const first = lines.findIndex((line) => line === '        acme.test: 2 lookups');
    expect(lines.slice(first, first + 3)).toEqual(tree.slice(0, 3).map((line) => `        ${line}`));
    expect(lines[first + 3]).toMatch(/^ {8}└─ include:x+…$/);
    expect(lines[first + 3]).toHaveLength(renderOptions.width);
  });

  it('stands under a pass with -v only', () => {
    const report = reportOf([resultOf({ evidence })]);
    expect(renderHuman(report, renderOptions)).not.toContain('include:a.test');
    expect(renderHuman(report, { ...renderOptions, verbose: true })).toContain('        ├─ include:a.test  1\n');
  });

  it('is drawn with ASCII where the terminal has no more', () => {
    const text = renderHuman(reportOf([{ ...failed, evidence }]), { ...renderOptions, ascii: true });
    expect(text).toContain('        |- include:a.test  1\n        |  `- mx  1\n');
    expect(text).not.toMatch(/[^\x00-\x7f]/);
  });

  it('shows a stranger’s control characters as escapes', () => {
    const seen = { tree: ['acme.test: \u001b[2Jx'] };
    const text = renderHuman(
      reportOf([{ ...failed, evidence: [{ ...evidence[0], where: 'x', at: '', seen }] }]),
      renderOptions,
    );
    expect(text).toContain('acme.test: \\u001b[2Jx');
    expect(text).not.toContain('\u001b[2J');
  });
});
