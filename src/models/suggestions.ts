/** Five models worth a download, each with what it is good for. The repositories were known to exist in November 2026. */
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
      detail: t('Knows most programming languages; 1.1 GB as Q4_K_M.'),
    },
    {
      repository: 'Qwen/Qwen3-1.7B-GGUF',
      description: t('a small chat model that reasons'),
      detail: t('Thinks before it answers, so that its chain of thought can be stepped through; 1.8 GB as Q8_0.'),
    },
    {
      repository: 'QuantFactory/gpt2-GGUF',
      description: t('GPT-2, for courses'),
      detail: t('The model of 2019 that papers and courses take apart, 124 million parameters; under 200 MB.'),
    },
    {
      repository: 'bartowski/granite-3.1-1b-a400m-instruct-GGUF',
      description: t('a small mixture of experts'),
      detail: t('32 experts per layer, 8 of them for each token; 0.8 GB as Q4_K_M.'),
    },
    {
      repository: 'Qwen/Qwen3-30B-A3B-GGUF',
      description: t('a large mixture of experts that streams'),
      detail: t('128 experts per layer, 8 of them for each token; 18.6 GB as Q4_K_M, explained a layer at a time.'),
    },
  ];
}
