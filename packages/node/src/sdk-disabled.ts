/**
 * Whether OpenTelemetry's own variable switches every SDK off, and so whatever would send by ours; `GENVITALS_SDK` does
 * not overrule it. Anything but `true`, in any case, is no.
 */
export function isSdkDisabled(): boolean {
  return process.env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true';
}
