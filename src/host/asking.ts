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

type Rows<T extends Row> = readonly (T | ReturnType<typeof heading>)[];
type Item<T extends Row> = vscode.QuickPickItem & { row?: T };

const itemsOf = <T extends Row>(rows: Rows<T>): Item<T>[] =>
  rows.map((row) =>
    'isHeading' in row
      ? { label: plainText(row.label), kind: vscode.QuickPickItemKind.Separator, row: undefined }
      : {
          label: labelWithIcon(row.icon, row.label),
          description: row.description && plainText(row.description),
          detail: row.detail && plainText(row.detail),
          row,
        },
  );

/** The row that was chosen; undefined: none. */
export async function askWhich<T extends Row>(
  rows: Rows<T>,
  { title, placeHolder, stays }: Asked & { placeHolder: string },
): Promise<T | undefined> {
  const picked = await vscode.window.showQuickPick(itemsOf(rows), {
    title: plainText(title),
    placeHolder: plainText(placeHolder),
    matchOnDescription: true,
    ignoreFocusOut: stays,
  });
  return picked?.row;
}

/**
 * The same of a list that goes on changing while it is open. The row with the focus keeps it as long as there is one of the
 * same label, and of several the one of the same description.
 * @param changes called once, with what shows the rows anew; resolves when they will not change any more
 */
export function askWhichOfChanging<T extends Row>(
  rows: () => Promise<Rows<T>>,
  changes: (show: () => void) => Promise<unknown>,
  { title, placeHolder }: Asked & { placeHolder: string },
): Promise<T | undefined> {
  const list = vscode.window.createQuickPick<Item<T>>();
  list.title = plainText(title);
  list.placeholder = plainText(placeHolder);
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  list.keepScrollPosition = true;
  list.busy = true;
  let open = true;
  let latest = 0;
  const show = async (): Promise<void> => {
    const number = ++latest;
    const items = itemsOf(await rows());
    if (!open || number !== latest) return;
    const [active] = list.activeItems;
    list.items = items;
    const named = active ? items.filter(({ label }) => label === active.label) : [];
    const again = named.find(({ description }) => description === active.description) ?? named[0];
    if (again) list.activeItems = [again];
  };
  return new Promise((resolve, reject) => {
    list.onDidAccept(() => {
      resolve(list.selectedItems[0]?.row);
      list.hide();
    });
    list.onDidHide(() => {
      open = false;
      resolve(undefined);
      list.dispose();
    });
    list.show();
    show()
      .then(() => changes(() => void show()))
      .finally(() => open && (list.busy = false))
      .catch(reject);
  });
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
