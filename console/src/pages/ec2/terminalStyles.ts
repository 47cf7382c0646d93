// SPDX-License-Identifier: Apache-2.0
// The terminal writes its rules into <style> elements and style attributes, which the page's policy
// does not let apply. Here they become sheets and declarations that a script makes, which it does.

// As the page itself makes elements, whatever `document` has been given meanwhile.
function make(document: Document, tag: string): HTMLElement {
  return Document.prototype.createElement.call(document, tag);
}

// Stands for a <style> element; what is written to it goes into a sheet.
function sheetElement(document: Document): HTMLElement {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const element = make(document, 'span');
  element.hidden = true;
  Object.defineProperty(element, 'textContent', {
    set: (rules: string) => sheet.replaceSync(rules),
  });
  return element;
}

function styledElement(document: Document, tag: string): HTMLElement {
  const element = make(document, tag);
  element.setAttribute = (name: string, value: string) => {
    if (name === 'style') {
      element.style.cssText = value;
    } else {
      Element.prototype.setAttribute.call(element, name, value);
    }
  };
  return element;
}

function elementFor(document: Document, tag: string): HTMLElement {
  return tag === 'style' ? sheetElement(document) : styledElement(document, tag);
}

// Runs `open`, which makes elements of the page's own document, too.
export function withSheets(document: Document, open: () => void): void {
  document.createElement = (tag: string) => elementFor(document, tag);
  try {
    open();
  } finally {
    Reflect.deleteProperty(document, 'createElement');
  }
}

// `document`, whose elements take styles as above.
export function documentForTerminal(document: Document): Document {
  return new Proxy(document, {
    get(target, key) {
      if (key === 'createElement') {
        return (tag: string) => elementFor(target, tag);
      }
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
