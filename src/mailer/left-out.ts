// Stands in for what the Resend SDK brings along and the Worker never uses (vite.config.ts): rendering
// React, as mails are compiled at build time, and parsing received mail.
export default undefined;
