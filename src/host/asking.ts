/** Questions to the person in VS Code's own lists and boxes, all that they show as plain text. */
import * as vscode from 'vscode';
import { labelWithIcon, plainText } from './plainText';

export interface Row {
  label: string;
  /** One of VS Code's, by name: "check". */
  icon?: string;
  description?: string;
  detail?: string;
}

/** A line between rows, with a word. */
export const heading = (label: string): { label: string; isHeading: true } => ({ label, isHeading: true });

interface Asked {
  title: string;
  /** The list stays when something else takes the focus (a page does when its menu closes). */
  stays?: boolean;
}

/** The row that was chosen; undefined: none. */
export async function askWhich<T extends Row>(
  rows: readonly (T | ReturnType<typeof heading>)[],
  { title, placeHolder, stays }: Asked & { placeHolder: string },
): Promise<T | undefined> {
  const items = rows.map((row) =>
    'isHeading' in row
      ? { label: plainText(row.label), kind: vscode.QuickPickItemKind.Separator, row: undefined }
      : {
          label: labelWithIcon(row.icon, row.label),
          description: row.description && plainText(row.description),
          detail: row.detail && plainText(row.detail),
          row,
        },
  );
  const picked = await vscode.window.showQuickPick(items, {
    title: plainText(title),
    placeHolder: plainText(placeHolder),
    matchOnDescription: true,
    ignoreFocusOut: stays,
  });
  return picked?.row;
}

/** What was typed; undefined: nothing. @param problemOf what is wrong with a text, or undefined */
export async function askText({
  title,
  prompt,
  value,
  password,
  stays,
  problemOf,
}: Asked & {
  prompt: string;
  value?: string;
  password?: boolean;
  problemOf?: (text: string) => string | undefined;
}): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: plainText(title),
    prompt: plainText(prompt),
    value,
    password,
    ignoreFocusOut: stays,
    validateInput: (text) => {
      const problem = problemOf?.(text);
      return problem && plainText(problem);
    },
  });
}
