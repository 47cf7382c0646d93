// SPDX-License-Identifier: Apache-2.0
// Light or dark: what was chosen before, or what the browser is set to.
import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useCallback, useEffect, useState } from 'react';

const KEPT_AS = 'postern.mode';

function isWanted(): boolean {
  const kept = localStorage.getItem(KEPT_AS);
  return kept === null ? matchMedia('(prefers-color-scheme: dark)').matches : kept === 'dark';
}

export function useDarkMode(): [boolean, (dark: boolean) => void] {
  const [dark, setDark] = useState(isWanted);
  useEffect(() => applyMode(dark ? Mode.Dark : Mode.Light), [dark]);
  const choose = useCallback((wanted: boolean) => {
    localStorage.setItem(KEPT_AS, wanted ? 'dark' : 'light');
    setDark(wanted);
  }, []);
  return [dark, choose];
}
