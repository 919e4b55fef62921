/** “Download Model…”: a repository of Hugging Face, one of its models, and the way here with pause and resume. */
import * as vscode from 'vscode';
import { weightsLimit } from '../engine/weightsLimit.node';
import { askText, askWhich, heading, type Row } from '../host/asking';
import { showInformation } from '../host/messages';
import { inMessage, type Report } from '../host/progress';
import { registerCommand } from '../host/registerCommand';
import type { FoundModels } from '../models/foundModels';
import { suggestions } from '../models/suggestions';
import { Problem, toProblem } from '../protocol/problem';
import { byteCount } from '../shared/modelFigures';
import { bytesThere, discard, downloadFile } from '../stores/download.node';
import { getter } from '../stores/get.node';
import {
  readRepository,
  readRepositoryName,
  type RemoteModel,
  type Repository,
  type RepositoryName,
} from '../stores/hub.node';
import type { CachePlace } from '../stores/hubCache.node';
import { hubOf, type Hub } from '../stores/hubFetch.node';
import { hereAndNow, huggingFaceCaches } from '../stores/places.node';
import { Pace } from '../stores/pace.node';

export const DOWNLOAD_MODEL = 'attentionExplainer.downloadModel';

const { t } = vscode.l10n;

/** @param use makes the file the workspace's model */
export function registerDownload(found: FoundModels, use: (uri: vscode.Uri) => unknown): vscode.Disposable {
  return registerCommand(DOWNLOAD_MODEL, async (written) => {
    const name = await askRepository(written);
    if (!name) return;
    const hub = hubHere();
    const repository = await inMessage(
      t('Asking {0} for the files of {1}…', new URL(hub.endpoint).host, name.repository),
      (signal) => readRepository(hub, name, signal),
    ).then(undefined, unlessCancelled);
    if (!repository) return;
    const { revision, commit } = repository;
    const place = { cache: huggingFaceCaches(hereAndNow())[0], repository: name.repository, revision, commit };
    const model = await pickModel(repository, name, place);
    if (!model) return;
    const file = await fetchModel(hub, place, model);
    if (!file) return;
    void found.lookAgain();
    const useIt = t('Use This Model');
    if ((await showInformation(t('{0} is on this machine now.', model.name), useIt)) === useIt)
      await use(vscode.Uri.file(file));
  });
}

/** As the environment and VS Code's settings say. @throws Problem download-address */
export function hubHere(): Hub {
  const isStrict = vscode.workspace.getConfiguration('http').get<unknown>('proxyStrictSSL') !== false;
  return hubOf(process.env, getter(isStrict));
}

/** Giving up is no failure. */
function unlessCancelled(thrown: unknown): undefined {
  const problem = toProblem(thrown);
  if (problem.code !== 'cancelled') throw problem;
}

async function askRepository(written: unknown): Promise<RepositoryName | undefined> {
  if (typeof written === 'string') return readRepositoryName(written);
  const other: Row & { repository?: string } = { icon: 'edit', label: t('Another name or address…') };
  const rows = suggestions().map((it) => ({ ...it, label: it.repository }));
  const title = t('Download Model');
  const placeHolder = t('A model from Hugging Face');
  const picked = await askWhich([other, heading(t('Suggestions')), ...rows], { title, placeHolder, stays: true });
  if (!picked) return undefined;
  if (picked.repository) return readRepositoryName(picked.repository);
  const text = await askText({
    title,
    prompt: t('Name or address on Hugging Face, such as owner/name or https://huggingface.co/owner/name'),
    stays: true,
    problemOf: (typed) => (readRepositoryName(typed) ? undefined : t('This is no name of a model on Hugging Face.')),
  });
  return text === undefined ? undefined : readRepositoryName(text);
}

async function pickModel(
  { models, repository }: Repository,
  { file }: RepositoryName,
  place: CachePlace,
): Promise<RemoteModel | undefined> {
  const wanted = file?.toLowerCase();
  const named = models.filter(({ name, files }) => wanted && (files.some(({ path }) => path.toLowerCase() === wanted) || name.toLowerCase().includes(wanted))); // prettier-ignore
  if (named.length === 1) return named[0];
  const shown = named.length > 0 ? named : models;
  if (shown.length === 0) throw new Problem('download-none', `${repository} has no GGUF files.`, { repository });
  const rows = await Promise.all(
    shown.map(async (model) => {
      const there = await haveOf(place, model);
      return {
        model,
        label: model.name,
        // On a line of its own: beside a long name it would be cut off.
        detail: [
          byteCount(model.bytes),
          model.files.length > 1 && t('{0} files', model.files.length),
          fitOf(model.bytes),
          there === model.bytes
            ? t('on this machine')
            : there > 0 && t('{0} % is here', Math.floor((there / model.bytes) * 100)),
        ]
          .filter((part) => typeof part === 'string')
          .join(' · '),
      };
    }),
  );
  const placeHolder = t('Which of its models?');
  return (await askWhich(rows, { title: repository, placeHolder, stays: true }))?.model;
}

function fitOf(bytes: number): string {
  return bytes > weightsLimit() ? t('larger than memory here: a part of a layer at a time') : t('fits');
}

async function haveOf(place: CachePlace, { files }: RemoteModel): Promise<number> {
  const there = await Promise.all(files.map((file) => bytesThere(place, file)));
  return there.reduce((sum, bytes) => sum + bytes, 0);
}

/** The path of its first file; undefined: it was paused and not resumed. */
async function fetchModel(hub: Hub, place: CachePlace, model: RemoteModel): Promise<string | undefined> {
  for (;;) {
    const title = t('Downloading {0} ({1})', model.name, byteCount(model.bytes));
    const work = (signal: AbortSignal, report: Report): Promise<string> =>
      fetchFiles(hub, place, model, signal, report);
    const file = await inMessage(title, work).then(undefined, unlessCancelled);
    if (file !== undefined) return file;
    const share = Math.floor(((await haveOf(place, model)) / model.bytes) * 100);
    const [resume, forget] = [t('Resume'), t('Discard')];
    const words = t('The download of {0} is paused at {1} %. What has come is kept, and Download Model… goes on from there.', model.name, share); // prettier-ignore
    const chosen = await showInformation(words, resume, forget);
    if (chosen === forget) await Promise.all(model.files.map((each) => discard(place, each)));
    if (chosen !== resume) return undefined;
  }
}

async function fetchFiles(
  hub: Hub,
  place: CachePlace,
  { files, bytes }: RemoteModel,
  signal: AbortSignal,
  report: Report,
): Promise<string> {
  const pace = new Pace(bytes);
  let before = 0;
  let first: string | undefined;
  for (const file of files) {
    const onBytes = (have: number): void => {
      const told = pace.at(before + have, performance.now());
      if (!told) return;
      const { share, secondsLeft } = told;
      const left = secondsLeft === undefined ? '' : ` · ${timeLeft(secondsLeft)}`;
      report(`${Math.floor(share * 100)} %${left}`, share);
    };
    const at = await downloadFile({ hub, place, file, signal, onBytes });
    first ??= at;
    before += file.size;
  }
  return first!;
}

function timeLeft(seconds: number): string {
  return seconds < 90 ? t('{0} s left', Math.max(1, Math.round(seconds))) : t('{0} min left', Math.round(seconds / 60));
}
