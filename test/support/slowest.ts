import type { Reporter, TestModule } from 'vitest/node';

/** How many files are told, and from how many on there is anything to compare. */
const TOLD = 12;

/** Says at the end of a run where its time went: the slowest files, in seconds of their own. */
export default class Slowest implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length <= TOLD) return;
    const files = modules.map((module) => {
      const { duration, collectDuration, setupDuration } = module.diagnostic();
      const tests = [...module.children.allTests()].length;
      const millis = duration + collectDuration + setupDuration;
      return { path: module.relativeModuleId, seconds: millis / 1000, tests };
    });
    const whole = files.reduce((sum, { seconds }) => sum + seconds, 0);
    const slowest = files.sort((a, b) => b.seconds - a.seconds).slice(0, TOLD);
    const lines = slowest.map(
      ({ path, seconds, tests }) =>
        `${seconds.toFixed(0).padStart(6)} s ${`${tests}`.padStart(5)} tests  ${path}`,
    );
    const head = `Where ${whole.toFixed(0)} s of work in ${files.length} files went:`;
    process.stdout.write(`\n${head}\n${lines.join('\n')}\n`);
  }
}
