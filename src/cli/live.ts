import type { ListrDefaultRendererLogLevels } from 'listr2';
import type { Line } from '../engine/run.ts';
import type { Progress } from './progress.ts';

/** A line a section on stderr while the audit runs; all gone when the report is printed. */
export async function startLive(): Promise<Progress> {
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
  const left = new Map<string, number>();
  const finish = new Map<string, () => void>();
  let running: Promise<unknown> = Promise.resolve();

  const onLines = (lines: readonly Line[]) => {
    const titles = new Map(lines.map(({ section }) => [section.id, section.title]));
    for (const { section } of lines) left.set(section.id, (left.get(section.id) ?? 0) + 1);
    const listr = new Listr(
      [...titles].map(([id, title]) => ({
        title,
        task: () =>
          new Promise<void>((done) => {
            if (left.get(id) === 0) done();
            else finish.set(id, done);
          }),
      })),
      {
        concurrent: true,
        registerSignalListeners: false,
        renderer: 'default',
        rendererOptions: {
          clearOutput: true,
          // Results go to stdout, progress to stderr.
          logger: new ListrLogger<ListrDefaultRendererLogLevels>({
            processOutput: new ProcessOutput(process.stderr, process.stderr),
          }),
        },
      },
    );
    running = listr.run().catch(() => {});
  };
  return {
    listeners: {
      onLines,
      onResult: ({ section }) => {
        const rest = (left.get(section) ?? 1) - 1;
        left.set(section, rest);
        if (rest === 0) finish.get(section)?.();
      },
    },
    stop: async () => {
      for (const done of finish.values()) done();
      await running;
    },
  };
}
