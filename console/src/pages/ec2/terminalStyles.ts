// SPDX-License-Identifier: Apache-2.0
// The terminal writes its rules into <style> elements, which the page's policy does not let apply.
// Here they go into sheets that a script made, which it does.

function styleElement(document: Document): HTMLStyleElement {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const element = document.createElement('style');
  Object.defineProperty(element, 'textContent', {
    set: (rules: string) => sheet.replaceSync(rules),
  });
  return element;
}

// `document`, with another kind of <style>.
export function documentForTerminal(document: Document): Document {
  return new Proxy(document, {
    get(target, key) {
      if (key === 'createElement') {
        return (tag: string, options?: ElementCreationOptions) =>
          tag === 'style' ? styleElement(target) : target.createElement(tag, options);
      }
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
