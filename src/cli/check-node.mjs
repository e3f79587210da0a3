// Runs after the install, in whatever Node npm will use here: the project's own where its platform has
// one (optionalDependencies), else the machine's. Plain JavaScript, so that an old Node can say it.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  const machine = `${process.platform} ${process.arch}`;
  process.stderr.write(
    `In the Room brings no Node for ${machine}, and ${process.version} is too old: please install Node 22.18 or newer.\n`,
  );
  process.exitCode = 1;
}
