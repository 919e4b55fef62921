/** Which tokens end a generation by their spelling, whatever a file names: as llama.cpp (llama-vocab.cpp, special_eog_ids). */
const SPELLINGS: readonly string[] = [
  '<|eot_id|>',
  '<|im_end|>',
  '<|end|>',
  '<|return|>',
  '<|call|>',
  '<|flush|>',
  '<|calls|>',
  '<end_of_turn>',
  '<|endoftext|>',
  '</s>',
  '<|eom_id|>',
  '<EOT>',
  '_<EOT>',
  '[EOT]',
  '[EOS]',
  '<|end_of_text|>',
  '<end_of_utterance>',
  '<eos>',
  '<turn|>',
  '<|tool_response>',
  '<｜end▁of▁sentence｜>',
  '[e~[',
];

/** Marks of models that fill in code, behind which another file would begin (special_fim_pad, _rep and _sep). */
const BEHIND_CODE = [
  '<|fim_pad|>',
  '<fim-pad>',
  '<fim_pad>',
  '<PAD>',
  '[PAD]',
  '<|fim_repo|>',
  '<|repo_name|>',
  '<fim-repo>',
  '<REPO>',
  '<reponame>',
  '<|file_sep|>',
];

export const END_OF_GENERATION: readonly string[] = [...SPELLINGS, ...BEHIND_CODE];

/** Of these, what ends nothing in a vocabulary that has others: an end of a part of an answer, a leftover. */
export function endsNothing(has: (spelling: string) => boolean): string[] {
  const calls = has('<|call|>') || has('<|calls|>');
  return [
    ...(calls && (has('<|return|>') || has('<|flush|>')) ? ['<|end|>'] : []), // gpt-oss, Solar
    ...(has('<|tool_response>') ? ['</s>'] : []), // Gemma 4
  ];
}
