// Which part of the network a finding is about, in words.

import type { Text } from '../../text/en';
import type { Finding } from '../answers';

export function where(finding: Finding, t: Text['diagnosis']): string {
  const parts = [
    ...(finding.layer === undefined ? [] : [t.layer(finding.layer)]),
    ...(finding.units?.length ? [t.count(finding.units.length)] : []),
  ];
  return parts.length > 0 ? parts.join(t.separator) : t.all;
}
