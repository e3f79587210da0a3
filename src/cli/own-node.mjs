// Runs after the install: sees to it that the commands find a Node that is new enough, the project's own
// where its platform has one (optionalDependencies). Plain JavaScript, so that an old Node can read it.
import { execFileSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const modules = new URL('../../node_modules/', import.meta.url);
const { platform, arch } = process;

// npm 10 links a command that several packages offer for the first of them alone, on whatever machine.
const own = [`node-${platform}-${arch}`, `node-bin-${platform}-${arch}`].find((name) =>
  existsSync(new URL(`${name}/bin/node`, modules)),
);
const link = new URL('.bin/node', modules);
if (own && !existsSync(link)) symlinkSync(`../${own}/bin/node`, link);

const found = existsSync(link)
  ? execFileSync(fileURLToPath(link), ['--version'], { encoding: 'utf8' })
  : process.version;
const [major = 0, minor = 0] = found.slice(1).split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `In the Room brings no Node for ${platform} ${arch}, and ${found.trim()} is too old: please install Node 22.18 or newer.\n`,
  );
  process.exitCode = 1;
}
