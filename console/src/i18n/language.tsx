// SPDX-License-Identifier: Apache-2.0
// The language of the page: what the address asks for (?lang=ja), what was chosen before, or the
// browser's.
import { I18nProvider, type I18nProviderProps } from '@cloudscape-design/components/i18n';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';
import type { Catalogue } from '@/i18n/catalogue';
import { en } from '@/i18n/en';
import { ja } from '@/i18n/ja';

export const LANGUAGES = { en: 'English', ja: '日本語' } as const;
export type Language = keyof typeof LANGUAGES;

const CATALOGUES: Record<Language, Catalogue> = { en, ja };
const KEPT_AS = 'postern.language';

function isLanguage(text: string | null | undefined): text is Language {
  return text !== null && text !== undefined && text in LANGUAGES;
}

export function chooseLanguage(
  asked: string | null,
  kept: string | null,
  browser: readonly string[],
): Language {
  const wanted = [asked, kept, ...browser.map((tag) => tag.split('-')[0])];
  return wanted.find(isLanguage) ?? 'en';
}

interface LanguageContext {
  language: Language;
  setLanguage: (language: Language) => void;
}

const Context = createContext<LanguageContext>({ language: 'en', setLanguage: () => undefined });

// The components' own words.
const MESSAGES = {
  en: () => import('@cloudscape-design/components/i18n/messages/all.en'),
  ja: () => import('@cloudscape-design/components/i18n/messages/all.ja'),
};

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, choose] = useState(() =>
    chooseLanguage(
      new URLSearchParams(location.search).get('lang'),
      localStorage.getItem(KEPT_AS),
      navigator.languages,
    ),
  );
  const [messages, setMessages] = useState<I18nProviderProps.Messages[]>([]);
  const setLanguage = useCallback((wanted: Language) => {
    localStorage.setItem(KEPT_AS, wanted);
    choose(wanted);
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
    let ended = false;
    void MESSAGES[language]().then((loaded) => {
      if (!ended) {
        setMessages([loaded.default]);
      }
    });
    return () => {
      ended = true;
    };
  }, [language]);
  const value = useMemo(() => ({ language, setLanguage }), [language, setLanguage]);
  return (
    <Context.Provider value={value}>
      <I18nProvider locale={language} messages={messages}>
        {children}
      </I18nProvider>
    </Context.Provider>
  );
}

export function useLanguage(): LanguageContext {
  return useContext(Context);
}

// The words of the pages.
export function useText(): Catalogue {
  return CATALOGUES[useContext(Context).language];
}
