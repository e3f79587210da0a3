// Stands in for @react-email/render in the Worker's bundle (vite.config.ts): mails are compiled at build time.
export {};
