// The colours of theme.css for what draws itself, as they are now: light or dark.

/** The value of a colour of the theme, for example of `--ink`. */
export function themeColour(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
