/**
 * Whether the visitor's browser asks not to sell or share what is known of them
 * ([Global Privacy Control](https://www.w3.org/TR/gpc/)). What follows from it is the application's to decide; for
 * instance `createClient({ consent: globalPrivacyControl() ? "denied" : "granted", … })`.
 */
export function globalPrivacyControl(): boolean {
  return "globalPrivacyControl" in navigator && navigator.globalPrivacyControl === true;
}
