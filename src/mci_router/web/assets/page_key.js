// The key of the pages for those who supervise and plan: given to one of them it serves the others, too.

const PAGES = ["wallboard", "reports", "workforce"];

const place = (page) => `mci.${page}.key`; // sessionStorage: this tab only, and never in a URL

// The page's own key, else that of another page; null without any.
export const keyOf = (page) => [page, ...PAGES].map((one) => sessionStorage.getItem(place(one))).find(Boolean) ?? null;

export const keepKey = (page, key) => sessionStorage.setItem(place(page), key);

// What one page may not do, another may: a key that is refused here stays where it was given.
export const dropKey = (page) => sessionStorage.removeItem(place(page));

// A key that no longer holds, or is to be forgotten, is kept nowhere.
export function forgetKey() {
  PAGES.forEach(dropKey);
}
