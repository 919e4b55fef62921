/**
 * Five models worth a download, each with what it is good for; what a narrow list cuts off stands last. Repositories, file names
 * and sizes as the manifests of several public programs gave them in November 2026 (bytes: 1,117,320,768; 1,834,426,016;
 * 178 MB, which is the largest file of its repository that was seen; 821,847,360; 18,556,685,824). Hugging Face itself was not asked.
 */
import * as vscode from 'vscode';

interface Suggestion {
  repository: string;
  description: string;
  detail: string;
}

export function suggestions(): Suggestion[] {
  const { t } = vscode.l10n;
  return [
    {
      repository: 'Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF',
      description: t('a small code model'),
      detail: t('1.1 GB as Q4_K_M. Knows most programming languages.'),
    },
    {
      repository: 'Qwen/Qwen3-1.7B-GGUF',
      description: t('a small chat model that reasons'),
      detail: t('1.8 GB as Q8_0. Thinks before it answers, so that its chain of thought can be stepped through.'),
    },
    {
      repository: 'QuantFactory/gpt2-GGUF',
      description: t('GPT-2, for courses'),
      detail: t('Under 200 MB. The model of 2019 that papers and courses take apart, 124 million parameters.'),
    },
    {
      repository: 'bartowski/granite-3.1-1b-a400m-instruct-GGUF',
      description: t('a small mixture of experts'),
      detail: t('0.8 GB as Q4_K_M. 32 experts per layer, 8 of them for each token.'),
    },
    {
      repository: 'Qwen/Qwen3-30B-A3B-GGUF',
      description: t('a large mixture of experts that streams'),
      detail: t(
        '18.6 GB as Q4_K_M, read a part of a layer at a time. 128 experts per layer, 8 of them for each token.',
      ),
    },
  ];
}
