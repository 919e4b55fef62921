/** “Open a Ready Text”: texts on which something can be seen at once, each with three things to notice. */
import * as vscode from 'vscode';
import { textColumn } from '../editor/columns';
import { GALLERY_SCHEME, galleryText, galleryTexts } from '../editor/gallery';
import { askWhich } from '../host/asking';
import { registerCommand } from '../host/registerCommand';
import type { ExplainPanels } from '../panels/explainPanels';

export const OPEN_READY_TEXT = 'attentionExplainer.openReadyText';

export function registerGallery(panels: ExplainPanels): vscode.Disposable {
  return vscode.Disposable.from(
    // Read-only: nobody is asked whether to save it.
    vscode.workspace.registerTextDocumentContentProvider(GALLERY_SCHEME, {
      provideTextDocumentContent: (uri) => galleryText(uri)?.text,
    }),
    registerCommand(OPEN_READY_TEXT, async (given) => {
      const texts = galleryTexts();
      const { t } = vscode.l10n;
      const picked =
        texts.find(({ file }) => file === given) ??
        (
          await askWhich(
            texts.map((text) => ({ label: text.title, description: text.file, text })),
            { title: t('Ready texts'), placeHolder: t('Each opens explained, with three things to notice') },
          )
        )?.text;
      if (!picked) return;
      const uri = vscode.Uri.from({ scheme: GALLERY_SCHEME, path: `/${picked.file}` });
      const editor = await vscode.window.showTextDocument(uri, { viewColumn: textColumn(uri) });
      const last = editor.document.lineCount - 1;
      editor.selection = new vscode.Selection(0, 0, last, editor.document.lineAt(last).text.length);
      await panels.explain(editor);
    }),
  );
}
