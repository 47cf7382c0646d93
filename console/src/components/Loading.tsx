// SPDX-License-Identifier: Apache-2.0
import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import { useText } from '@/i18n/language';

// Stands where something will be.
export function Loading() {
  const t = useText();
  return (
    <Box padding="xxl" textAlign="center">
      <Spinner size="large" /> {t.common.loading}
    </Box>
  );
}
