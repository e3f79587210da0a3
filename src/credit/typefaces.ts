/** The fonts that this version has, as the build has put them beside the Worker. */
export { faces } from 'virtual:fonts';
