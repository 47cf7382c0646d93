// SPDX-License-Identifier: Apache-2.0
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import { useText } from '@/i18n/language';

// A name or an id to be taken elsewhere.
export function Copyable({ text }: { text: string | undefined }) {
  const t = useText();
  if (text === undefined || text === '') {
    return <>-</>;
  }
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      copyButtonAriaLabel={t.common.copy(text)}
      copySuccessText={t.common.copied}
      copyErrorText={t.common.copyFailed}
    />
  );
}
