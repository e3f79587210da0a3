/** Every table there is. What runs imports those it needs from where they stand. */
export * from './credit.ts';
export * from './schema.ts';
