// Stands in for what packages bring along and the Worker never uses (vite.config.ts): Resend's SDK renders
// React and parses received mail, which is done at build time and not at all; what signs badges would fetch.
export default undefined;
