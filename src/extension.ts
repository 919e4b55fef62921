/** Wires the parts together. Nothing runs until a command asks for it or a panel comes back. */
import * as vscode from 'vscode';
import { registerCancel } from './commands/cancel';
import { registerIntervene } from './commands/intervene';
import { CHOOSE_MODEL, registerChooseModel } from './commands/chooseModel';
import { registerDownload } from './commands/download';
import { EXPORT, exportFrom, registerExport } from './commands/export';
import { registerExplain } from './commands/explain';
import { registerGallery } from './commands/gallery';
import { followMilestoneLink, OPEN_MILESTONES, registerOpenMilestones } from './commands/openMilestones';
import { registerToggleHeat } from './commands/toggleHeat';
import { registerReasoning } from './commands/reasoning';
import { CONNECT_SERVER, registerServer } from './commands/server';
import { TraceInEditor } from './editor/traceInEditor';
import { maxTokens } from './editor/maxTokens';
import { disposeTokenMark } from './editor/tokenMark';
import { proveTurbo } from './engine/turboProof.node';
import { MilestoneClient } from './milestones/milestoneClient.node';
import { WorkerClient } from './engine/workerClient.node';
import { showWarning } from './host/messages';
import { FoundModels } from './models/foundModels';
import { ModelChoice } from './models/modelChoice';
import { ModelHashes } from './models/modelHashes';
import { ModelStatus } from './models/modelStatus';
import { ServerChoice } from './models/serverChoice';
import { Turbo } from './models/turbo';
import { ExplainPanels, VIEW_TYPE } from './panels/explainPanels';
import { MILESTONES_VIEW, MilestonesPanel } from './panels/milestonesPanel';
import { REASONING_VIEW, ReasoningPanels } from './panels/reasoningPanels';
import { SavedPlaces } from './panels/savedPlaces';
import { externalSolver } from './panels/externalSolver';
import type { StoresWorkerApi } from './protocol/foundModels';
import type { ReasoningWorkerApi } from './protocol/reasoningWorkerApi';
import type { ExplainWorkerApi } from './protocol/workerApi';
import { ChatClient } from './reasoning/chatClient.node';
import { registerExplanations } from './sidebar/explanationsTree';
import { History } from './sidebar/history';
import { registerMilestonesTree } from './sidebar/milestonesTree';
import { registerModels } from './sidebar/modelsTree';

/** For tests: the panels of this window. */
export interface ExtensionApi {
  readonly panels: ExplainPanels;
  readonly reasoning: ReasoningPanels;
  readonly milestones: MilestonesPanel;
}

export function activate(context: vscode.ExtensionContext): ExtensionApi {
  const { extensionUri, workspaceState, globalState } = context;
  const file = (...names: string[]): string => vscode.Uri.joinPath(extensionUri, ...names).fsPath;

  const explainScript = file('dist', 'explainWorker.js');
  const { version } = context.extension.packageJSON as { version: string };
  const turbo = new Turbo(explainScript, version, globalState, proveTurbo, () => void status.update());
  const client = new WorkerClient<ExplainWorkerApi>({
    script: explainScript,
    processFlags: turbo.flags,
    processEnded: turbo.crashed,
  });
  const models = new ModelChoice({
    folder: file('media', 'models'),
    workspaceState,
    globalState,
    warn: (message) => {
      void showWarning(message);
      void status.update();
    },
  });
  const storesClient = new WorkerClient<StoresWorkerApi>({ script: file('dist', 'storesWorker.js') });
  const heads = vscode.Uri.joinPath(context.globalStorageUri, 'heads.json').fsPath;
  const found = new FoundModels(storesClient, file('media', 'models'), heads);
  const status: ModelStatus = new ModelStatus(models, CHOOSE_MODEL, () => turbo.words());
  const history = new History(workspaceState);
  const panels = new ExplainPanels(
    {
      extensionUri,
      client,
      models,
      hashes: new ModelHashes(globalState),
      training: (sha256) => models.training(sha256),
      maxTokens,
      chooseModel: () => void vscode.commands.executeCommand(CHOOSE_MODEL),
      exportFile: () => void vscode.commands.executeCommand(EXPORT),
      explained: (place, subject, model) => history.add(place, subject, model),
      found: (place, finding) => history.found(place, finding),
    },
    new SavedPlaces(workspaceState),
  );

  const chatClient = new ChatClient({ script: file('dist', 'chatWorker.js') });
  const reasoningClient = new WorkerClient<ReasoningWorkerApi>({
    script: file('dist', 'reasoningWorker.js'),
    processFlags: turbo.whenForced,
  });
  const servers = new ServerChoice(context.secrets);
  const connectServer = (): Thenable<unknown> => vscode.commands.executeCommand(CONNECT_SERVER);
  const traceInEditor = new TraceInEditor();
  const reasoning = new ReasoningPanels({
    inEditor: traceInEditor,
    extensionUri,
    client: reasoningClient,
    models,
    servers,
    askExternalSolver: externalSolver(servers, chatClient, reasoningClient, connectServer),
    connectServer: () => void connectServer(),
    exportFrom,
    chooseModel: () => void vscode.commands.executeCommand(CHOOSE_MODEL),
  });

  const milestoneClient = new MilestoneClient({ script: file('dist', 'milestoneWorker.js') });
  const milestones = new MilestonesPanel({
    extensionUri,
    extensionId: context.extension.id,
    client: milestoneClient,
    exportFrom,
    pauseWhenHidden: () =>
      vscode.workspace.getConfiguration('attentionExplainer').get('milestones.whenHidden') === 'pause',
  });

  context.subscriptions.push(
    traceInEditor,
    turbo,
    models,
    found,
    status,
    panels,
    reasoning,
    servers,
    milestones,
    { dispose: () => client.stop() },
    { dispose: () => storesClient.stop() },
    { dispose: () => reasoningClient.stop() },
    { dispose: () => chatClient.stop() },
    { dispose: () => milestoneClient.stop() },
    { dispose: disposeTokenMark },
    models.onDidChoose(() => panels.modelChanged()),
    panels.onDidChange(() => status.show()),
    registerExplain(panels),
    registerGallery(panels),
    registerChooseModel(models, found, servers, client),
    registerDownload(found, (uri) => vscode.commands.executeCommand(CHOOSE_MODEL, uri)),
    registerCancel(panels),
    registerIntervene(panels),
    registerToggleHeat(panels),
    registerExport(() => reasoning.active ?? milestones.active ?? panels.nearest()),
    registerReasoning(reasoning),
    registerServer(servers, chatClient),
    registerOpenMilestones(milestones),
    vscode.window.registerUriHandler({ handleUri: (uri) => followMilestoneLink(milestones, uri) }),
    registerExplanations(history, panels),
    registerMilestonesTree(OPEN_MILESTONES),
    registerModels(models, found, (uri, name) => vscode.commands.executeCommand(CHOOSE_MODEL, uri, name)),
    vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, panels),
    vscode.window.registerWebviewPanelSerializer(REASONING_VIEW, reasoning),
    vscode.window.registerWebviewPanelSerializer(MILESTONES_VIEW, milestones),
  );
  return { panels, reasoning, milestones };
}
